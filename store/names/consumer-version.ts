/** Versions of a consumer, both included; null: from the first on, or without an end. */
export interface ConsumerVersions {
  readonly from: readonly number[] | null;
  readonly to: readonly number[] | null;
}

/** The numbers that a version begins with; null where it has no order: a commit, a name. */
function numbersOf(text: string): readonly number[] | null {
  const numbers = /^\d+(\.\d+)+/.exec(text)?.[0];
  return numbers === undefined ? null : numbers.split('.').map(Number);
}

/** Reads the range of a variant; null where it gives none, or where its versions have no order. */
export function consumerVersions(
  versions: { readonly from?: string | undefined; readonly to?: string | undefined } | undefined,
): ConsumerVersions | null {
  if (versions?.from === undefined && versions?.to === undefined) return null;
  const [from, to] = [versions.from, versions.to].map((text) =>
    text === undefined ? undefined : numbersOf(text),
  );
  return from === null || to === null ? null : { from: from ?? null, to: to ?? null };
}

/** Tells whether a version comes after an end; an end of fewer numbers takes in all versions that begin with it. */
export function isAfter(version: readonly number[], end: readonly number[]): boolean {
  for (let i = 0; i < end.length; i++) {
    const step = (version[i] ?? 0) - end[i]!;
    if (step !== 0) return step > 0;
  }
  return false;
}

/** Tells whether two ranges have no version in common. */
export function areApart(a: ConsumerVersions, b: ConsumerVersions): boolean {
  const ends = (x: ConsumerVersions, y: ConsumerVersions) =>
    x.from !== null && y.to !== null && isAfter(x.from, y.to);
  return ends(a, b) || ends(b, a);
}

/** Tells whether a range has a version, or some of those that begin with it: `8.0` is all of 8.0. */
export function hasVersion(range: ConsumerVersions, version: string): boolean {
  const numbers = numbersOf(version);
  return numbers !== null && !areApart(range, { from: numbers, to: numbers });
}
