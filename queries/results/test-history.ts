import { compareReleaseNames } from '../../store/names/release-name.ts';
import { grouped } from '../../store/grouping.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import { storyOf, type HistoryState, type HistoryTurn, type SeenVersion } from '../outcomes/history-turns.ts';
import { chosen, type IdentityFilter } from './identity-filter.ts';
import { laneKey, stateOf, type Lane } from '../outcomes/lane.ts';
import { isBad, rateOf, telling, type PlacedResult, type Rate } from '../outcomes/seen-result.ts';

/** Versions of one line, one after the other, at which the test came to the same, at one rate where that was both. */
export interface HistorySpan {
  /** A line of releases; else the tree; null where neither is known. */
  readonly line: string | null;
  readonly from: string;
  readonly to: string;
  /** How many versions have results. */
  readonly versions: number;
  readonly state: HistoryState;
  readonly rate: Rate;
  /** One result of each outcome, of the first version and the last. */
  readonly evidence: readonly string[];
}

/** One test at one place, and where it turned. */
export interface HistoryLane extends Omit<Lane, 'seen'> {
  readonly spans: readonly HistorySpan[];
  readonly turns: readonly HistoryTurn[];
}

export interface TestHistory {
  readonly test: string;
  readonly lanes: readonly HistoryLane[];
  /** Results of kernels that nothing names. */
  readonly unplaced: Rate;
}

export interface HistoryDocument {
  readonly schema: 'regline.history/1';
  readonly asOf: string | null;
  readonly tests: readonly TestHistory[];
}

/**
 * Answers: how did a test fare, version by version, on each architecture, configuration and machine? Releases follow one another as the
 * graph says; versions that it does not know are ordered by name where they are named like releases, else by when they became known.
 *
 * @param versions the versions that count; all where it is left out
 */
export function testHistories(
  graph: ReleaseGraph,
  tests: Iterable<string>,
  results: readonly PlacedResult[],
  filter: IdentityFilter = {},
  versions?: ReadonlySet<string>,
): readonly TestHistory[] {
  const counted = chosen(filter, results).filter(
    (r) => versions === undefined || (r.version !== null && versions.has(r.version)),
  );
  const byTest = grouped(counted, (r) => r.test);
  return [...new Set(tests)].sort().map((test) => {
    const all = byTest.get(test) ?? [];
    return {
      test,
      lanes: lanesOf(graph, all).map(({ seen, ...lane }) => {
        const { turns } = storyOf(graph, seen);
        return { ...lane, spans: spansOf(seen, new Set(turns.map(({ to }) => to))), turns };
      }),
      unplaced: rateOf(all.filter((r) => r.version === null)),
    };
  });
}

type Placed = PlacedResult & { readonly version: string };

/** Tells results of one test apart by where they were seen, each version after those that it continues. */
export function lanesOf(graph: ReleaseGraph, results: readonly PlacedResult[]): readonly Lane[] {
  const placed = results.filter((r): r is Placed => r.version !== null);
  return [...grouped(placed, laneKey)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, here]) => laneOf(graph, here));
}

function laneOf(graph: ReleaseGraph, results: readonly Placed[]): Lane {
  const seen = inOrder(graph, results).map(([version, here]): SeenVersion => {
    const rate = rateOf(here);
    const line = graph.releases.get(version)?.line ?? treeOf(here);
    const evidence = telling(here).map((r) => r.address);
    const loose =
      isCommit(version) && !graph.releases.has(version)
        ? { loose: { known: firstKnown(here), mails: new Set(here.flatMap(({ mail }) => mail ?? [])) } }
        : undefined;
    return { version, line, state: stateOf(rate), rate, evidence, ...loose };
  });
  const { arch, config, platform, compiler } = results[0]!;
  return {
    arch,
    config,
    platform,
    compiler: compiler ?? null,
    origins: [...new Set(results.map((r) => r.origin))].sort(),
    seen,
  };
}

/** Builds that became known together are told by their numbers: `build-9` is before `build-10`. */
const byNumbers = new Intl.Collator('en', { numeric: true });

/** Versions with their results: recorded releases as the graph has them, then others, tree by tree. */
function inOrder(
  graph: ReleaseGraph,
  results: readonly Placed[],
): readonly (readonly [version: string, results: readonly Placed[]])[] {
  const byVersion = grouped(results, (r) => r.version);
  const recorded = graph.inOrder(byVersion.keys());
  const first = (version: string) => firstKnown(byVersion.get(version)!);
  const trees = new Map([...byVersion].map(([version, here]) => [version, treeOf(here) ?? '']));
  const others = [...byVersion.keys()].filter((version) => !graph.releases.has(version));
  const isNamed = (version: string) => (/^v?\d+\.\d/.test(version) ? 0 : 1);
  // What tells of two commits at once compares a change with the one before it, as 0-day does: what passes was before. Hashes have no order.
  const failing = (version: string) => (byVersion.get(version)!.some(isBad) ? 1 : 0);
  const compare = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  others.sort(
    (a, b) =>
      compare(trees.get(a)!, trees.get(b)!) ||
      isNamed(a) - isNamed(b) ||
      (isNamed(a) === 0 ? compareReleaseNames(a, b) : 0) ||
      compare(first(a), first(b)) ||
      (isCommit(a) && isCommit(b) ? failing(a) - failing(b) : 0) ||
      byNumbers.compare(a, b) ||
      compare(a, b),
  );
  return [...recorded, ...others].map((version) => [version, byVersion.get(version)!]);
}

const isCommit = (version: string) => /^[0-9a-f]{12,40}$/.test(version);

function firstKnown(results: readonly Placed[]): string {
  return results.reduce((least, r) => (r.known < least ? r.known : least), '~');
}

/** The tree of a version: of several, the first by name. */
function treeOf(results: readonly Placed[]): string | null {
  return results.reduce<string | null>(
    (least, { tree }) => (tree !== null && (least === null || tree < least) ? tree : least),
    null,
  );
}

/** What is flaky before and after a turn is told apart, too: its rates differ. */
function spansOf(seen: readonly SeenVersion[], turned: ReadonlySet<string>): readonly HistorySpan[] {
  const spans: HistorySpan[] = [];
  for (const members of grouped(seen, (s) => s.line).values()) {
    let open: SeenVersion[] = [];
    for (const next of [...members, null]) {
      if (open.length > 0 && (next?.state !== open[0]!.state || turned.has(next.version))) {
        spans.push(spanOf(open));
        open = [];
      }
      if (next !== null) open.push(next);
    }
  }
  return spans;
}

function spanOf(seen: readonly SeenVersion[]): HistorySpan {
  const [first, last] = [seen[0]!, seen.at(-1)!];
  return {
    line: first.line,
    from: first.version,
    to: last.version,
    versions: seen.length,
    state: first.state,
    rate: seen
      .map((s) => s.rate)
      .reduce((sum, r) => ({
        good: sum.good + r.good,
        bad: sum.bad + r.bad,
        inconclusive: sum.inconclusive + r.inconclusive,
      })),
    evidence: [...new Set([...first.evidence, ...last.evidence])],
  };
}
