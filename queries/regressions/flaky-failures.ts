import { grouped } from '../../store/grouping.ts';
import { chanceOfMoreFailures, sum, UNLIKELY, type Failures, type Rates } from '../outcomes/fisher.ts';
import { storyOf, type HistoryTurn, type LaneStory } from '../outcomes/history-turns.ts';
import { configKey } from '../results/result-index.ts';
import type { Lane } from '../outcomes/lane.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { Failing, FailingMachine } from './failing-tests.ts';

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
      if (openedBy(lane, versions[0]!) === undefined)
        explained.push({ ...placeOf(test, lane), releases: versions, ...rest });
  }
  for (const candidate of after) {
    const there = told.filter(({ arch }) => arch === candidate.arch);
    if (there.some((lane) => isCompared(lane, candidate.firstBad))) continue;
    const rates = ratesOfAll(graph, there, candidate);
    const machines = there.filter(({ seen }) =>
      seen.some(({ version, rate }) => rate.bad > 0 && candidate.releases.includes(version)),
    );
    if (rates === null || rates.chance < UNLIKELY)
      failing.push({
        ...candidate,
        rates,
        machines: machines.map((lane) => {
          const bad = lane.seen.filter(({ rate }) => rate.bad > 0).map(({ version }) => version);
          const releases = bad.filter((version) => candidate.releases.includes(version));
          return machineOf(graph, lane, { ...candidate, rates, releases }, []);
        }),
      });
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
function openedBy(lane: ToldLane, version: string): HistoryTurn | undefined {
  return risesAt(lane, version)[0];
}

/** The turns to failures, or to more of them, that are not over at a version: the last one first. */
function risesAt({ seen, story: { turnOf } }: ToldLane, version: string): readonly HistoryTurn[] {
  const rises: HistoryTurn[] = [];
  let fell: Failures | null = null;
  for (let turn = turnOf.get(version); turn !== undefined; turn = turnOf.get(turn.from)) {
    const { kind, chance, rates } = turn;
    // That it passes now and then after it broke mends nothing: the turn before may have opened it.
    if (kind === 'fixed') break;
    const here = turn;
    if (kind === 'better')
      fell ??= sum(seen.filter((s) => turnOf.get(s.version) === here).map(({ rate }) => rate));
    const isRise = kind === 'broke' || kind === 'worse' || (kind === 'flaky' && rates!.usual.good > 0);
    if (!isRise || (chance !== null && chance >= UNLIKELY)) continue;
    // Where it fails more seldom than it did at the worst, and still more often than before, it is not over.
    if (fell === null || rates === null || chanceOfMoreFailures(rates.usual, fell) < UNLIKELY)
      rises.push(turn);
  }
  return rises;
}

/**
 * How a machine that fails fared.
 *
 * @param failing its failures
 * @param later the first releases of what broke after that
 */
function machineOf(
  graph: ReleaseGraph,
  { seen }: Lane,
  { firstBad, releases, rates }: Pick<Failing, 'firstBad' | 'releases' | 'rates'>,
  later: readonly string[],
): FailingMachine {
  const since = seen.filter(
    ({ version, state }) =>
      state !== 'inconclusive' &&
      (version === firstBad || !graph.isAncestor(version, firstBad)) &&
      !later.some((first) => graph.isAncestor(first, version)),
  );
  const hasPassed = since.some(
    ({ version, rate }) => rate.good > 0 && releases.some((bad) => graph.isAncestor(version, bad)),
  );
  return {
    releases,
    fared: since.map(({ version, rate: { bad, good }, evidence }) => ({
      release: version,
      rate: { bad, good },
      evidence: evidence.slice(0, 2),
    })),
    isFlaky: rates !== null || hasPassed,
  };
}

function failingIn(graph: ReleaseGraph, lane: ToldLane): readonly Failing[] {
  const bad = lane.seen
    .filter(({ rate }) => rate.bad > 0)
    .map((s) => ({ ...s, rises: risesAt(lane, s.version) }));
  const rises = [...new Set(bad.flatMap((s) => s.rises))];
  return [...grouped(bad, (s) => s.rises[0])].flatMap(([turn, versions]): readonly Failing[] => {
    if (turn === undefined) return [];
    const { chance } = turn;
    const rates = turn.rates === null || chance === null ? null : { ...turn.rates, chance };
    const [lastGood, firstBad] = [turn.from, turn.to];
    const goesOn = bad.filter((s) => s.rises.includes(turn));
    // What broke when this was over says nothing of whether it was.
    const later = rises
      .filter(({ to }) => graph.isAncestor(firstBad, to) && !goesOn.some((s) => s.version === to))
      .map(({ to }) => to);
    const releases = goesOn.map(({ version }) => version);
    return [
      {
        arch: lane.arch!,
        lastGood,
        firstBad,
        releases: versions.map(({ version }) => version),
        evidence: versions.flatMap(({ evidence }) => evidence).slice(0, 4),
        rates,
        machines: [machineOf(graph, lane, { firstBad, releases, rates }, later)],
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
  const usual = sum(earlier.map(({ rate }) => rate));
  const since = sum(seen.filter((s) => releases.includes(s.version)).map(({ rate }) => rate));
  return { usual, since, chance: chanceOfMoreFailures(usual, since) };
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
      machines: those.flatMap((f) => f.machines ?? []),
      // Where it was steady on one machine, that it broke there needs no rate.
      rates: rates.includes(null)
        ? null
        : rates.reduce((least, r) => (r!.chance < least!.chance ? r : least), rates[0]!),
    };
  });
}
