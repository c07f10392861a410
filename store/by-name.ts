/** Makes an object for keys from outside. It has no prototype, so that `__proto__` and `constructor` are ordinary keys. */
export function byName<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Gives the own property of such an object, or of one that was read from JSON; undefined where it has none. */
export function named<T>(object: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
