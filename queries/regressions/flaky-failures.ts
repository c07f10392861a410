import { grouped } from '../../store/grouping.ts';
import { chanceOfMoreFailures, UNLIKELY, type Failures, type Rates } from '../outcomes/fisher.ts';
import { storyOf, type HistoryTurn, type LaneStory, type SeenVersion } from '../outcomes/history-turns.ts';
import { configKey } from '../results/result-index.ts';
import type { Lane } from '../outcomes/lane.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { Failing, Passed } from './failing-tests.ts';

/** Failures that the rate of a flaky test explains: they open no regression. */
export interface FlakyFailure extends Rates {
  readonly test: string;
  readonly arch: string;
  /** The machine and the compiler that it was seen flaky on, where they are told. */
  readonly platform: string | null;
  readonly compiler: string | null;
  readonly releases: readonly string[];
  readonly evidence: readonly string[];
}

/** What became of a test that passed and failed at one version. */
export interface FlakyStory {
  readonly failing: readonly Failing[];
  readonly explained: readonly FlakyFailure[];
}

/**
 * Tells failures of a flaky test that its rate explains from those that it does not, on each machine and with each compiler by itself, as
 * `history` does: it broke where it fails only, or more often, than is likely at the rate that it had. Where it never was flaky on that
 * machine, any failure after a pass is one. A machine that was not seen before is held to what all others came to.
 *
 * @param lanes how the test fared
 * @param after its failures after passes, machines and compilers taken together
 */
export function flakyStory(
  graph: ReleaseGraph,
  test: string,
  lanes: readonly Lane[],
  after: readonly Failing[],
): FlakyStory {
  const told = lanes
    .filter(({ arch, config }) => arch !== null && configKey(config) === '')
    .map((lane): ToldLane => ({ ...lane, story: storyOf(graph, lane.seen) }));
  const failing: Failing[] = [];
  const explained: FlakyFailure[] = [];
  for (const lane of told) {
    failing.push(...failingIn(graph, lane));
    for (const { versions, ...rest } of lane.story.excused)
      if (openedBy(lane.story, versions[0]!) === undefined)
        explained.push({ ...placeOf(test, lane), releases: versions, ...rest });
  }
  for (const candidate of after) {
    const there = told.filter(({ arch }) => arch === candidate.arch);
    if (there.some((lane) => isCompared(lane, candidate.firstBad))) continue;
    const rates = ratesOfAll(graph, there, candidate);
    const machines = there.filter(({ seen }) =>
      seen.some(({ version, rate }) => rate.bad > 0 && candidate.releases.includes(version)),
    );
    const passes = machines.map((lane) => passesOf(graph, lane, candidate.firstBad));
    if (rates === null || rates.chance < UNLIKELY) failing.push({ ...candidate, rates, passes });
    else
      explained.push({
        ...placeOf(test, { arch: candidate.arch, platform: null, compiler: null }),
        releases: candidate.releases,
        ...rates,
        evidence: candidate.evidence,
      });
  }
  return { failing: joined(graph, failing), explained };
}

interface ToldLane extends Lane {
  readonly story: LaneStory;
}

const placeOf = (
  test: string,
  { arch, platform, compiler }: Pick<Lane, 'arch' | 'platform' | 'compiler'>,
) => ({
  test,
  arch: arch!,
  platform,
  compiler,
});

/** The turn since which a test fails at a version, or fails more often than it did; none where it does not. */
function openedBy({ turnOf }: Pick<LaneStory, 'turnOf'>, version: string): HistoryTurn | undefined {
  for (let turn = turnOf.get(version); turn !== undefined; turn = turnOf.get(turn.from)) {
    const { kind, chance, rates } = turn;
    const isRise = kind === 'broke' || kind === 'worse' || (kind === 'flaky' && rates!.usual.good > 0);
    if (isRise && (chance === null || chance < UNLIKELY)) return turn;
    // That it passes now and then after it broke mends nothing: the turn before may have opened it.
    if (kind !== 'broke' && kind !== 'flaky') return undefined;
  }
  return undefined;
}

/** Where a machine passed and did nothing else, from the first failure on and beside it. */
function passesOf(graph: ReleaseGraph, { seen }: Lane, firstBad: string): readonly Passed[] {
  return seen.flatMap(({ version, state, evidence }) =>
    state === 'pass' && !graph.isAncestor(version, firstBad)
      ? [{ release: version, evidence: evidence.slice(0, 2) }]
      : [],
  );
}

function failingIn(graph: ReleaseGraph, lane: ToldLane): readonly Failing[] {
  const bad = lane.seen.filter(({ rate }) => rate.bad > 0);
  const byTurn = grouped(bad, ({ version }) => openedBy(lane.story, version));
  return [...byTurn].flatMap(([turn, versions]): readonly Failing[] => {
    if (turn === undefined) return [];
    const { chance, rates } = turn;
    return [
      {
        arch: lane.arch!,
        lastGood: turn.from,
        firstBad: turn.to,
        releases: versions.map(({ version }) => version),
        evidence: versions.flatMap(({ evidence }) => evidence).slice(0, 4),
        rates: rates === null || chance === null ? null : { ...rates, chance },
        passes: [passesOf(graph, lane, turn.to)],
      },
    ];
  });
}

/** Whether a lane fails at a version, and says something of one before it. */
function isCompared({ seen, story }: ToldLane, version: string): boolean {
  const here = seen.find((s) => s.version === version);
  return here !== undefined && here.rate.bad > 0 && story.before.has(version);
}

/** How often a test failed on an architecture before a version and since; null where it was not flaky before. */
function ratesOfAll(
  graph: ReleaseGraph,
  lanes: readonly Lane[],
  { firstBad, releases }: Failing,
): Rates | null {
  const seen = lanes.flatMap((lane) => lane.seen);
  const earlier = seen.filter((s) => s.version !== firstBad && graph.isAncestor(s.version, firstBad));
  if (!earlier.some((s) => s.state === 'mixed')) return null;
  const usual = sumOf(earlier);
  const since = sumOf(seen.filter((s) => releases.includes(s.version)));
  return { usual, since, chance: chanceOfMoreFailures(usual, since) };
}

function sumOf(seen: readonly SeenVersion[]): Failures {
  return seen.reduce((sum, { rate }) => ({ bad: sum.bad + rate.bad, good: sum.good + rate.good }), {
    bad: 0,
    good: 0,
  });
}

/** What began to fail at one release on several machines is one; of its rates, those that are least likely. */
function joined(graph: ReleaseGraph, failing: readonly Failing[]): readonly Failing[] {
  const byEdge = grouped(failing, ({ arch, lastGood, firstBad }) =>
    JSON.stringify([arch, firstBad, lastGood]),
  );
  return [...byEdge.values()].map((those): Failing => {
    const rates = those.map((f) => f.rates);
    return {
      ...those[0]!,
      releases: graph.inOrder(those.flatMap((f) => f.releases)),
      evidence: [...new Set(those.flatMap((f) => f.evidence))],
      passes: those.flatMap((f) => f.passes ?? []),
      // Where it was steady on one machine, that it broke there needs no rate.
      rates: rates.includes(null)
        ? null
        : rates.reduce((least, r) => (r!.chance < least!.chance ? r : least), rates[0]!),
    };
  });
}
