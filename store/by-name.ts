/** An object for names from outside: it inherits nothing, so that `__proto__` and `constructor` are names like others. */
export function byName<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** What such an object, also one that was read from JSON, has by a name; undefined where it has nothing of its own. */
export function named<T>(object: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
