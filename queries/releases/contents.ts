import type { Entry } from './release-node.ts';

/** The changes that a release contains, in mainline order, with the place where each came in. */
export interface Contents {
  has(change: string): boolean;
  get(change: string): Entry | undefined;
  /** All of them, in mainline order. */
  keys(): Iterable<string>;
  /** Those among some changes that it contains, in mainline order. */
  among(changes: Iterable<string>): readonly string[];
}

/** A place in mainline order: the release's place, the place among what entered there, and how many of a line's own came before it there. */
type Key = readonly [number, number, number];

interface Held {
  readonly entry: Entry;
  readonly key: Key;
  /** On the trunk: the first and, once it was taken out again, the last place in `trunk` where it is contained. */
  readonly from: number;
  to: number;
}

/**
 * Works out what each release contains. Most changes entered mainline, and every release after them has them: these are
 * kept once, on the trunk (the chain of releases that leads to the last one of mainline), and a release there is a length of it. Only
 * what a side line has beyond the place where it left the trunk is kept for each of its releases.
 *
 * @param chainOfTrunk the trunk, oldest first
 * @param before the release that one continues; null at a root
 */
export function contentsOf(
  chainOfTrunk: readonly string[],
  before: (release: string) => string | null,
  entriesAt: (release: string) => readonly Entry[],
): (release: string) => Contents {
  const trunk: Held[] = [];
  const onTrunk = new Map<string, Held[]>();
  const length = new Map<string, number>();
  const firstKey = new Map<string, Key>();
  let time = 0;
  chainOfTrunk.forEach((release, place) => {
    for (const entry of entriesAt(release)) {
      time++;
      const stays = onTrunk.get(entry.change);
      const open = stays?.at(-1)?.to === Infinity ? stays.at(-1) : undefined;
      if (entry.reverted) {
        if (open) open.to = time;
        continue;
      }
      if (open) continue;
      const key: Key = [place, time, 0];
      if (!firstKey.has(entry.change)) firstKey.set(entry.change, key);
      const held: Held = { entry, key, from: time, to: Infinity };
      trunk.push(held);
      if (stays) stays.push(held);
      else onTrunk.set(entry.change, [held]);
    }
    length.set(release, time);
  });

  const cache = new Map<string, Contents>();
  return (release) => {
    const known = cache.get(release);
    if (known) return known;
    const made = build(release);
    cache.set(release, made);
    return made;
  };

  /** What a release has beside the trunk, oldest first, and the place where it left it: null where it never was on it. */
  function besideTrunk(release: string): {
    readonly beside: readonly string[];
    readonly left: string | null;
  } {
    const seen = new Set<string>();
    let at: string | null = release;
    for (; at !== null && !length.has(at) && !seen.has(at); at = before(at)) seen.add(at);
    return { beside: [...seen].reverse(), left: at !== null && length.has(at) ? at : null };
  }

  function build(release: string): Contents {
    const { beside, left } = besideTrunk(release);
    const until = left === null ? 0 : length.get(left)!;
    const inTrunk = (change: string) => onTrunk.get(change)?.find((h) => h.from <= until && until < h.to);
    const own = new Map<string, { readonly entry: Entry; readonly key: Key }>();
    const gone = new Set<string>();
    let last: Key = trunk.findLast((h) => h.from <= until && until < h.to)?.key ?? [-1, -1, 0];
    for (const name of beside) {
      for (const entry of entriesAt(name)) {
        const { change } = entry;
        if (entry.reverted) {
          if (!own.delete(change)) gone.add(change);
          continue;
        }
        if (own.has(change) || (!gone.has(change) && inTrunk(change) !== undefined)) continue;
        // A change of this line alone has no place in mainline; it follows all that the line held when it came in.
        const key: Key = firstKey.get(change) ?? [last[0], last[1], last[2] + 1];
        own.set(change, { entry, key });
        if (after(key, last)) last = key;
      }
    }
    const get = (change: string) => own.get(change) ?? (gone.has(change) ? undefined : inTrunk(change));
    const sort = (list: { readonly entry: Entry; readonly key: Key }[]) =>
      list.sort((a, b) => (after(a.key, b.key) ? 1 : after(b.key, a.key) ? -1 : 0));
    return {
      has: (change) => get(change) !== undefined,
      get: (change) => get(change)?.entry,
      *keys() {
        const extra = sort([...own.values()]);
        let next = 0;
        for (const held of trunk) {
          if (held.from > until) break;
          if (until >= held.to || gone.has(held.entry.change)) continue;
          while (next < extra.length && after(held.key, extra[next]!.key)) yield extra[next++]!.entry.change;
          yield held.entry.change;
        }
        while (next < extra.length) yield extra[next++]!.entry.change;
      },
      among: (changes) =>
        sort([...new Set(changes)].flatMap((change) => get(change) ?? [])).map(({ entry }) => entry.change),
    };
  }
}

function after(a: Key, b: Key): boolean {
  const [place, time, own] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return (place || time || own) > 0;
}
