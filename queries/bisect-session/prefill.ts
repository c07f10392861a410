import { answersOf } from '../regressions/answers.ts';
import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import type { Outcome } from '../bisect/range/problem.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { configKey } from '../results/result-index.ts';
import { failures, isGood, type PlacedResult } from '../outcomes/seen-result.ts';
import { countedAt } from '../verdict/counted.ts';
import type { Session, Started } from '../recorded-sessions/session.ts';
import type { SessionHistory } from './session-history.ts';

/** An answer that the log held before the search began. */
export interface Prefilled {
  /** As the engine takes it. */
  readonly outcome: Outcome;
  /** In the session's terms: good is the old state. */
  readonly state: 'good' | 'bad' | 'skip';
  /** The release that the log speaks of; the version as it was tested, where another search found it out. */
  readonly release: string;
  /** `tested` or `reported`: what is only predicted weighs suspects, and answers nothing. */
  readonly basis: 'tested' | 'reported';
  readonly evidence: readonly string[];
}

/**
 * Finds what the log already says of the versions that are releases: a verdict that rests on tests or reports is an
 * outcome, and so is a result of the test that is searched for. What the session itself found out is not in it.
 *
 * @param bad the bad ends, as versions of the history.
 * @param past every result of the tests of the session, where it learns how often they lie
 */
export function prefilled(
  model: Model,
  session: Session,
  bad: readonly string[],
  history: SessionHistory,
  past: readonly PlacedResult[] = [],
): readonly Prefilled[] {
  const { regressions, prefill, direction, second } = session.start.payload;
  // What the log says of a release, it says of no certain pair.
  if (!prefill || second !== undefined) return [];
  const { graph } = history;
  const inReach = markAncestors(
    graph,
    bad.map((name) => nodeNamed(graph, name)),
  );
  const before = withoutSession(model, session);
  const found: Prefilled[] = [];
  for (const r of regressions) {
    if (r.arch === undefined) continue;
    const known = knownOf(before, r, r.arch, session, past);
    if (known === null) continue;
    for (const release of releasesToAsk(before, r)) {
      const version = history.versionOf(release);
      if (version === null) continue;
      const node = graph.names.indexOf(version);
      if (node < 0 || inReach[node] === 0) continue;
      for (const { isBroken, basis, evidence, runs } of known(release))
        found.push({
          outcome: { verdict: isBroken ? 'bad' : 'good', version, regression: r.key, runs },
          state: isBroken === (direction === 'introduced') ? 'bad' : 'good',
          release,
          basis,
          evidence,
        });
    }
  }
  return found;
}

/**
 * What of the log's answers git would be told, in which order: it takes the last bad version for the bad end, so that the oldest one is
 * told last, and none that a good version contains.
 *
 * @param good the good ends, as versions of the history.
 */
export function inGitsOrder(
  known: readonly Prefilled[],
  good: readonly string[],
  { graph }: SessionHistory,
): readonly Prefilled[] {
  const nodeOf = ({ outcome }: Prefilled) => graph.names.indexOf(outcome.version);
  const goods = known.filter(({ state }) => state === 'good').map(nodeOf);
  const isBelowGood = markAncestors(graph, [...good.map((name) => nodeNamed(graph, name)), ...goods]);
  const bad = known.filter((each) => each.state === 'bad' && isBelowGood[nodeOf(each)] !== 1);
  return [...known.filter(({ state }) => state !== 'bad'), ...bad.sort((a, b) => nodeOf(b) - nodeOf(a))];
}

/** The releases that the log knows, and those that it knows by nothing but results of the test: a clone may have a tag for them. */
function releasesToAsk(
  { graph, results }: Model,
  { test }: Started['regressions'][number],
): Iterable<string> {
  if (test === undefined) return graph.order;
  return new Set([...graph.order, ...results.placesOf(test).map(({ release }) => release)]);
}

type KnownAt = (release: string) => readonly {
  readonly isBroken: boolean;
  readonly basis: Prefilled['basis'];
  readonly evidence: readonly string[];
  readonly runs: number;
}[];

/** Results at one place count as so many runs at most: nobody knows whether they are of one boot. */
const MOST_RUNS = 3;

/**
 * What the log knows of one regression at releases: of its consumer by the verdicts, of a bare test by its results. Where those differ,
 * they answer nothing in a search that takes its test for exact; to one that allows for flakes each of them is a run.
 */
function knownOf(
  model: Model,
  r: Started['regressions'][number],
  arch: string,
  { ends, start }: Pick<Session, 'ends' | 'start'>,
  past: readonly PlacedResult[],
): KnownAt | null {
  const consumer = consumerOf(model, r.consumer, r.variant);
  if (consumer !== null) {
    const { verdicts } = answersOf(model);
    // A search for what made it slow takes slow for broken; one for what broke it says nothing of where it was slow.
    const isAboutDegraded = [...ends.good, ...ends.bad].some(
      (end) => model.graph.releases.has(end) && verdicts.at(consumer, end, arch).status === 'degraded',
    );
    return (release) => {
      const { status, basis, evidence } = verdicts.at(consumer, release, arch);
      if (basis !== 'tested' && basis !== 'reported') return [];
      if (status !== 'works' && status !== 'broken' && !(status === 'degraded' && isAboutDegraded)) return [];
      return [{ isBroken: status !== 'works', basis, evidence, runs: 1 }];
    };
  }
  const { test } = r;
  if (test === undefined) return null;
  const counted = countedAt(model);
  const isExact = start.payload.rates.kind === 'exact';
  const runsAt = runsOf(past, test, arch);
  return (release) => {
    const found = counted(test, release, arch, null);
    if (found === null || (isExact && found.isBad && found.isGood)) return [];
    return (['bad', 'good'] as const).flatMap((side) => {
      const evidence = found[side];
      if (evidence.length === 0) return [];
      const runs = Math.min(runsAt.get(release)?.[side] ?? 1, MOST_RUNS);
      return [{ isBroken: side === 'bad', basis: 'tested' as const, evidence, runs }];
    });
  };
}

/** Counts the runs of a test at each release, in the default configuration. */
function runsOf(
  past: readonly PlacedResult[],
  test: string,
  arch: string,
): ReadonlyMap<string, { readonly bad: number; readonly good: number }> {
  const found = new Map<string, { bad: number; good: number }>();
  for (const result of past) {
    const { version } = result;
    if (result.test !== test || result.arch !== arch || version === null || configKey(result.config) !== '')
      continue;
    const before = found.get(version) ?? { bad: 0, good: 0 };
    found.set(version, {
      bad: before.bad + failures(result),
      good: before.good + (isGood(result) ? 1 : 0),
    });
  }
  return found;
}

/** The log as it would be without the session's own outcomes: they count once, as what they are. */
function withoutSession(model: Model, session: Session): Model {
  if (session.outcomes.every((o) => o.payload.release === undefined)) return model;
  const others = model.of('BisectOutcomeRecorded').filter((e) => e.payload.session !== session.id);
  const of = ((type) => (type === 'BisectOutcomeRecorded' ? others : model.of(type))) as Model['of'];
  return { ...model, of };
}

/** Finds a consumer by name and variant. */
export function consumerOf(
  model: Model,
  consumer: string | undefined,
  variant: string | undefined,
): Consumer | null {
  if (consumer === undefined) return null;
  const name = consumerName(consumer, variant);
  return model.consumers.find((c) => consumerName(c.consumer, c.variant) === name) ?? null;
}
