/** Where values are remembered: a `Map`, or a `WeakMap` whose keys may be thrown away. */
interface Memory<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Gives the value of a key. The first time it is computed and remembered; `undefined` is never a value. */
export function remembered<K, V>(memory: Memory<K, V>, key: K, compute: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const value = compute();
  memory.set(key, value);
  return value;
}

/** Makes a function compute its value for each argument once. Arguments are compared by identity, as the keys of a `Map`. */
export function memoized<A, V>(compute: (argument: A) => V): (argument: A) => V {
  const memory = new Map<A, V>();
  return (argument) => remembered(memory, argument, () => compute(argument));
}
