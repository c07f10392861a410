import { rounded } from './rounding.ts';
import { BisectError } from './bisect-error.ts';
import { buildRecordOf } from './build-record.ts';
import { testabilityOf } from './buildability.ts';
import { openConfirmations } from './confirmation.ts';
import type { Decision, Pick, RegressionState, SearchState } from './decision.ts';
import { decideAsGit } from './decide-as-git.ts';
import { effortLeft } from './effort.ts';
import { probesForMachines } from './machines.ts';
import { openCase, type OpenCase } from './open-case.ts';
import type { Costs, DecideOptions, Outcome, Problem } from './problem.ts';
import { refutedOrder } from './refuted-order.ts';
import { searchOf, type Search } from './search.ts';
import { sharedCulprits } from './shared-culprit.ts';
import { tallyOf, type Tally } from './tally.ts';
import type { ProbeMarket, ScoredProbe } from './chooser.ts';

/** What a build costs beside a run when nobody says: the order of magnitude of a kernel and a test of a minute. */
const USUAL_COSTS: Costs = { build: 5, boot: 1, run: 1 };
/** Tests of a flaky thing that tell less than this are not worth anybody's time. */
const LEAST_BITS = 0.002;
/** Without noise a test that parts one suspect from a thousand is still worth it, as git sees it too. */
const LEAST_BITS_NOISE_FREE = 0.0005;
const SURE = 0.99;
const LISTED = 20;

/**
 * Decides what to test next, or that the search has an answer. A pure function: the same problem, outcomes (in
 * order, retracted ones left out) and options give the same decision on every machine. Throws a `BisectError` for
 * names that the history or the problem does not know.
 */
export function decide(
  problem: Problem,
  outcomes: readonly Outcome[],
  options: DecideOptions = {},
): Decision {
  if (problem.regressions.length === 0)
    throw new BisectError('unknown-regression', 'a search needs at least one regression');
  const search = searchOf(problem);
  const tally = tallyOf(problem.graph, problem, outcomes);
  const cases = problem.regressions.map((regression) =>
    openCase(search, tally, regression, options.listed ?? LISTED),
  );
  if (options.chooser === 'git') return decideAsGit(search, outcomes, cases);
  const verdicts = cases.map((each) => verdictOf(search, tally, each));

  const bases = untestedBases(search, tally, cases);
  const picks = bases.length > 0 ? bases : nextPicks(search, tally, cases, verdicts, options);
  const exhausted = picks.length === 0;
  const states = cases.map((each, index): RegressionState => {
    const verdict = verdicts[index]!;
    const state = verdict.state === 'running' && exhausted ? 'suspects' : verdict.state;
    return describeCase(search, each, state, verdict.why);
  });
  const state = overallState(states.map((each) => each.state));
  return {
    state,
    next: picks,
    regressions: states,
    ...effortLeft(cases.filter((_, index) => states[index]!.state === 'running')),
    sharedCulprits: sharedCulprits(search.range, cases),
    why: whyLine(state, states, picks),
  };
}

/** What is known of one case before anything is chosen. */
interface Verdict {
  readonly state: SearchState;
  /** Tests that this case asks for beyond the search. */
  readonly asks: readonly Ask[];
  readonly why: string;
}

interface Ask {
  readonly node: number;
  readonly repeats: number;
  readonly purpose: Pick['purpose'];
  readonly why: string;
}

