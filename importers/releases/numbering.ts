import { compareReleaseNames, parseReleaseName, type ReleaseName } from '../../store/names/release-name.ts';

/**
 * What a list of kernel versions says by its numbers alone (Documentation/process/2.Process.rst: candidates lead to a
 * release, point releases continue it). It is the numbering of kernel.org and of nobody else.
 */

/** The release that a line of point releases continues: `v6.18` for `6.18.y` and for `v6.18.3`. */
export function baseOf(release: string): string | null {
  const parsed = parseReleaseName(release);
  if (parsed === null || (parsed.kind !== 'stable' && parsed.kind !== 'stable-rc')) return null;
  return `v${parsed.numbers.slice(0, -1).join('.')}`;
}

/**
 * For each version of a list, the one before it in the same list: the last candidate or release of mainline, the last
 * point release of a line. A list with holes gives the nearest that it has; the first of a line continues its base.
 */
export function predecessorsIn(names: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(names)].sort(compareReleaseNames);
  const found = new Map<string, string>();
  const last = new Map<string, string>();
  let lastOfMainline: string | null = null;
  const listed = new Set(sorted);
  for (const name of sorted) {
    const parsed = parseReleaseName(name);
    if (parsed === null) continue;
    switch (parsed.kind) {
      case 'mainline':
      case 'rc':
        if (lastOfMainline !== null && follows(lastOfMainline, parsed)) found.set(name, lastOfMainline);
        lastOfMainline = name;
        break;
      case 'stable':
      case 'stable-rc': {
        const base = baseOf(name)!;
        const before = last.get(base) ?? (listed.has(base) ? base : undefined);
        if (before !== undefined) found.set(name, before);
        // A candidate of a point release is a set of patches under review, not what the release continues.
        if (parsed.kind === 'stable') last.set(base, name);
        break;
      }
      default:
        break;
    }
  }
  return found;
}

/** Between v5.19 and v6.0 nothing is missing as far as numbers can tell; between v5.16 and v5.18 something is. */
function follows(before: string, after: ReleaseName): boolean {
  const { numbers } = parseReleaseName(before)!;
  const [a, b] = [numbers, after.numbers];
  const same = a.length === b.length && a.slice(0, -1).every((n, i) => n === b[i]);
  if (same) return b.at(-1)! - a.at(-1)! <= 1;
  return b.at(-1) === 0;
}
