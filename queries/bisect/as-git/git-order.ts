import { DateQueue } from '../graph/date-queue.ts';
import type { VersionGraph } from '../graph/graph.ts';
import type { PathHistory } from '../graph/path-history.ts';

/** The rule of git's revision.c: go on for five more commits after the list seems to hold nothing of interest. */
const SLOP = 5;

/** What `git rev-list bad ^good... -- paths` walks. */
export interface GitRange {
  readonly bad: number;
  /** In the order of the command line; it decides between commits of the same second. */
  readonly goods: readonly number[];
  readonly firstParent?: boolean;
  /** Left out: no paths were named, and every commit counts. */
  readonly paths?: PathHistory;
  /** Commits that git has read before the walk begins (see `checkAncestors`). */
  readonly read?: Uint8Array;
}

/** A range as git walked it. */
export interface GitList {
  /** Newest first. */
  readonly nodes: Uint32Array;
  /** 1 for what changes nothing under the paths (git's TREESAME): walked through, and not to be tested. */
  readonly unchanged: Uint8Array;
  /** Whether an edge of the graph is left after simplification: a merge that took one side as it was keeps that alone. */
  readonly follows: (node: number, edge: number) => boolean;
}

/**
 * Lists the nodes of a range in the order of `git rev-list`, newest first. Follows `limit_list()` of git's
 * revision.c with its priority by committer date and its slop: where dates are skewed, git can list a commit that
 * a good end contains, and so does this. With paths the history is simplified on the way as
 * `try_to_simplify_commit()` does it.
 */
export function listAsGit(graph: VersionGraph, range: GitRange): GitList {
  const goods = range.goods.map((node): Tip => ({ node, wanted: false }));
  return new LimitedWalk(graph, [{ node: range.bad, wanted: true }, ...goods], range).run();
}

/** What git finds when it looks whether the bad end contains the good ones. */
export interface AncestorCheck {
  /** It met none that the bad end does not contain. Where it could not tell in time, git goes on to find the merge bases. */
  readonly contained: boolean;
  /**
   * What it has read. It matters afterwards: that a commit is contained in a good end is passed on at once through
   * commits that were read, else only when the walk comes by; and a merge is simplified by what is known when the
   * walk comes to it.
   */
  readonly read: Uint8Array;
}

/** Looks whether the bad end contains the good ones, as `check_ancestors()` of git's bisect.c. */
export function checkAncestors(graph: VersionGraph, { bad, goods }: GitRange): AncestorCheck {
  const ends = goods.map((node): Tip => ({ node, wanted: true }));
  const walk = new LimitedWalk(graph, [{ node: bad, wanted: false }, ...ends]);
  walk.run();
  return { contained: walk.listed.length === 0, read: walk.read };
}

/** An argument of `git rev-list`: what it contains is wanted, or (`^`) is not. */
interface Tip {
  readonly node: number;
  readonly wanted: boolean;
}

/** The state of one walk. A class because the flags of git's commits live exactly as long as it. */
class LimitedWalk {
  readonly read: Uint8Array;
  /** In the order of the walk; what turned out to be unwanted later is in it too. */
  readonly listed: number[] = [];
  private readonly graph: VersionGraph;
  private readonly tips: readonly Tip[];
  private readonly options: Pick<GitRange, 'firstParent' | 'paths' | 'read'>;
  private readonly uninteresting: Uint8Array;
  private readonly seen: Uint8Array;
  private readonly queued: Uint8Array;
  private readonly unchanged: Uint8Array;
  /** The one edge that is left of simplified commits. */
  private readonly onlyEdge = new Map<number, number>();
  private readonly bottoms: ReadonlySet<number>;
  private readonly queue: DateQueue;
  private interestingQueued = 0;

  constructor(
    graph: VersionGraph,
    tips: readonly Tip[],
    options: Pick<GitRange, 'firstParent' | 'paths' | 'read'> = {},
  ) {
    this.graph = graph;
    this.tips = tips;
    this.options = options;
    this.read = options.read?.slice() ?? new Uint8Array(graph.size);
    this.uninteresting = new Uint8Array(graph.size);
    this.seen = new Uint8Array(graph.size);
    this.queued = new Uint8Array(graph.size);
    this.unchanged = new Uint8Array(graph.size);
    this.bottoms = new Set(tips.flatMap(({ node, wanted }) => (wanted ? [] : [node])));
    this.queue = new DateQueue(graph.committedAtS);
  }

