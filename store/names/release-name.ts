/**
 * Names of kernel releases. Version order is not time order and says nothing about what a release contains; use
 * the order here only to sort names for the eye. "Last good" and its kin are questions to the release graph.
 */

export interface ReleaseName {
  /** Canonical form: `v6.19-rc1`, `v7.0.10`, `next-20260423`, or a distribution's own name. */
  readonly name: string;
  readonly kind: 'mainline' | 'rc' | 'stable' | 'stable-rc' | 'next' | 'describe' | 'other';
  /** Version numbers, as far as the name has them: [6, 19] or [6, 18, 23]. */
  readonly numbers: readonly number[];
  readonly rc: number | null;
  /** Commits after the tag, for a `git describe` name. */
  readonly ahead: number | null;
}

const UPSTREAM = /^v?(\d+(?:\.\d+){1,3})(?:-rc(\d+))?(?:-(\d+)-g([0-9a-f]{7,40}))?$/;
const NEXT = /^next-(\d{8})$/;
/** A distribution's or a build's own name: printable, no blanks, starts with a letter or digit. */
const OTHER = /^[A-Za-z0-9][A-Za-z0-9._+~:/-]{0,127}$/;

/** Reads the name of a release in any of its usual forms; null when it is none. */
export function parseReleaseName(text: string): ReleaseName | null {
  const next = NEXT.exec(text);
  if (next) return { name: text, kind: 'next', numbers: [Number(next[1])], rc: null, ahead: null };
  const match = UPSTREAM.exec(text);
  if (!match)
    return OTHER.test(text) ? { name: text, kind: 'other', numbers: [], rc: null, ahead: null } : null;
  const written = match[1]!.split('.').map(Number);
  const rc = match[2] === undefined ? null : Number(match[2]);
  // The kernel's own Makefile says 6.19.0-rc1 for the tag v6.19-rc1, and 6.19.0 for v6.19; 2.6.x keeps its third number.
  // So does what came before it; there was no 1.4 to 1.99, and where somebody numbers so, it is in the way of today.
  const [major = 0, minor = 0] = written;
  const old = major === 2 || (major < 2 && minor < 4);
  const numbers = !old && written.length === 3 && written[2] === 0 ? written.slice(0, 2) : written;
  const base = `v${numbers.join('.')}${rc === null ? '' : `-rc${rc}`}`;
  const point = numbers.length > (old ? 3 : 2);
  if (match[3] !== undefined) {
    return {
      name: `${base}-${Number(match[3])}-g${match[4]!}`,
      kind: 'describe',
      numbers,
      rc,
      ahead: Number(match[3]),
    };
  }
  return {
    name: base,
    kind: rc === null ? (point ? 'stable' : 'mainline') : point ? 'stable-rc' : 'rc',
    numbers,
    rc,
    ahead: null,
  };
}

/** Gives the canonical name (`6.10` and `v6.10` are `v6.10`), or null when the text names no release. */
export function canonicalRelease(text: string): string | null {
  return parseReleaseName(text.trim())?.name ?? null;
}

/**
 * Gives the release that a kernel says it is (`uname -r`): trees of linux-next show the version that they are on the way to before
 * their own name, `6.16.0-rc7-next-20250723`. Null when it is none.
 */
export function releaseOfUname(uname: string): string | null {
  return /^\d+\.\d\S*?-(next-\d{8})(?:-|$)/.exec(uname.trim())?.[1] ?? canonicalRelease(uname);
}

/** Tells whether a text is the canonical name of a release. */
export function isReleaseName(text: string): boolean {
  return parseReleaseName(text)?.name === text;
}

/** Gives the line that a name belongs to by its form: `mainline`, `7.0.y`, `next`; null where the form does not say. */
export function lineOfName(text: string): string | null {
  const parsed = parseReleaseName(text);
  if (parsed === null) return null;
  switch (parsed.kind) {
    case 'mainline':
    case 'rc':
      return 'mainline';
    case 'stable':
    case 'stable-rc':
      return `${parsed.numbers.slice(0, -1).join('.')}.y`;
    case 'next':
      return 'next';
    case 'describe':
    case 'other':
      return null;
  }
}

/**
 * Orders names for display: by version number, a release candidate before its release, next and foreign names last.
 * Never use it to decide what a release contains.
 */
export function compareReleaseNames(a: string, b: string): number {
  const [x, y] = [parseReleaseName(a), parseReleaseName(b)];
  if (!x || !y) return a < b ? -1 : a > b ? 1 : 0;
  const rank = (r: ReleaseName) => (r.kind === 'other' ? 2 : r.kind === 'next' ? 1 : 0);
  if (rank(x) !== rank(y)) return rank(x) - rank(y);
  for (let i = 0; i < Math.max(x.numbers.length, y.numbers.length); i++) {
    const step = (x.numbers[i] ?? 0) - (y.numbers[i] ?? 0);
    if (step !== 0) return step;
  }
  const rc = (x.rc ?? Infinity) === (y.rc ?? Infinity) ? 0 : (x.rc ?? Infinity) - (y.rc ?? Infinity);
  return rc || (x.ahead ?? 0) - (y.ahead ?? 0) || (x.name < y.name ? -1 : x.name > y.name ? 1 : 0);
}

/** The text that the release shows as `uname -r` when nothing else is recorded: `v6.19-rc1` shows `6.19.0-rc1`. */
export function defaultUname(name: string): string | null {
  const parsed = parseReleaseName(name);
  if (!parsed || parsed.numbers.length < 2 || parsed.kind === 'describe') return null;
  const [major, minor, patch = 0] = parsed.numbers;
  return `${major!}.${minor!}.${patch}${parsed.rc === null ? '' : `-rc${parsed.rc}`}`;
}

/** Tells whether a release is a candidate: what comes of it is not out yet. */
export function isCandidate(name: string): boolean {
  return /-rc\d+$/.test(name);
}
