import { answersOf } from './answers.ts';
import { disputesOf } from '../model/disputes.ts';
import type { Regression } from './regression.ts';
import { describeEvent } from '../model/describe-event.ts';
import { byName } from '../../store/by-name.ts';
import { proposedSplits, type ProposedSplit } from './proposed-splits.ts';
import type { Model } from '../model/model.ts';
import { tracking, type Tracking } from '../tracking/tracking.ts';
import { isMendedOutside } from './fixes.ts';
import { openLines } from './open-lines.ts';
import { brokenApart, type BrokenApart } from './broken-apart.ts';
import type { FlakyFailure } from './flaky-failures.ts';
import type { FoundRegression } from './found-regression.ts';
import { hasEnded } from '../releases/stretches.ts';

/** `fixed`: in every affected line that can still be fixed; `partly-fixed`: in some; `fixed-outside`: in whoever was broken, and not in the kernel. */
export type LifeState = 'open' | 'to-be-fixed' | 'partly-fixed' | 'fixed' | 'fixed-outside' | 'reopened';

export interface RegressionLife extends Pick<
  Regression,
  | 'behaviour'
  | 'consumers'
  | 'archs'
  | 'affected'
  | 'fixes'
  | 'announced'
  | 'repairs'
  | 'passesAgain'
  | 'quiet'
> {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly kind: Regression['kind'];
  readonly opened: Regression['opened'];
  readonly state: LifeState;
  /** The change that made it so on purpose, as somebody said; null where it is a fault. */
  readonly byDesign: string | null;
  /** By affected line: the release with the fix, `open`, `pending`, or `never` where the line ended without one. */
  readonly lines: Readonly<Record<string, string>>;
  readonly disputed: readonly { readonly says: string; readonly evidence: string }[];
  readonly reported: boolean;
  readonly evidence: readonly string[];
}

export interface RegressionsDocument extends Tracking {
  readonly schema: 'regline.regressions/1';
  readonly asOf: string | null;
  readonly regressions: readonly RegressionLife[];
  readonly proposedSplits: readonly ProposedSplit[];
  /** Failures of flaky tests that their rates explain: they open no regression. */
  readonly flaky: readonly FlakyFailure[];
  /** Cells that are broken and part of no regression, with the reason. */
  readonly brokenApart: readonly BrokenApart[];
}

/** Answers: which regressions are there, how far has each come, and what was the tracker told? */
export function regressionLives(model: Model): RegressionsDocument {
  const { regressions, found } = answersOf(model);
  return {
    schema: 'regline.regressions/1',
    asOf: model.view.asOf ?? null,
    regressions: livesOf(model),
    proposedSplits: proposedSplits(model, regressions),
    flaky: found.testsAlone.flaky,
    brokenApart: brokenApart(model),
    ...tracking(model),
  };
}

/** How far each regression has come, in the order of the regressions of the model. */
export function livesOf(model: Model): readonly RegressionLife[] {
  const { regressions } = answersOf(model);
  return regressions.map((r) => lifeOf(model, r, regressions));
}

function lifeOf(model: Model, found: FoundRegression, all: readonly FoundRegression[]): RegressionLife {
  const { document: r } = found;
  const still = openLines(r);
  const isSpokenOf = r.fixes.length + r.announced.length > 0;
  const lines = byName<string>();
  for (const { line } of r.affected)
    if (!still.includes(line)) lines[line] = fixedAt(model, found, line);
    else if (hasEnded(model, line)) lines[line] = 'never';
    else lines[line] = isSpokenOf ? 'pending' : 'open';
  return {
    id: r.id,
    aliases: r.aliases,
    title: r.title,
    kind: r.kind,
    behaviour: r.behaviour,
    consumers: r.consumers,
    archs: r.archs,
    affected: r.affected,
    fixes: r.fixes,
    announced: r.announced,
    repairs: r.repairs,
    ...(r.passesAgain === undefined ? {} : { passesAgain: r.passesAgain }),
    ...(r.quiet === undefined ? {} : { quiet: r.quiet }),
    byDesign: r.suspects[0]?.role === 'by-design' ? r.suspects[0].change : null,
    opened: r.opened,
    state: stateOf(model, found, all, still),
    lines,
    disputed: disputesAbout(model, found),
    reported: r.reported,
    evidence: r.evidence,
  };
}

/** How far a regression has come; `still` are the affected lines that no fix has ended. */
function stateOf(
  model: Model,
  found: FoundRegression,
  all: readonly FoundRegression[],
  still: readonly string[],
): LifeState {
  const { document: r, stretch } = found;
  const mended = r.fixes.length + Object.keys(r.passesAgain ?? {}).length;
  if (mended > 0 && still.every((line) => hasEnded(model, line))) return 'fixed';
  if (all.some((other) => isEarlier(model, other, found))) return 'reopened';
  if (mended + r.announced.length === 0) return isMendedOutside(model, stretch) ? 'fixed-outside' : 'open';
  return still.length < new Set(r.affected.map(({ line }) => line)).size ? 'partly-fixed' : 'to-be-fixed';
}

/** Whether a regression is the same value as another, or a failure of the same test, before it on its way. */
function isEarlier(
  { graph }: Model,
  { stretch: one, document: r }: FoundRegression,
  { stretch: other }: FoundRegression,
): boolean {
  return (
    one !== other &&
    (one.behaviour !== '' || r.opened === 'tests') &&
    one.behaviour === other.behaviour &&
    one.value === other.value &&
    one.occurrence < other.occurrence &&
    one.releases.some((name) => graph.isAncestor(name, other.releases[0]!))
  );
}

/** The release that ended it in a line: the first at which tests pass again, else of several fixes that it took, the first after the last bad one. */
function fixedAt(model: Model, { document: r, stretch }: FoundRegression, line: string): string {
  const passes = r.passesAgain?.[line];
  if (passes !== undefined) return passes;
  const place = new Map((model.graph.members.get(line) ?? []).map((name, index) => [name, index]));
  const lastBad = Math.max(-1, ...stretch.releases.map((name) => place.get(name) ?? -1));
  const arrived = r.fixes
    .map((f) => f.releases[line] ?? 'pending')
    .filter((name) => place.has(name))
    .sort((a, b) => place.get(a)! - place.get(b)!);
  if (r.opened === 'claim') return arrived.at(-1) ?? 'open';
  return arrived.find((name) => place.get(name)! > lastBad) ?? arrived.at(-1) ?? 'open';
}

/** Who says that it is none, or disputes what it rests on. */
function disputesAbout(model: Model, { document: r, stretch }: FoundRegression): RegressionLife['disputed'] {
  const streams = new Set(r.evidence.flatMap((id) => model.byId.get(id)?.stream ?? []));
  return [
    ...disputesOf(model)
      .filter((d) => d.settled === null && d.statements.some(({ name }) => streams.has(name)))
      .map((d) => d.event),
    ...model.of('BreakageClaimed').filter(({ payload: c }) => {
      if (c.says !== 'not-a-regression') return false;
      if (c.behaviour !== undefined) return c.behaviour === stretch.behaviour;
      return stretch.violations.some((v) => v.consumer.consumer === c.consumer);
    }),
  ].map((e) => ({ says: describeEvent(e), evidence: e.id }));
}
