import type { Ask } from '../verdict/ask.ts';
import { certaintyOf } from '../verdict/confirmation.ts';
import { buildRecordOf } from '../range/build-record.ts';
import { testabilityOf } from '../range/buildability.ts';
import type { Pick } from '../verdict/decision.ts';
import { probesForMachines } from './machines.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { ProbeMarket, ScoredProbe } from './probe-market.ts';
import type { Costs, DecideOptions } from '../range/problem.ts';
import { rounded } from '../beliefs/rounding.ts';
import type { Search } from '../beliefs/search.ts';
import type { Tally } from '../range/tally.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What a build costs beside a run when nobody says: the order of magnitude of a kernel and a test of a minute. */
const USUAL_COSTS: Costs = { build: 5, boot: 1, run: 1 };
/** Tests of a flaky thing that tell less than this are not worth anybody's time. */
const LEAST_BITS = 0.002;
/** Without noise a test that parts one suspect from a thousand is still worth it, as git sees it too. */
const LEAST_BITS_NOISE_FREE = 0.0005;

/** Picks a merge base that decides whether the search makes sense; at most one. */
export function untestedBases(search: Search, tally: Tally, cases: readonly OpenCase[]): Pick[] {
  const { range } = search;
  const picks: Pick[] = [];
  for (const platform of new Set(cases.map((each) => each.regression.platform))) {
    const untested = range.mergeBases.filter(
      (base) =>
        search.problem.roles?.testable[base] !== 0 &&
        !tally.untestable.get(platform)!.has(base) &&
        cases.some((each) => each.regression.platform === platform && !each.runs.has(base)),
    );
    for (const base of untested) {
      const version = range.graph.names.at(base);
      const why = `${version} is a merge base of the ends: if it is bad, the good end was fixed and not spared`;
      picks.push({
        version,
        platform,
        purpose: 'merge-base',
        repeats: 1,
        bits: 1,
        cost: 1,
        testable: 1,
        why,
      });
    }
  }
  return picks.slice(0, 1);
}

/**
 * Picks what to test on each machine: first what the cases ask for (a contradiction to settle, or, when nothing is
 * left to search, a culprit to confirm), then what tells most.
 */
export function nextPicks(
  search: Search,
  tally: Tally,
  cases: readonly OpenCase[],
  verdicts: readonly Verdict[],
  options: DecideOptions,
): Pick[] {
  const machines = options.machines ?? 1;
  const running = cases
    .map((each, index) => ({ each, verdict: verdicts[index]! }))
    .filter(({ verdict }) => verdict.state === 'running');
  const searching = running.filter(({ verdict }) => verdict.asks.length === 0).map(({ each }) => each);
  // Ends that do not hold are for a person to look at; they keep no other search waiting.
  const urgent = asksOf(running).filter(({ ask }) => ask.purpose === 'test-again');
  const isMoreToSearch = urgent.length > 0 || searching.length > 0;
  const everything = cases.map((each, index) => ({ each, verdict: verdicts[index]! }));
  const asked = askedPicks(search, isMoreToSearch ? urgent : asksOf(everything));
  const free = machines - asked.length;
  const picks =
    free <= 0 || searching.length === 0
      ? asked.slice(0, machines)
      : [...asked, ...tellingPicks(search, tally, searching, asked, free, options)];
  return picks.map(withoutNode);
}

interface Judged {
  readonly each: OpenCase;
  readonly verdict: Verdict;
}

export interface Asked {
  readonly each: OpenCase;
  readonly ask: Ask;
}

function asksOf(judged: readonly Judged[]): Asked[] {
  return judged.flatMap(({ each, verdict }) => verdict.asks.map((ask) => ({ each, ask })));
}

/** Picks what the cases ask for, each version once a platform. */
export function askedPicks(search: Search, asked: readonly Asked[]): Pick[] {
  const picks = new Map<string, Pick>();
  for (const { each, ask } of asked) {
    const { platform } = each.regression;
    const version = search.range.graph.names.at(ask.node);
    const key = `${platform}\n${version}`;
    if (!picks.has(key)) picks.set(key, { version, platform, bits: 0, cost: 0, testable: 1, ...ask });
  }
  return [...picks.values()];
}

