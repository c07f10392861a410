import { memoized, remembered } from '../../store/memo.ts';
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

type EntriesAt = (release: string) => readonly Entry[];

interface Held {
  readonly entry: Entry;
  readonly key: Key;
  /** On the trunk: the first and, once it was taken out again, the last place in `trunk` where it is contained. */
  readonly from: number;
  to: number;
}

/**
 * What the releases of the trunk (the chain that leads to the last one of mainline) hold. Most changes entered mainline, and every
 * release after them has them: each is kept once, and a release is a length of the trunk.
 */
class Trunk {
  /** In the order in which they entered. */
  readonly held: Held[] = [];
  private readonly byChange = new Map<string, Held[]>();
  private readonly lengths = new Map<string, number>();
  private readonly firstKeys = new Map<string, Key>();
  private time = 0;

  constructor(chain: readonly string[], entriesAt: EntriesAt) {
    chain.forEach((release, place) => {
      for (const entry of entriesAt(release)) this.take(entry, place);
      this.lengths.set(release, this.time);
    });
  }

  private take(entry: Entry, place: number): void {
    const time = ++this.time;
    const stays = remembered(this.byChange, entry.change, (): Held[] => []);
    const open = stays.at(-1)?.to === Infinity ? stays.at(-1) : undefined;
    if (entry.reverted) {
      if (open) open.to = time;
      return;
    }
    if (open) return;
    const key: Key = [place, time, 0];
    remembered(this.firstKeys, entry.change, () => key);
    const held: Held = { entry, key, from: time, to: Infinity };
    this.held.push(held);
    stays.push(held);
  }

  /** How far along the trunk a release is; undefined for one that is not on it. */
  lengthAt(release: string): number | undefined {
    return this.lengths.get(release);
  }

  /** A change as a length of the trunk contains it. */
  at(change: string, length: number): Held | undefined {
    return this.byChange.get(change)?.find((h) => isIn(h, length));
  }

  /** Where a change entered mainline first. */
  firstKeyOf(change: string): Key | undefined {
    return this.firstKeys.get(change);
  }

  /** The place of the last change that a length of the trunk contains. */
  lastKey(length: number): Key {
    return this.held.findLast((h) => isIn(h, length))?.key ?? [-1, -1, 0];
  }
}

function isIn({ from, to }: Held, length: number): boolean {
  return from <= length && length < to;
}

/** What a release contains: a length of the trunk, and what its side line has beyond the place where it left. */
class OnTrunkAndBeside implements Contents {
  private readonly trunk: Trunk;
  private readonly length: number;
  private readonly own = new Map<string, Pick<Held, 'entry' | 'key'>>();
  private readonly gone = new Set<string>();

  /** @param beside what entered since the trunk was left, oldest first */
  constructor(trunk: Trunk, length: number, beside: readonly Entry[]) {
    this.trunk = trunk;
    this.length = length;
    let last = trunk.lastKey(length);
    for (const entry of beside) {
      const { change } = entry;
      if (entry.reverted) {
        if (!this.own.delete(change)) this.gone.add(change);
        continue;
      }
      if (this.has(change)) continue;
      // A change of this line alone has no place in mainline; it follows all that the line held when it came in.
      const key: Key = trunk.firstKeyOf(change) ?? [last[0], last[1], last[2] + 1];
      this.own.set(change, { entry, key });
      if (after(key, last)) last = key;
    }
  }

  has(change: string): boolean {
    return this.find(change) !== undefined;
  }

  get(change: string): Entry | undefined {
    return this.find(change)?.entry;
  }

  *keys(): Generator<string> {
    const { trunk, length, gone } = this;
    const extra = inOrder([...this.own.values()]);
    let next = 0;
    for (const held of trunk.held) {
      if (held.from > length) break;
      if (length >= held.to || gone.has(held.entry.change)) continue;
      while (next < extra.length && after(held.key, extra[next]!.key)) yield extra[next++]!.entry.change;
      yield held.entry.change;
    }
    while (next < extra.length) yield extra[next++]!.entry.change;
  }

  among(changes: Iterable<string>): readonly string[] {
    return inOrder([...new Set(changes)].flatMap((change) => this.find(change) ?? [])).map(
      ({ entry }) => entry.change,
    );
  }

  private find(change: string): Pick<Held, 'entry' | 'key'> | undefined {
    const own = this.own.get(change);
    return own ?? (this.gone.has(change) ? undefined : this.trunk.at(change, this.length));
  }
}

/**
 * Works out what each release contains.
 *
 * @param chainOfTrunk the trunk, oldest first
 * @param before the release that one continues; null at a root
 */
export function contentsOf(
  chainOfTrunk: readonly string[],
  before: (release: string) => string | null,
  entriesAt: EntriesAt,
): (release: string) => Contents {
  const trunk = new Trunk(chainOfTrunk, entriesAt);
  /** What a release has beside the trunk, oldest first, and the length of the trunk where it left it: 0 where it never was on it. */
  const besideTrunk = (release: string): { readonly beside: readonly string[]; readonly length: number } => {
    const seen = new Set<string>();
    for (let at: string | null = release; at !== null && !seen.has(at); at = before(at)) {
      const length = trunk.lengthAt(at);
      if (length !== undefined) return { beside: [...seen].reverse(), length };
      seen.add(at);
    }
    return { beside: [...seen].reverse(), length: 0 };
  };
  return memoized((release: string) => {
    const { beside, length } = besideTrunk(release);
    return new OnTrunkAndBeside(trunk, length, beside.flatMap(entriesAt));
  });
}

function inOrder<T extends { readonly key: Key }>(list: T[]): T[] {
  return list.sort((a, b) => (after(a.key, b.key) ? 1 : after(b.key, a.key) ? -1 : 0));
}

function after(a: Key, b: Key): boolean {
  const [place, time, own] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  return (place || time || own) > 0;
}
