import type { VersionGraph } from './graph.ts';

/** The rule of git's revision.c: go on for five more commits after the list seems to hold nothing of interest. */
const SLOP = 5;

/** What `git rev-list bad ^good...` walks. */
export interface GitRange {
  readonly bad: number;
  /** In the order of the command line; it decides between commits of the same second. */
  readonly goods: readonly number[];
  readonly firstParent?: boolean;
}

/**
 * Lists the nodes of a range in the order of `git rev-list`, newest first. Follows `limit_list()` of git 2.39's
 * revision.c with its priority by committer date and its slop: where dates are skewed, git can list a commit that
 * a good end contains, and so does this.
 */
export function listAsGit(graph: VersionGraph, range: GitRange): Uint32Array {
  const walk = new LimitedWalk(graph, range.firstParent ?? false);
  return walk.run(range.bad, range.goods);
}

/** The state of one walk. A class because the flags of git's commits live exactly as long as it. */
class LimitedWalk {
  readonly #graph: VersionGraph;
  readonly #firstParent: boolean;
  readonly #uninteresting: Uint8Array;
  readonly #seen: Uint8Array;
  readonly #parsed: Uint8Array;
  readonly #queue: DateQueue;
  #interestingQueued = 0;
  readonly #queued: Uint8Array;

  constructor(graph: VersionGraph, firstParent: boolean) {
    this.#graph = graph;
    this.#firstParent = firstParent;
    this.#uninteresting = new Uint8Array(graph.size);
    this.#seen = new Uint8Array(graph.size);
    this.#parsed = new Uint8Array(graph.size);
    this.#queued = new Uint8Array(graph.size);
    this.#queue = new DateQueue(graph.committedAtS);
  }

  run(bad: number, goods: readonly number[]): Uint32Array {
    for (const good of goods) this.#uninteresting[good] = 1;
    for (const [index, node] of [bad, ...goods].entries()) {
      this.#parsed[node] = 1;
      if (index > 0) this.#markParentsUninteresting(node);
      this.#enqueue(node);
    }
    const listed: number[] = [];
    let slop = SLOP;
    let oldestListedS = Infinity;
    for (let node = this.#dequeue(); node !== undefined; node = this.#dequeue()) {
      this.#enqueueParents(node);
      if (this.#uninteresting[node] === 1) {
        this.#markParentsUninteresting(node);
        slop = this.#remainingSlop(oldestListedS, slop);
        if (slop === 0) break;
      } else {
        oldestListedS = this.#graph.committedAtS[node]!;
        listed.push(node);
      }
    }
    return Uint32Array.from(listed.filter((node) => this.#uninteresting[node] === 0));
  }

  #parents(node: number): Uint32Array {
    return this.#graph.parentList.subarray(this.#graph.parentStart[node], this.#graph.parentStart[node + 1]);
  }

  #enqueue(node: number): void {
    if (this.#seen[node] === 1) return;
    this.#seen[node] = 1;
    this.#queued[node] = 1;
    if (this.#uninteresting[node] === 0) this.#interestingQueued++;
    this.#queue.push(node);
  }

  #dequeue(): number | undefined {
    const node = this.#queue.pop();
    if (node === undefined) return undefined;
    this.#queued[node] = 0;
    if (this.#uninteresting[node] === 0) this.#interestingQueued--;
    return node;
  }

  #setUninteresting(node: number): void {
    if (this.#uninteresting[node] === 1) return;
    this.#uninteresting[node] = 1;
    if (this.#queued[node] === 1) this.#interestingQueued--;
  }

  #enqueueParents(node: number): void {
    const parents = this.#parents(node);
    if (this.#uninteresting[node] === 1) {
      for (const parent of parents) {
        this.#setUninteresting(parent);
        this.#parsed[parent] = 1;
        this.#markParentsUninteresting(parent);
        this.#enqueue(parent);
      }
      return;
    }
    for (const parent of parents) {
      this.#parsed[parent] = 1;
      this.#enqueue(parent);
      if (this.#firstParent) break;
    }
  }

  /** Passes the mark down, through commits whose parents git has read by now, and no further. */
  #markParentsUninteresting(node: number): void {
    const pending = [...this.#parents(node)];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      if (this.#uninteresting[each] === 1) continue;
      this.#setUninteresting(each);
      if (this.#parsed[each] === 1) pending.push(...this.#parents(each));
    }
  }

  #remainingSlop(oldestListedS: number, slop: number): number {
    const next = this.#queue.peek();
    if (next === undefined) return 0;
    if (oldestListedS <= this.#graph.committedAtS[next]!) return SLOP;
    if (this.#interestingQueued > 0) return SLOP;
    return slop - 1;
  }
}

/** A heap that gives the newest node first, and the one put in first among those of the same second. */
class DateQueue {
  readonly #dates: Float64Array;
  readonly #heap: number[] = [];
  readonly #arrival = new Map<number, number>();
  #arrivals = 0;

  constructor(dates: Float64Array) {
    this.#dates = dates;
  }

  peek(): number | undefined {
    return this.#heap[0];
  }

  push(node: number): void {
    this.#arrival.set(node, this.#arrivals++);
    const heap = this.#heap;
    let at = heap.length;
    heap.push(node);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#before(node, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = node;
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#before(heap[below + 1]!, heap[below]!)) below++;
      if (!this.#before(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return top;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#dates[b]! - this.#dates[a]!;
    return difference === 0 ? this.#arrival.get(a)! < this.#arrival.get(b)! : difference < 0;
  }
}
