import { CloneError, gitBytes } from './run-git.ts';
import { MinHeap } from './min-heap.ts';
import { tokens } from './tokens.ts';
import { addTo } from '../../store/grouping.ts';
import { LF } from '../source/characters.ts';

/**
 * A part of a clone's history: the ancestors of some tips without those of a floor, in arrays. Places count from 0; every
 * commit stands before its parents, and younger ones stand before older ones where the graph leaves that open.
 */
export class Slice {
  readonly hashes: readonly string[];
  /** Committer's time of each commit, in seconds. */
  readonly times: Float64Array;
  private readonly places: ReadonlyMap<string, number>;
  /** Parents of all commits, one after another; -1 for one that lies below the floor. */
  private readonly parents: Int32Array;
  private readonly starts: Int32Array;
  private readonly firstOutside: ReadonlyMap<number, string>;
  private readonly flags: Uint8Array;

  constructor(rows: readonly SliceRow[]) {
    this.hashes = rows.map((r) => r.hash);
    this.times = Float64Array.from(rows, (r) => r.time);
    const places = new Map<string, number>();
    rows.forEach((r, place) => places.set(r.hash, place));
    this.places = places;
    this.starts = new Int32Array(rows.length + 1);
    let edges = 0;
    rows.forEach((r, place) => {
      this.starts[place] = edges;
      edges += r.parents.length;
    });
    this.starts[rows.length] = edges;
    this.parents = new Int32Array(edges);
    const outside = new Map<number, string>();
    rows.forEach((r, place) => {
      r.parents.forEach((hash, nth) => {
        const parent = places.get(hash) ?? -1;
        this.parents[this.starts[place]! + nth] = parent;
        if (nth === 0 && parent < 0) outside.set(place, hash);
      });
    });
    this.firstOutside = outside;
    this.flags = new Uint8Array(rows.length);
  }

  get size(): number {
    return this.hashes.length;
  }

  placeOf(hash: string): number | undefined {
    return this.places.get(hash);
  }

  parentsOf(place: number): Int32Array {
    return this.parents.subarray(this.starts[place], this.starts[place + 1]);
  }

  /** The first parent of a commit: its place, its hash where it lies below the floor, null at a root. */
  firstParentOf(place: number): number | string | null {
    const start = this.starts[place]!;
    if (start === this.starts[place + 1]) return null;
    const parent = this.parents[start]!;
    return parent >= 0 ? parent : this.firstOutside.get(place)!;
  }

  /** Marks a commit and all its ancestors in the slice. */
  ancestorsOf(places: Iterable<number>): Uint8Array {
    const marks = new Uint8Array(this.size);
    let first = this.size;
    for (const place of places) {
      marks[place] = 1;
      first = Math.min(first, place);
    }
    for (let place = first; place < this.size; place++) {
      if (marks[place] === 1) for (const parent of this.parentsOf(place)) if (parent >= 0) marks[parent] = 1;
    }
    return marks;
  }

  /** Marks the commits that have one of some commits, which may lie below the floor, behind them. */
  descendantsOf(hashes: ReadonlySet<string>, rows: readonly SliceRow[]): Uint8Array {
    const marks = new Uint8Array(this.size);
    for (let place = this.size - 1; place >= 0; place--) {
      const reaches =
        hashes.has(this.hashes[place]!) ||
        rows[place]!.parents.some((hash) => hashes.has(hash)) ||
        this.parentsOf(place).some((parent) => parent >= 0 && marks[parent] === 1);
      if (reaches) marks[place] = 1;
    }
    return marks;
  }

  /**
   * The commits that are reachable from one commit and not from another (null: from none), as places. As git does it: both
   * sides are walked down together, and it ends when nothing is left that only the first one reaches.
   */
  difference(from: number, without: number | null): readonly number[] {
    const FROM = 1;
    const WITHOUT = 2;
    const { flags } = this;
    const touched: number[] = [];
    const found: number[] = [];
    const queue = new MinHeap<number>((a, b) => a - b);
    let open = 0;
    const reach = (place: number, flag: number) => {
      const before = flags[place]!;
      const now = before | flag;
      if (now === before) return;
      flags[place] = now;
      if (before === 0) {
        touched.push(place);
        queue.push(place);
        if (now === FROM) open++;
      } else if (before === FROM) open--;
    };
    if (without !== null) reach(without, WITHOUT);
    reach(from, FROM);
    while (open > 0) {
      const place = queue.pop()!;
      const flag = flags[place]!;
      if (flag === FROM) {
        open--;
        found.push(place);
      }
      for (const parent of this.parentsOf(place)) if (parent >= 0) reach(parent, flag);
    }
    for (const place of touched) flags[place] = 0;
    return found;
  }
}

/** A commit as `git rev-list --parents --timestamp` writes it. */
export interface SliceRow {
  readonly hash: string;
  readonly time: number;
  readonly parents: readonly string[];
}

/**
 * Reads the ancestry of some commits without that of others, younger commits first.
 *
 * @param revisions full hashes, with `^` before those whose ancestry is not wanted.
 */
export async function readRows(
  repository: string,
  revisions: readonly string[],
): Promise<readonly SliceRow[]> {
  const rows: SliceRow[] = [];
  if (revisions.every((r) => r.startsWith('^'))) return rows;
  const args = ['rev-list', '--parents', '--timestamp', '--date-order', '--stdin'];
  for await (const line of tokens(gitBytes(repository, args, `${revisions.join('\n')}\n`), LF, 'latin1')) {
    const [time, hash, ...parents] = line.split(' ');
    if (hash === undefined || !/^[0-9a-f]{40}$/.test(hash))
      throw new CloneError(`commits of this clone are not named by SHA-1: ${line.slice(0, 80)}`, null);
    rows.push({ hash, time: Number(time), parents });
  }
  return rows;
}

/**
 * Orders commits, parents first; where the graph leaves it open, the older first, then by hash: the order depends on the
 * commits alone and not on what else was read.
 */
export function oldestFirst(rows: readonly SliceRow[]): readonly string[] {
  const children = new Map<string, SliceRow[]>();
  const waits = new Map<string, number>();
  const here = new Set(rows.map((r) => r.hash));
  const ready = new MinHeap<SliceRow>((a, b) => a.time - b.time || (a.hash < b.hash ? -1 : 1));
  for (const row of rows) {
    let count = 0;
    for (const parent of new Set(row.parents)) {
      if (!here.has(parent)) continue;
      count++;
      addTo(children, parent, row);
    }
    if (count === 0) ready.push(row);
    else waits.set(row.hash, count);
  }
  const order: string[] = [];
  for (let row = ready.pop(); row !== undefined; row = ready.pop()) {
    order.push(row.hash);
    for (const child of children.get(row.hash) ?? []) {
      const left = waits.get(child.hash)! - 1;
      waits.set(child.hash, left);
      if (left === 0) ready.push(child);
    }
  }
  return order;
}
