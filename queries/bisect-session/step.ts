import { decide } from '../bisect/decide.ts';
import { markDescendants } from '../bisect/graph/graph.ts';
import type { Decision } from '../bisect/verdict/decision.ts';
import type { RateModel } from '../bisect/rates/flakiness.ts';
import { learnedRates } from '../bisect/rates/learned-rates.ts';
import type { DecideOptions, Outcome, Problem, VersionRoles } from '../bisect/range/problem.ts';
import type { Model } from '../model/model.ts';
import type { PlacedResult } from '../outcomes/seen-result.ts';
import { factorsOf } from './factors.ts';
import type { SessionHistory } from './session-history.ts';
import { inherited } from './inherited.ts';
import { historyOfRuns } from './run-history.ts';
import { openPartsBeside, type OpenPart } from './open-parts.ts';
import { inGitsOrder, prefilled, type Prefilled } from './prefill.ts';
import { sessionsOf, type Session, type SessionOutcome } from '../recorded-sessions/session.ts';
import { platformOf, toldOutcomes } from './told-outcomes.ts';
import { waitingDecision, withoutAnswer } from './waiting.ts';

/** What a step may be asked for beside what the session says. */
export interface StepOptions extends DecideOptions {
  /** Changes on top that mend builds: versions that could not be built without them are tested all the same. */
  readonly mends?: readonly string[];
  /** Every result of the session's tests, of which their rates are learned (`pastRunsOf`). */
  readonly past?: readonly PlacedResult[];
}

/** A session at one moment: its problem, what is known, and what comes next. A pure function of log and history. */
export interface Step {
  readonly session: Session;
  readonly history: SessionHistory;
  readonly problem: Problem;
  readonly prefilled: readonly Prefilled[];
  readonly outcomes: readonly Outcome[];
  readonly decision: Decision;
  /** The ends that nobody has named yet; without a bad one there is no problem to decide. */
  readonly waiting: readonly ('good' | 'bad')[];
  /** The sessions that go on from this one and were not given up. */
  followers(): readonly Session[];
  /** What else the search was split into that this one is a part of, as far as it has no answer. */
  openParts(): readonly OpenPart[];
}

/**
 * Works out where a session stands. The same events and the same history give the same step on every machine.
 *
 * @throws BisectError when the ends leave nothing to search.
 */
export function stepOf(
  model: Model,
  session: Session,
  history: SessionHistory,
  { mends = [], past = [], ...options }: StepOptions = {},
): Step {
  const start = session.start.payload;
  const { names } = history.graph;
  // A session over recorded changes goes on in a clone, where its ends are the commits of their tags.
  const versionOf = (name: string) => (names.indexOf(name) >= 0 ? name : (history.versionOf(name) ?? name));
  const ends = { good: session.ends.good.map(versionOf), bad: session.ends.bad.map(versionOf) };
  const told = toldOutcomes(session, versionOf, mendableWith(mends, history, versionOf));
  const roles = rolesOf(history, start.pathsOnly === true, told.around);
  const builds = buildsOf(session, history, versionOf);
  const problem: Problem = {
    graph: history.graph,
    ...ends,
    direction: start.direction,
    regressions: start.regressions.map((r) => ({
      key: r.key,
      platform: platformOf(r),
      rates: ratesOf(model, session, r.test, r.arch, past),
    })),
    ...(start.certainty === undefined ? {} : { certainty: start.certainty }),
    ...(start.firstParent === true ? { firstParent: true } : {}),
    ...(history.pathHistory === null ? {} : { paths: history.pathHistory }),
    factors: factorsOf(model, session, history),
    ...(roles === null ? {} : { roles }),
    ...(builds.size === 0 ? {} : { builds }),
    tags: history.tags,
  };
  const followers = () =>
    sessionsOf(model).filter((s) => s.abandoned === null && s.start.payload.follows === session.id);
  const openParts = () => openPartsBeside(model, session);
  const waiting = (['good', 'bad'] as const).filter((side) => ends[side].length === 0);
  if (waiting.includes('bad'))
    return {
      session,
      history,
      problem,
      prefilled: [],
      outcomes: [],
      decision: waitingDecision(session),
      waiting,
      followers,
      openParts,
    };
  const answered = prefilled(model, session, ends.bad, history, past);
  const taken = inherited(model, session, ends, history, versionOf, answered);
  const decided = (known: readonly Prefilled[]) => {
    const first = start.chooser === 'git' ? inGitsOrder(known, ends.good, history) : known;
    const outcomes = [...first.map((p) => p.outcome), ...told.outcomes];
    const found = decide(problem, outcomes, {
      chooser: start.chooser,
      // Which of two things it is takes all suspects together.
      ...(start.second === undefined ? {} : { listed: Infinity }),
      ...options,
    });
    const old = start.direction === 'introduced' ? 'good' : 'bad';
    const isGoodKnown = (regression: string) =>
      outcomes.some((o) => o.verdict === old && o.regression === regression);
    const decision = waiting.includes('good') ? withoutAnswer(found, isGoodKnown) : found;
    return { prefilled: known, outcomes, decision };
  };
  const all = decided([...answered, ...taken]);
  // What another search found out gives way to what this one does.
  const found =
    taken.length > 0 && all.decision.regressions.some((r) => r.contradicted)
      ? decided([...answered, ...taken.filter((p) => p.state === 'skip')])
      : all;
  return { session, history, problem, ...found, waiting, followers, openParts };
}

