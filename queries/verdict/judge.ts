import { grouped, within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import { cellEvidences, type CellEvidences } from './cell-evidence.ts';
import { absent, CellVerdict } from './cell-verdict.ts';
import type { ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane } from './lane.ts';
import { LaneVerdicts } from './lane-verdicts.ts';
import { isMadeFor, presenceOf, type PartOfClass, type Presences } from './presences.ts';
import type { Prediction } from './prediction.ts';
import type { PredictedStatus } from './predicted-status.ts';
import type { PredictedStatuses } from './predicted-statuses.ts';
import type { TestedCells } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { weigh, type Said } from './weighing.ts';

/** Makes the verdict of a cell out of what records predict and of all other evidence. */
export interface Judge {
  at(lane: Lane, release: string): Verdict;
  /** Judges all releases of a lane; those with the same evidence share one verdict. */
  along(lane: Lane, presences: Presences): LaneVerdicts;
}

/** Makes the judge of a model. */
export function judgeOf(
  cells: TestedCells,
  { classOf }: Prediction,
  predictions: PredictedStatuses,
  claims: readonly ClaimReach[],
): Judge {
  const { model } = cells;
  const evidence = cellEvidences(cells, claims);
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, guardAt } = lane;
    const presence = isMadeFor(consumer, arch)
      ? presenceOf(model, consumer.interface, release, arch)
      : 'absent';
    if (presence === 'absent') return absent(lane, release);
    const predicted =
      presence === 'there' ? predictions.at(lane, release) : predictions.ofUnknownPresence(lane, release);
    const found = evidence.at(lane, release, predicted);
    return verdictOf(lane, release, predicted, [found.claims, found.tested, guardAt?.(release) ?? null]);
  };
  return {
    at: (lane, release) =>
      remembered(lane.verdicts, release, () => lane.along?.withEvidence.get(release) ?? judge(lane, release)),
    along(lane, presences) {
      const judged: JudgedReleases = { withEvidence: new Map(), single: new Map(), ofClass: new Map() };
      const judgePart = (part: PartOfClass, predicted: PredictedStatus) => {
        const rest = judgeEvidence(evidence, lane, part.releases, predicted, judged.withEvidence);
        judgeRest(lane, { ...part, releases: rest }, predicted, judged);
      };
      for (const part of presences.there) judgePart(part, predictions.at(lane, part.first));
      for (const { first, releases } of presences.unknown) {
        const alike = grouped(releases, (release) => predictions.ofUnknownPresence(lane, release));
        for (const [predicted, group] of alike)
          judgePart({ first, releases: group, isPart: true }, predicted);
      }
      const [gone] = presences.absent;
      return new LaneVerdicts(classOf, judged, gone === undefined ? undefined : absent(lane, gone));
    },
  };
}

/** The verdicts of a lane while they are found. */
interface JudgedReleases {
  /** Of releases with evidence beside the records. */
  readonly withEvidence: Map<string, Verdict>;
  /** Of other releases that do not share the verdict of their class. */
  readonly single: Map<string, Verdict>;
  /** Of whole classes, by their first release. */
  readonly ofClass: Map<string, Verdict>;
}

/**
 * Judges, one by one, the releases that have evidence beside the records.
 *
 * @returns the releases that have none
 */
function judgeEvidence(
  evidence: CellEvidences,
  lane: Lane,
  releases: readonly string[],
  predicted: PredictedStatus,
  withEvidence: Map<string, Verdict>,
): readonly string[] {
  const evidenceAt = evidence.along(lane, predicted);
  if (evidenceAt === null) return releases;
  return releases.filter((release) => {
    const found = evidenceAt(release);
    if (found === null) return true;
    const verdict = (): Verdict =>
      verdictOf(lane, release, predicted, [found.claims, found.tested, lane.guardAt?.(release) ?? null]);
    withEvidence.set(release, lane.verdicts.get(release) ?? verdict());
    return false;
  });
}

/** Judges the releases of a class for which only records and guards speak: one verdict for each answer of the guards. */
function judgeRest(
  lane: Lane,
  { first, releases, isPart }: PartOfClass,
  predicted: PredictedStatus,
  { single, ofClass }: JudgedReleases,
): void {
  const { guardAt } = lane;
  const [one] = releases;
  if (one === undefined) return;
  if (guardAt === null && !isPart) {
    ofClass.set(first, verdictOf(lane, one, predicted, [[], null, null]));
    return;
  }
  const byGuard = new Map<GuardAnswer | null, Verdict>();
  for (const release of releases) {
    const guard = guardAt?.(release) ?? null;
    single.set(
      release,
      remembered(byGuard, guard, () => verdictOf(lane, release, predicted, [[], null, guard])),
    );
  }
}

/** Cells with the same evidence are weighed once; those with claims one by one, for each claim has its own reach. */
function verdictOf(lane: Lane, release: string, predicted: PredictedStatus, said: Said): Verdict {
  const [claims, tested, guard] = said;
  const weighed = () => weigh(lane.config, release, predicted, said);
  if (claims.length > 0) return new CellVerdict(lane, release, predicted, weighed(), said);
  const byTests = within(within(lane.records.weighed, predicted), guard);
  const shared = remembered(byTests, tested === null ? null : tested.status, weighed);
  return new CellVerdict(lane, release, predicted, shared, said);
}
