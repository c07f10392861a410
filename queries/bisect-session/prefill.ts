import { answersOf } from '../regressions/answers.ts';
import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import type { Outcome } from '../bisect/range/problem.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { configKey } from '../results/result-index.ts';
import { failures, isGood, type PlacedResult } from '../outcomes/seen-result.ts';
import { countedAt } from '../verdict/counted.ts';
import type { Session, Started } from '../recorded-sessions/session.ts';
import type { SessionHistory } from './session-history.ts';

/** An outcome that the log had before the session began. */
export interface Prefilled {
  /** In the form of the engine. */
  readonly outcome: Outcome;
  /** In the session's terms: good is the old state. */
  readonly state: 'good' | 'bad' | 'skip';
  /** The release in the log; the tested version, if it is from another session. */
  readonly release: string;
  /** `tested` or `reported`: a prediction only changes the weights of suspects. */
  readonly basis: 'tested' | 'reported';
  readonly evidence: readonly string[];
}

/**
 * Finds outcomes in the log for versions that are releases: verdicts that are tested or reported, and results of the test that is
 * searched for. Outcomes of the session itself are not included.
 *
 * @param bad the bad ends, as versions of the history.
 * @param past all results of the tests of the session, if it learns their rates of false outcomes
 */
export function prefilled(
  model: Model,
  session: Session,
  bad: readonly string[],
  history: SessionHistory,
  past: readonly PlacedResult[] = [],
): readonly Prefilled[] {
  const { regressions, prefill, direction, second } = session.start.payload;
  // A release in the log cannot be assigned to one of several pairs.
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
 * The outcomes to give to git bisect, in order: git takes the last bad version for the bad end, so the oldest comes last; bad versions
 * that a good version contains are left out.
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

/** The recorded releases, and releases that only results of the test name: a clone may have tags for them. */
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

/** The most runs for which results at one place count: they may be from one boot. */
const MOST_RUNS = 3;

/**
 * The outcomes in the log for one regression: of a consumer by its verdicts, of a test alone by its results. Where results differ, they
 * are no outcome in a search with certain outcomes; in one that allows for flakes each of them is a run.
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
