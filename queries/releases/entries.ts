import type { Entry } from './release-node.ts';
import { addTo } from '../../store/grouping.ts';

/**
 * Draws together what several sources say entered a release. Each source has an order of its own (a data set numbers the
 * changes that it knows of, a clone all commits); the longest is the backbone, and what only another one has comes after
 * the last change that both have. The same change from two sources is one entry, cited from the backbone.
 */
export function mergedEntries(entries: readonly Entry[]): readonly Entry[] {
  const voices = new Map<string, Entry[]>();
  for (const entry of entries) {
    const origin = entry.event.stream.split('/', 1)[0]!;
    addTo(voices, origin, entry);
  }
  for (const list of voices.values())
    list.sort((a, b) => a.order - b.order || (a.change < b.change ? -1 : a.change > b.change ? 1 : 0));
  const [backbone, ...others] = [...voices].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  if (backbone === undefined) return [];
  let merged = withoutRepeats(backbone[1]);
  for (const [, list] of others) {
    const place = new Map(merged.map((entry, index) => [keyOf(entry), index]));
    const after = new Map<number, Entry[]>();
    let at = -1;
    for (const entry of withoutRepeats(list)) {
      const same = place.get(keyOf(entry));
      if (same === undefined) addTo(after, at, entry);
      else at = Math.max(at, same);
    }
    if (after.size > 0)
      merged = [...(after.get(-1) ?? []), ...merged.flatMap((e, i) => [e, ...(after.get(i) ?? [])])];
  }
  return merged;
}

/** One source may tell an entry twice (a record with two sources). */
function withoutRepeats(list: readonly Entry[]): readonly Entry[] {
  return list.filter(
    (e, i) =>
      i === 0 ||
      !(
        list[i - 1]!.change === e.change &&
        list[i - 1]!.reverted === e.reverted &&
        list[i - 1]!.order === e.order
      ),
  );
}

function keyOf(entry: Entry): string {
  return `${entry.change}${entry.reverted ? '-' : '+'}`;
}

/**
 * Leaves out a place that is only concluded where another source shows, of the same change and line, another one: "the tag
 * follows from the day of the commit" gives way to the clone that has the tag.
 */
export function withoutRefuted(
  entries: readonly Entry[],
  lineOf: (release: string) => string | undefined,
): readonly Entry[] {
  const shown = new Map<string, Set<string>>();
  const key = (e: Entry) => `${keyOf(e)} ${lineOf(e.release) ?? ''}`;
  for (const entry of entries) {
    if (entry.event.payload.confidence !== 'verified') continue;
    const places = shown.get(key(entry));
    if (places) places.add(entry.release);
    else shown.set(key(entry), new Set([entry.release]));
  }
  return entries.filter((entry) => {
    if (entry.event.payload.confidence === 'verified') return true;
    const places = shown.get(key(entry));
    return places === undefined || places.has(entry.release);
  });
}