function ratesOf(
  model: Model,
  session: Session,
  test: string | undefined,
  arch: string | undefined,
  past: readonly PlacedResult[],
): RateModel {
  const { rates } = session.start.payload;
  if (rates.kind === 'learned') return learnedRates(historyOfRuns(model, session, test, arch, past), rates);
  if (rates.kind === 'known')
    return { kind: 'known', falseFail: rates.falseFail, falsePass: rates.falsePass };
  return { kind: 'exact' };
}

/** git's hard limit (only what touches the paths can be the culprit), and versions to step around. */
function rolesOf(
  history: SessionHistory,
  pathsOnly: boolean,
  around: ReadonlySet<string>,
): VersionRoles | null {
  if (!pathsOnly && around.size === 0) return history.roles;
  const { size, names } = history.graph;
  const suspect = history.roles?.suspect.slice() ?? new Uint8Array(size).fill(1);
  const testable = history.roles?.testable.slice() ?? new Uint8Array(size).fill(1);
  if (pathsOnly) {
    const touching = new Uint8Array(size);
    for (const version of history.touched) {
      const node = names.indexOf(version);
      if (node >= 0) touching[node] = 1;
    }
    for (let v = 0; v < size; v++) suspect[v]! &= touching[v]!;
  }
  for (const version of around) {
    const node = names.indexOf(version);
    if (node >= 0) testable[node] = 0;
  }
  return { suspect, testable };
}

/** Tells whether a build that failed was not tried with all the changes that mend builds now, as far as the version lacks them. */
function mendableWith(
  mends: readonly string[],
  { graph }: SessionHistory,
  versionOf: (name: string) => string,
): (skip: Pick<SessionOutcome['payload'], 'version' | 'patches'>) => boolean {
  const having = mends.map((mend) => {
    const node = graph.names.indexOf(mend);
    return { mend, has: node < 0 ? null : markDescendants(graph, [node]) };
  });
  return ({ version, patches }) => {
    const node = graph.names.indexOf(versionOf(version));
    return having.some(({ mend, has }) => has?.[node] !== 1 && patches?.includes(mend) !== true);
  };
}

/** What was built of each version, as far as it was told, else as the history names it. git's own search knows no such thing. */
function buildsOf(
  session: Session,
  history: SessionHistory,
  versionOf: (name: string) => string,
): ReadonlyMap<string, string> {
  if (session.start.payload.chooser === 'git') return new Map();
  const builds = new Map(history.builds);
  for (const { payload: o } of session.outcomes)
    if (o.tree !== undefined && o.patches === undefined) builds.set(versionOf(o.version), `build ${o.tree}`);
  return builds;
}