  run(): GitList {
    for (const { node, wanted } of this.tips) {
      this.read[node] = 1;
      if (!wanted) this.uninteresting[node] = 1;
    }
    for (const { node, wanted } of this.tips) {
      if (!wanted) this.markParentsUninteresting(node);
      this.enqueue(node);
    }
    let slop = SLOP;
    let oldestListedS = Infinity;
    for (let node = this.dequeue(); node !== undefined; node = this.dequeue()) {
      this.enqueueParents(node);
      if (this.uninteresting[node] === 1) {
        this.markParentsUninteresting(node);
        slop = this.remainingSlop(oldestListedS, slop);
        if (slop === 0) break;
      } else {
        oldestListedS = this.graph.committedAtS[node]!;
        this.listed.push(node);
      }
    }
    const { parentStart } = this.graph;
    const { firstParent = false } = this.options;
    const onlyEdge = this.onlyEdge;
    return {
      nodes: Uint32Array.from(this.listed.filter((node) => this.uninteresting[node] === 0)),
      unchanged: this.unchanged,
      follows: (node, edge) =>
        edge === (onlyEdge.get(node) ?? edge) &&
        (!firstParent || onlyEdge.has(node) || edge === parentStart[node]),
    };
  }

  private parents(node: number): Uint32Array {
    const { parentStart, parentList } = this.graph;
    const only = this.onlyEdge.get(node);
    return only === undefined
      ? parentList.subarray(parentStart[node], parentStart[node + 1])
      : parentList.subarray(only, only + 1);
  }

  private enqueue(node: number): void {
    if (this.seen[node] === 1) return;
    this.seen[node] = 1;
    this.queued[node] = 1;
    if (this.uninteresting[node] === 0) this.interestingQueued++;
    this.queue.push(node);
  }

  private dequeue(): number | undefined {
    const node = this.queue.pop();
    if (node === undefined) return undefined;
    this.queued[node] = 0;
    if (this.uninteresting[node] === 0) this.interestingQueued--;
    return node;
  }

  private setUninteresting(node: number): void {
    if (this.uninteresting[node] === 1) return;
    this.uninteresting[node] = 1;
    if (this.queued[node] === 1) this.interestingQueued--;
  }

  private enqueueParents(node: number): void {
    if (this.uninteresting[node] === 1) {
      for (const parent of this.parents(node)) {
        this.setUninteresting(parent);
        this.read[parent] = 1;
        this.markParentsUninteresting(parent);
        this.enqueue(parent);
      }
      return;
    }
    if (this.options.paths !== undefined) this.simplify(node, this.options.paths);
    for (const parent of this.parents(node)) {
      this.read[parent] = 1;
      this.enqueue(parent);
      if (this.options.firstParent === true) break;
    }
  }

  /** Follows the first parent that has the same under the paths, and finds whether the commit changes anything there. */
  private simplify(node: number, { sameAsParent, emptyRoot }: PathHistory): void {
    const { parentStart, parentList } = this.graph;
    const from = parentStart[node]!;
    const end = parentStart[node + 1]!;
    if (from === end) {
      this.unchanged[node] = emptyRoot[node]!;
      return;
    }
    let relevantParents = 0;
    const changed = { relevant: false, irrelevant: false };
    for (let e = from; e < end; e++) {
      const parent = parentList[e]!;
      const relevant = this.uninteresting[parent] === 0 || this.bottoms.has(parent);
      if (relevant) relevantParents++;
      if (e > from && this.options.firstParent === true) break;
      if (sameAsParent[e] === 0) changed[relevant ? 'relevant' : 'irrelevant'] = true;
      else if (relevant) {
        this.onlyEdge.set(node, e);
        this.unchanged[node] = 1;
        return;
      }
    }
    if (!(relevantParents > 0 ? changed.relevant : changed.irrelevant)) this.unchanged[node] = 1;
  }

  /** Passes the mark down, through commits whose parents git has read by now, and no further. */
  private markParentsUninteresting(node: number): void {
    const pending = [...this.parents(node)];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      if (this.uninteresting[each] === 1) continue;
      this.setUninteresting(each);
      if (this.read[each] === 1) pending.push(...this.parents(each));
    }
  }

  private remainingSlop(oldestListedS: number, slop: number): number {
    const next = this.queue.peek();
    if (next === undefined) return 0;
    if (oldestListedS <= this.graph.committedAtS[next]!) return SLOP;
    if (this.interestingQueued > 0) return SLOP;
    return slop - 1;
  }
}
