import type { Estimate, PickPurpose, SearchState } from '../bisect/verdict/decision.ts';
import { consumerName } from '../model/model.ts';
import { deeperSearch, isUnrecorded, UNRECORDED } from './deeper.ts';
import { engineWords } from './engine-words.ts';
import { axesOf, type AxisShare } from './axis-shares.ts';
import type { OpenPart } from './open-parts.ts';
import { stateChangesOf, type StateChanges } from './state-changes.ts';
import type { Step } from './step.ts';
import { waitingFor } from './waiting.ts';
import { warningsOf } from './warnings.ts';

/** A version to test next. */
export interface NextTest {
  readonly version: string;
  /** In full, where the versions are commits. */
  readonly commit: string | null;
  /** The version of the second thing, where two are searched at once. */
  readonly second: string | null;
  readonly arch: string | null;
  readonly repeats: number;
  readonly bits: number;
  readonly why: string;
  readonly purpose: PickPurpose;
  readonly subject: string | null;
}

export interface ListedSuspect {
  readonly change: string;
  readonly p: number;
  readonly subject: string;
  /** Which of two things it is a version of; null where one is searched. */
  readonly axis: string | null;
}

/** How far the search for one regression has come. */
export interface RegressionProgress {
  readonly key: string;
  readonly consumer: string | null;
  readonly arch: string | null;
  readonly state: SearchState;
  readonly suspects: number;
  readonly suspectsAtStart: number;
  readonly top: readonly ListedSuspect[];
  readonly why: string;
  /** How likely a run lies, as the session sees it now. */
  readonly falseFail: number;
  readonly falsePass: number;
}

export interface BisectDocument {
  readonly schema: 'regline.bisect/1';
  readonly session: string;
  /** Counts everything that was recorded of the session: what `--expect` takes. */
  readonly revision: number;
  readonly state: SearchState;
  readonly over: 'commits' | 'changes' | 'releases';
  readonly direction: 'introduced' | 'fixed';
  readonly terms: { readonly good: string; readonly bad: string };
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** What the search still waits for, in words; null where it has its ends. */
  readonly waiting: string | null;
  readonly next: readonly NextTest[];
  readonly suspects: number;
  readonly top: readonly ListedSuspect[];
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
  /** Where two things are searched at once: how likely each holds the culprit. */
  readonly axes: readonly AxisShare[];
  /** The command that searches inside of what was found, where that is more than a commit. */
  readonly deeper: string | null;
  /** What a person should know before believing the answer. */
  readonly warnings: readonly string[];
  /** Where tests show that it broke, or was repaired, more than once. */
  readonly stateChanges: readonly StateChanges[];
  /** Of a search that was split: its other parts that have no answer yet. */
  readonly openParts: readonly OpenPart[];
  /** What the log answered before the first test, and what the search that this one follows found out. */
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
    readonly patches: readonly string[];
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
    suspects.map((s): ListedSuspect => {
      const { axis, version } = history.meaningOf(s.version);
      return { change: version, p: round(s.p), subject: subjectOf(step, s.version), axis };
    });
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
      why: engineWords(session, state.why),
      falseFail: round(state.falseFail),
      falsePass: round(state.falsePass),
    };
  });
  const first = regressions[0]!;
  return {
    schema: 'regline.bisect/1',
    session: session.id,
    revision: session.revision,
    state: decision.state,
    over: start.over,
    direction: start.direction,
    terms: session.terms,
    good: session.ends.good,
    bad: session.ends.bad,
    waiting: waitingFor(session),
    next:
      session.abandoned !== null
        ? []
        : decision.next.map((pick) => {
            const { version, second } = history.meaningOf(pick.version);
            return {
              version: pick.version,
              commit:
                start.over !== 'releases' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(version) ? version : null,
              second,
              arch: pick.platform === 'any' ? null : pick.platform,
              repeats: pick.repeats,
              bits: round(pick.bits),
              why: engineWords(session, pick.why),
              purpose: pick.purpose,
              subject: history.subject(pick.version),
            };
          }),
    suspects: first.suspects,
    top: first.top,
    buildsLeft: round(decision.buildsLeft.expected),
    runsLeft: round(decision.runsLeft.expected),
    spread: { builds: decision.buildsLeft, runs: decision.runsLeft },
    regressions,
    sharedCulprits: decision.sharedCulprits.map((s) => ({
      change: history.meaningOf(s.version).version,
      regressions: s.regressions,
      p: round(s.p),
    })),
    axes: axesOf(step),
    deeper: deeperSearch(step),
    warnings: warningsOf(step),
    stateChanges: stateChangesOf(step),
    openParts: step.openParts(),
    prefilled: step.prefilled.map(({ outcome, state, release, basis, evidence }) => ({
      version: outcome.version,
      release,
      verdict: state,
      basis,
      evidence,
    })),
    outcomes: session.outcomes.map(({ id, payload: o }) => ({
      step: o.step,
      version: o.version,
      outcome: o.outcome,
      regression: o.regression ?? null,
      patches: o.patches ?? [],
      event: id,
    })),
    abandoned: session.abandoned !== null,
    why: engineWords(session, decision.why),
  };
}

function subjectOf(step: Step, suspect: string): string {
  return step.history.subject(suspect) ?? (isUnrecorded(step, suspect) ? UNRECORDED : '');
}
