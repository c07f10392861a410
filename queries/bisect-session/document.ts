import type { Estimate, PickPurpose, SearchState } from '../bisect/decision.ts';
import { consumerName } from '../model.ts';
import type { Step } from './step.ts';

/** A version to test next. */
export interface NextTest {
  readonly version: string;
  /** In full, where the versions are commits. */
  readonly commit: string | null;
  readonly arch: string | null;
  readonly repeats: number;
  readonly bits: number;
  readonly why: string;
  readonly purpose: PickPurpose;
  readonly subject: string | null;
}

/** How far the search for one regression has come. */
export interface RegressionProgress {
  readonly key: string;
  readonly consumer: string | null;
  readonly arch: string | null;
  readonly state: SearchState;
  readonly suspects: number;
  readonly suspectsAtStart: number;
  readonly top: readonly { readonly change: string; readonly p: number; readonly subject: string }[];
  readonly why: string;
}

export interface BisectDocument {
  readonly schema: 'regline.bisect/1';
  readonly session: string;
  readonly state: SearchState;
  readonly over: 'commits' | 'changes' | 'releases';
  readonly direction: 'introduced' | 'fixed';
  readonly terms: { readonly good: string; readonly bad: string };
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly next: readonly NextTest[];
  readonly suspects: number;
  readonly top: readonly { readonly change: string; readonly p: number; readonly subject: string }[];
  /** Expected; the spread is beside it. */
  readonly buildsLeft: number;
  readonly runsLeft: number;
  readonly spread: { readonly builds: Estimate; readonly runs: Estimate };
  readonly regressions: readonly RegressionProgress[];
  readonly sharedCulprits: readonly {
    readonly change: string;
    readonly regressions: readonly string[];
    readonly p: number;
  }[];
  /** What the log answered before the first test. */
  readonly prefilled: readonly {
    readonly version: string;
    readonly release: string;
    readonly verdict: 'good' | 'bad' | 'skip';
    readonly basis: 'tested' | 'reported';
    readonly evidence: readonly string[];
  }[];
  readonly outcomes: readonly {
    readonly step: number;
    readonly version: string;
    readonly outcome: 'good' | 'bad' | 'skip';
    readonly regression: string | null;
    readonly event: string;
  }[];
  readonly abandoned: boolean;
  readonly why: string;
}

/** Puts a step into the shape that others rely on. */
export function bisectDocument(step: Step): BisectDocument {
  const { session, decision, history } = step;
  const start = session.start.payload;
  const round = (value: number) => Math.round(value * 1e6) / 1e6;
  const listed = (suspects: readonly { readonly version: string; readonly p: number }[]) =>
    suspects.map((s) => ({ change: s.version, p: round(s.p), subject: history.subject(s.version) ?? '' }));
  const regressions = decision.regressions.map((state): RegressionProgress => {
    const r = start.regressions.find((each) => each.key === state.regression)!;
    return {
      key: r.key,
      consumer: r.consumer === undefined ? null : consumerName(r.consumer, r.variant),
      arch: r.arch ?? null,
      state: state.state,
      suspects: state.suspectCount,
      suspectsAtStart: state.suspectCountAtStart,
      top: listed(state.top),
      why: state.why,
    };
  });
  const first = regressions[0]!;
  return {
    schema: 'regline.bisect/1',
    session: session.id,
    state: decision.state,
    over: start.over,
    direction: start.direction,
    terms: start.terms,
    good: start.good,
    bad: start.bad,
    next:
      session.abandoned !== null
        ? []
        : decision.next.map((pick) => ({
            version: pick.version,
            commit: start.over !== 'releases' && /^[0-9a-f]{40}$/.test(pick.version) ? pick.version : null,
            arch: pick.platform === 'any' ? null : pick.platform,
            repeats: pick.repeats,
            bits: round(pick.bits),
            why: pick.why,
            purpose: pick.purpose,
            subject: history.subject(pick.version),
          })),
    suspects: first.suspects,
    top: first.top,
    buildsLeft: round(decision.buildsLeft.expected),
    runsLeft: round(decision.runsLeft.expected),
    spread: { builds: decision.buildsLeft, runs: decision.runsLeft },
    regressions,
    sharedCulprits: decision.sharedCulprits.map((s) => ({
      change: s.version,
      regressions: s.regressions,
      p: round(s.p),
    })),
    prefilled: step.prefilled.map(({ outcome, release, basis, evidence }) => ({
      version: outcome.version,
      release,
      verdict: outcome.verdict,
      basis,
      evidence,
    })),
    outcomes: session.outcomes.map(({ id, payload: o }) => ({
      step: o.step,
      version: o.version,
      outcome: o.outcome,
      regression: o.regression ?? null,
      event: id,
    })),
    abandoned: session.abandoned !== null,
    why: decision.why,
  };
}
