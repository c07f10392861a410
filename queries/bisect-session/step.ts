import { decide } from '../bisect/decide.ts';
import type { Decision } from '../bisect/decision.ts';
import { learnedRates, type RateModel } from '../bisect/flakiness.ts';
import type { VersionGraph } from '../bisect/graph.ts';
import type { DecideOptions, Outcome, Problem } from '../bisect/problem.ts';
import type { Model } from '../model.ts';
import { factorsOf } from './factors.ts';
import { historyOfRuns } from './run-history.ts';
import { prefilled, type Prefilled } from './prefill.ts';
import type { Session } from './session.ts';

/** What the clone or the log says of the versions of a session. */
export interface SessionHistory {
  readonly graph: VersionGraph;
  /** The version that a release is, or null where this history does not have it. */
  versionOf(release: string): string | null;
  /** Versions with a tag. */
  readonly tags: ReadonlySet<string>;
  /** Candidates that touch the session's paths. */
  readonly touched: readonly string[];
  subject(version: string): string | null;
}

/** A session at one moment: its problem, what is known, and what comes next. A pure function of log and history. */
export interface Step {
  readonly session: Session;
  readonly history: SessionHistory;
  readonly problem: Problem;
  readonly prefilled: readonly Prefilled[];
  readonly outcomes: readonly Outcome[];
  readonly decision: Decision;
}

/** Works out where a session stands. The same events and the same history give the same step on every machine. */
export function stepOf(
  model: Model,
  session: Session,
  history: SessionHistory,
  options: DecideOptions = {},
): Step {
  const start = session.start.payload;
  const problem: Problem = {
    graph: history.graph,
    good: start.good,
    bad: start.bad,
    direction: start.direction,
    regressions: start.regressions.map((r) => ({
      key: r.key,
      platform: r.arch ?? 'any',
      rates: ratesOf(model, session, r.test, r.arch),
    })),
    ...(start.firstParent === true ? { firstParent: true } : {}),
    factors: factorsOf(model, session, history.graph, history.touched),
    ...(start.pathsOnly === true ? { roles: onlyTouching(history) } : {}),
    tags: history.tags,
  };
  const before = prefilled(model, session, history.graph, (release) => history.versionOf(release));
  const outcomes = [...before.map((p) => p.outcome), ...outcomesOf(session)];
  const decision = decide(problem, outcomes, { chooser: start.chooser, ...options });
  return { session, history, problem, prefilled: before, outcomes, decision };
}

function ratesOf(
  model: Model,
  session: Session,
  test: string | undefined,
  arch: string | undefined,
): RateModel {
  const { rates } = session.start.payload;
  if (rates.kind === 'learned') return learnedRates(historyOfRuns(model, session, test, arch));
  if (rates.kind === 'known')
    return { kind: 'known', falseFail: rates.falseFail, falsePass: rates.falsePass };
  return { kind: 'exact' };
}

/** git's hard limit: only what touches the paths can be the culprit; everything can be tested. */
function onlyTouching(history: SessionHistory): { suspect: Uint8Array; testable: Uint8Array } {
  const suspect = new Uint8Array(history.graph.size);
  for (const version of history.touched) {
    const node = history.graph.names.indexOf(version);
    if (node >= 0) suspect[node] = 1;
  }
  return { suspect, testable: new Uint8Array(history.graph.size).fill(1) };
}

/** The session's own outcomes, as the engine takes them: one that names no regression answers for all. */
export function outcomesOf(session: Session): readonly Outcome[] {
  const { regressions } = session.start.payload;
  return session.outcomes.flatMap(({ payload: o }): Outcome[] => {
    if (o.outcome === 'skip') {
      const platforms = [...new Set(regressions.map((r) => r.arch ?? 'any'))];
      return platforms.map((platform) => ({
        verdict: 'skip',
        version: o.version,
        platform,
        reason: o.reason ?? 'build',
      }));
    }
    const { outcome: verdict, version, boot, runs } = o;
    return regressions
      .filter((r) => o.regression === undefined || o.regression === r.key)
      .map((r) => ({
        verdict,
        version,
        regression: r.key,
        ...(boot === undefined ? {} : { boot }),
        ...(runs === undefined ? {} : { runs }),
      }));
  });
}
