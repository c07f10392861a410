import { describeEvent } from '../model/describe-event.ts';
import { coveredAt, testsShowing } from './covered-at.ts';
import {
  introducedAt,
  mergedAt,
  proposedAt,
  releasedAt,
  reportedAt,
  type MilestoneName,
  type Step,
} from './escape-steps.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import type { Model } from '../model/model.ts';
import { whoRuns, type RanTest } from '../results/who-runs.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { FoundRegression } from './found-regression.ts';
import { regressionNamed } from './regression-named.ts';

export interface Milestone extends Step {
  /** Days after the regression was introduced; null where one of the two is not known. */
  readonly days: number | null;
}

/** The time between two milestones that are known, and what it was spent on. */
export interface EscapeGap {
  readonly from: MilestoneName;
  readonly to: MilestoneName;
  /** The line that a backport went to. */
  readonly line: string | null;
  readonly days: number;
  readonly says: string;
  readonly evidence: readonly string[];
}

export interface EscapeDocument {
  readonly schema: 'regline.escape/1';
  readonly asOf: string | null;
  readonly regression: string;
  readonly title: string;
  readonly milestones: readonly Milestone[];
  /** Between milestones that follow each other, and from the merge to each line that got the fix. */
  readonly gaps: readonly EscapeGap[];
}

/**
 * Answers: how did it get out, and how long did each step take? What is not known stays unknown and is said to be so.
 *
 * @param ran who ran tests that show it on releases that have it, as results show it
 * @throws QueryError for an id that no regression has.
 */
export function escape(model: Model, id: string, ran: readonly RanTest[] = []): EscapeDocument {
  const found = regressionNamed(model, id);
  const { document: r } = found;
  const milestones = milestonesOf(model, found, ran);
  return {
    schema: 'regline.escape/1',
    asOf: model.view.asOf ?? null,
    regression: r.id,
    title: r.title,
    milestones,
    gaps: [...gapsInOrder(milestones), ...gapsOfBackports(model, milestones)],
  };
}

/**
 * Who ran tests that show a regression on releases that have it, as results show it.
 *
 * @throws QueryError for an id that no regression has.
 */
export function whoRanWhereBroken(store: EventStore, model: Model, id: string): Promise<readonly RanTest[]> {
  const { document, stretch } = regressionNamed(model, id);
  const tests = testsShowing(model, document).map(({ payload }) => payload.test);
  return whoRuns(store, model, new Set(tests), new Set(stretch.releases));
}

/** The steps of a regression on its way out and back, each with the days since it was introduced. */
export function milestonesOf(
  model: Model,
  found: FoundRegression,
  ran: readonly RanTest[] = [],
): readonly Milestone[] {
  const introduced = introducedAt(model, found);
  const steps = [
    introduced,
    releasedAt(model, found),
    reportedAt(model, found),
    coveredAt(model, found, ran),
    proposedAt(model, found),
    ...mergedAt(model, found),
  ];
  return steps.map((step) => ({ ...step, days: daysBetween(introduced.at, step.at) }));
}

function daysBetween(from: string | null, to: string | null): number | null {
  const day = (text: string) => Date.parse(text.length === 7 ? `${text}-01` : text.slice(0, 10)) / 86_400_000;
  return from === null || to === null ? null : Math.floor(day(to) - day(from));
}

function gapsInOrder(steps: readonly Step[]): readonly EscapeGap[] {
  const known = steps.filter((s) => s.at !== null && s.milestone !== 'backported');
  // On one day the steps come in their own order: some are known to the minute, others to the day.
  const ordered = [...known].sort((a, b) => daysBetween(b.at, a.at)!);
  return ordered.slice(1).map((to, i) => {
    const from = ordered[i]!;
    return {
      from: from.milestone,
      to: to.milestone,
      line: null,
      days: daysBetween(from.at, to.at)!,
      says: gapSays(from.milestone, to.milestone),
      evidence: [...new Set([...from.evidence.slice(0, 1), ...to.evidence.slice(0, 1)])],
    };
  });
}

/** From the merge to the release of each line, with what was said of the fix in that line meanwhile. */
function gapsOfBackports(model: Model, steps: readonly Step[]): readonly EscapeGap[] {
  const merged = steps.find((s) => s.milestone === 'merged');
  if (merged?.at == null) return [];
  return steps
    .filter((s) => s.milestone === 'backported' && s.at !== null)
    .map((s) => {
      const claims = model
        .of('FixClaimed')
        .filter(
          ({ payload: f }) =>
            f.line === s.line && f.change !== undefined && model.graph.resolve(f.change) === s.change,
        )
        .sort((a, b) => (knownEnd(a) < knownEnd(b) ? -1 : 1));
      return {
        from: 'merged' as const,
        to: 'backported' as const,
        line: s.line,
        days: daysBetween(merged.at, s.at)!,
        says:
          claims.length === 0
            ? 'what held it up is not recorded'
            : claims.map((c) => `${(c.knownAt ?? 'unknown').slice(0, 10)} ${describeEvent(c)}`).join('; '),
        evidence: claims.length === 0 ? s.evidence : claims.map((c) => c.id),
      };
    });
}

function gapSays(from: MilestoneName, to: MilestoneName): string {
  const says: Partial<Record<`${MilestoneName} ${MilestoneName}`, string>> = {
    'introduced released': 'in trees and candidates, before any release had it',
    'released reported': 'in the hands of users, and nobody said so',
    'released merged': 'in the hands of users until a fix was taken in; nobody is known to have reported it',
    'released proposed': 'in the hands of users until a fix was posted; nobody is known to have reported it',
    'introduced covered': 'in trees and candidates, before a CI that is recorded ran a test of it',
    'covered released': 'a CI ran a test of it, and it was released all the same',
    'covered reported': 'a CI ran a test of it, and nobody said so',
    'released covered': 'in the hands of users before a CI that is recorded ran a test of it',
    'introduced reported': 'before a release had it, somebody noticed',
    'reported proposed': 'known, without a fix',
    'reported merged': 'known, until a fix was taken in; when it was posted is not known',
    'reported covered': 'known, and not known to be run by any CI',
    'covered proposed': 'a CI ran it, without a fix',
    'proposed covered': 'a fix was there before a CI ran the test',
    'proposed merged': 'in review',
    'covered merged': 'in review',
    'merged covered': 'fixed before a CI that is recorded ran the test',
  };
  return says[`${from} ${to}`] ?? 'what happened meanwhile is not recorded';
}