/** Picks what tells the searches most, beside what is picked and what is under way elsewhere. */
function tellingPicks(
  search: Search,
  tally: Tally,
  searching: readonly OpenCase[],
  picked: readonly Pick[],
  machines: number,
  options: DecideOptions,
): Pick[] {
  const { names } = search.range.graph;
  const markets = new Map<string, ProbeMarket>();
  for (const platform of new Set(searching.map((each) => each.regression.platform))) {
    const here = searching.filter((each) => each.regression.platform === platform);
    markets.set(platform, marketOf(search, tally, platform, here, options));
  }
  const taken = [
    ...(options.underWay ?? []).map(({ version, platform }) => ({
      platform,
      entries: search.entriesOf(names.indexOf(version)),
    })),
    ...picked.map(({ version, platform }) => {
      const local = search.range.part.localOf[names.indexOf(version)]!;
      return { platform, entries: local < 0 ? [] : [local] };
    }),
  ];
  const noiseFree = searching.every((each) => each.rates.kind === 'exact');
  // The surer an answer has to be, the less there is to learn just before it.
  const least = noiseFree ? LEAST_BITS_NOISE_FREE : Math.min(LEAST_BITS, 1 - certaintyOf(search.problem));
  const probes = probesForMachines(markets, machines, taken);
  const [first] = probes;
  // What confirms a likely culprit may be worth more than it tells. Beside other tests, whatever is left is taken.
  const isWorthIt =
    taken.length > 0 ||
    (first !== undefined && Math.max(first.probe.bits, first.probe.score * first.probe.cost) >= least);
  return isWorthIt ? probes.map(({ platform, probe }) => pickOf(search, platform, probe)) : [];
}

function withoutNode(pick: Pick): Pick {
  const { version, platform, purpose, repeats, bits, cost, testable, why } = pick;
  return { version, platform, purpose, repeats, bits, cost, testable, why };
}

function marketOf(
  search: Search,
  tally: Tally,
  platform: string,
  cases: readonly OpenCase[],
  options: DecideOptions,
): ProbeMarket {
  const { range, problem } = search;
  const { part, graph } = range;
  const cached = new Uint8Array(part.size);
  const built = new Set(tally.built.get(platform));
  for (const name of options.cached ?? []) built.add(graph.names.indexOf(name));
  for (const node of built) if (node >= 0 && part.localOf[node]! >= 0) cached[part.localOf[node]!] = 1;
  const testable = testabilityOf(range, buildRecordOf(range, tally, platform));
  if (problem.roles !== undefined)
    for (let v = 0; v < part.size; v++) if (problem.roles.testable[part.nodeOf[v]!] === 0) testable[v] = 0;
  const outside = range.goods
    .filter((node) => !tally.untestable.get(platform)!.has(node))
    .map((node) => ({ node, isCached: built.has(node) }));
  return {
    range,
    posteriors: cases.map((each) => each.posterior),
    seconds: cases.map((each) => each.two),
    certainty: certaintyOf(problem),
    costs: options.costs ?? USUAL_COSTS,
    cached,
    tagged: search.tagged,
    testable,
    outside: cases.some((each) => each.posterior.always > 1e-6 || each.two !== null) ? outside : [],
  };
}

function pickOf(search: Search, platform: string, probe: ScoredProbe): Pick {
  const version = search.range.graph.names.at(probe.node);
  const chances = probe.bad.map((bad) => `${Math.round(100 * bad)}%`).join(', ');
  const runs = probe.repeats === 1 ? '1 run tells' : `up to ${probe.repeats} runs tell`;
  const near = probe.preferred === null ? '' : `; ${PREFERENCES[probe.preferred]}`;
  const risk = probe.testable > 0.995 ? '' : `; testable with ${Math.round(100 * probe.testable)}%`;
  const of = probe.bad.length > 1 ? ` for ${probe.bad.length} regressions` : '';
  return {
    version,
    platform,
    purpose: 'search',
    repeats: probe.repeats,
    bits: rounded(probe.bits),
    cost: rounded(probe.cost),
    testable: rounded(probe.testable),
    why: `${runs} ${probe.bits.toFixed(2)} bits${of}: bad with ${chances}${risk}${near}`,
  };
}

const PREFERENCES = {
  // What it tells for its cost is near the best; what it tells may be less.
  cached: 'its build is at hand, and of near ties for the cost it is taken first',
  tag: 'of near ties the one with a tag',
  mainline: 'of near ties the one merged on the main line',
};