function verdictOf(search: Search, tally: Tally, each: OpenCase): Verdict {
  const { posterior, suspects, rates, runs, regression } = each;
  const { range } = search;
  const nameOf = range.graph.names.at;
  const untestable = tally.untestable.get(regression.platform)!;
  if (posterior.always > 0.5 || posterior.never > 0.5) {
    const ends = posterior.always > 0.5 ? range.goods : range.bads;
    const again = ends.length > 0 ? ends : range.bads;
    const what = posterior.always > 0.5 ? 'bad' : 'good';
    const why = `the ends do not hold: ${again.map(nameOf).join(', ')} looks ${what}; test it again`;
    return {
      state: 'contradiction',
      asks: again.map((node) => ({ node, repeats: 1, purpose: 'test-again', why })),
      why,
    };
  }
  const refuted = refutedOrder(search, each);
  if (refuted !== null) {
    const why = `${nameOf(refuted.bad)} is bad and its descendant ${nameOf(refuted.good)} is good`;
    const rest = refuted.settled
      ? `: it broke up to ${nameOf(refuted.bad)} and was fixed up to ${nameOf(refuted.good)}; search each on its own`
      : '; test the cheaper of the two again';
    if (refuted.settled) return { state: 'contradiction', asks: [], why: why + rest };
    if (rates.kind === 'exact' || each.contradicted)
      return {
        state: 'running',
        asks: [{ node: refuted.again, repeats: 1, purpose: 'test-again', why: why + rest }],
        why: why + rest,
      };
  }
  const first = suspects.listed[0];
  if (first === undefined || first.p < SURE) return { state: 'running', asks: [], why: '' };
  const open = openConfirmations(range, posterior, rates, runs, suspects.top);
  const possible = open.filter(({ local }) => !untestable.has(range.part.nodeOf[local]!));
  if (open.length === 0)
    return {
      state: 'concluded',
      asks: [],
      why: `${first.version} is the first bad version (p ${first.p.toFixed(3)})`,
    };
  const asks = possible.map(({ local, repeats, purpose }): Ask => {
    const node = range.part.nodeOf[local]!;
    const why =
      purpose === 'see-it-bad'
        ? `${nameOf(node)} is the likely culprit (p ${first.p.toFixed(3)}) and was not seen bad often enough`
        : `${nameOf(node)}, a parent of the likely culprit, needs ${repeats} more good runs`;
    return { node, repeats, purpose, why };
  });
  return asks.length > 0
    ? { state: 'running', asks, why: asks[0]!.why }
    : {
        state: 'suspects',
        asks: [],
        why: `${first.version} cannot be confirmed: its neighbours cannot be tested`,
      };
}

function untestedBases(search: Search, tally: Tally, cases: readonly OpenCase[]): Pick[] {
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

function nextPicks(
  search: Search,
  tally: Tally,
  cases: readonly OpenCase[],
  verdicts: readonly Verdict[],
  options: DecideOptions,
): Pick[] {
  const machines = options.machines ?? 1;
  const { graph, part } = search.range;
  const urgent = cases.flatMap((each, index) =>
    verdicts[index]!.asks.map((ask) => ({ each, ask })).filter(({ ask }) => ask.purpose === 'test-again'),
  );
  const searching = cases.filter(
    (_, index) => verdicts[index]!.state === 'running' && verdicts[index]!.asks.length === 0,
  );
  const asked =
    urgent.length > 0 || searching.length > 0
      ? urgent
      : cases.flatMap((each, index) => verdicts[index]!.asks.map((ask) => ({ each, ask })));
  const picks: Pick[] = [];
  for (const { each, ask } of asked) {
    const { platform } = each.regression;
    const version = graph.names.at(ask.node);
    if (picks.some((pick) => pick.version === version && pick.platform === platform)) continue;
    picks.push({ version, platform, bits: 0, cost: 0, testable: 1, ...ask });
  }
  if (picks.length >= machines || searching.length === 0) return picks.slice(0, machines).map(withoutNode);

  const markets = new Map<string, ProbeMarket>();
  for (const platform of new Set(searching.map((each) => each.regression.platform))) {
    const here = searching.filter((each) => each.regression.platform === platform);
    markets.set(platform, marketOf(search, tally, platform, here, options));
  }
  const underWay = (options.underWay ?? []).map(({ version, platform }) => ({
    platform,
    entries: search.entriesOf(graph.names.indexOf(version)),
  }));
  for (const pick of picks) {
    const local = part.localOf[graph.names.indexOf(pick.version)]!;
    underWay.push({ platform: pick.platform, entries: local < 0 ? [] : [local] });
  }
  const noiseFree = searching.every((each) => each.rates.kind === 'exact');
  const least = noiseFree ? LEAST_BITS_NOISE_FREE : LEAST_BITS;
  const probes = probesForMachines(markets, machines - picks.length, underWay);
  for (const { platform, probe } of probes) {
    if (probe.bits < least && picks.length === 0 && underWay.length === 0) break;
    picks.push(pickOf(search, platform, probe, searching));
  }
  return picks.map(withoutNode);
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
  for (const node of tally.built.get(platform)!)
    if (part.localOf[node]! >= 0) cached[part.localOf[node]!] = 1;
  for (const name of options.cached ?? []) {
    const node = graph.names.indexOf(name);
    if (node >= 0 && part.localOf[node]! >= 0) cached[part.localOf[node]!] = 1;
  }
  const testable = testabilityOf(range, buildRecordOf(range, tally, platform));
  if (problem.roles !== undefined)
    for (let v = 0; v < part.size; v++) if (problem.roles.testable[part.nodeOf[v]!] === 0) testable[v] = 0;
  const outside = range.goods.filter((node) => !tally.untestable.get(platform)!.has(node));
  return {
    range,
    posteriors: cases.map((each) => each.posterior),
    costs: options.costs ?? USUAL_COSTS,
    cached,
    tagged: search.tagged,
    testable,
    outside: cases.some((each) => each.posterior.always > 1e-6) ? outside : [],
  };
}

function pickOf(search: Search, platform: string, probe: ScoredProbe, cases: readonly OpenCase[]): Pick {
  const version = search.range.graph.names.at(probe.node);
  const chances = probe.bad.map((bad) => `${Math.round(100 * bad)}%`).join(', ');
  const runs = probe.repeats === 1 ? '1 run' : `up to ${probe.repeats} runs`;
  const near = probe.preferred === null ? '' : `; of near ties the one ${PREFERENCES[probe.preferred]}`;
  const risk = probe.testable > 0.995 ? '' : `; testable with ${Math.round(100 * probe.testable)}%`;
  const of = cases.length > 1 ? ` for ${cases.length} regressions` : '';
  return {
    version,
    platform,
    purpose: 'search',
    repeats: probe.repeats,
    bits: rounded(probe.bits),
    cost: rounded(probe.cost),
    testable: rounded(probe.testable),
    why: `${runs} tell ${probe.bits.toFixed(2)} bits${of}: bad with ${chances}${risk}${near}`,
  };
}

const PREFERENCES = {
  cached: 'whose build is at hand',
  tag: 'with a tag',
  mainline: 'merged on the main line',
};

function describeCase(search: Search, each: OpenCase, state: SearchState, why: string): RegressionState {
  const { posterior, suspects, regression, contradicted } = each;
  const inverted = search.problem.direction === 'fixed';
  const { falseFail, falsePass } = posterior.rates;
  return {
    regression: regression.key,
    state,
    suspectCount: suspects.count,
    suspectCountAtStart: search.range.part.size,
    top: suspects.listed,
    always: posterior.always,
    never: posterior.never,
    falseFail: inverted ? falsePass : falseFail,
    falsePass: inverted ? falseFail : falsePass,
    contradicted,
    why: why === '' ? `${suspects.count} suspects left (were ${search.range.part.size})` : why,
  };
}

function overallState(states: readonly SearchState[]): SearchState {
  for (const state of ['running', 'contradiction', 'suspects'] as const)
    if (states.includes(state)) return state;
  return 'concluded';
}

function whyLine(
  state: SearchState,
  regressions: readonly RegressionState[],
  picks: readonly Pick[],
): string {
  const told = regressions.map((each) =>
    regressions.length === 1 ? each.why : `${each.regression}: ${each.why}`,
  );
  if (state === 'suspects' && picks.length === 0)
    told.push('no test tells more: what is left cannot be separated');
  const next = picks[0];
  return next === undefined ? told.join('. ') : `${told.join('. ')}. Next ${next.version}: ${next.why}`;
}
