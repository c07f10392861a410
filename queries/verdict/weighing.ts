import type { Basis, CellStatus } from './cell-status.ts';
import type { ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { PredictedStatus } from './predicted-status.ts';
import type { TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';

/** The evidence for a cell beside its records. */
export type Said = readonly [
  claims: readonly ClaimReach[],
  tested: TestedStatus | null,
  guard: GuardAnswer | null,
];

/** The result of weighing all evidence for a cell. */
export type Weighed = Pick<
  Verdict,
  'status' | 'basis' | 'confidence' | 'reported' | 'guard' | 'contradictions' | 'note'
> & {
  /** The evidence that decides the status, apart from guards. */
  readonly decides: 'tests' | 'claims' | 'records' | null;
};

/** Weighs the evidence for a cell: the strongest kind decides, in the order tested, reported, predicted, inferred. */
export function weigh(
  config: string | null,
  release: string,
  predicted: PredictedStatus,
  [claims, tested, answer]: Said,
): Weighed {
  const reportedStatus = statusOfClaims(strongest(claims, release, config));
  const levels: { status: CellStatus; basis: Basis; decides: Weighed['decides'] }[] = [];
  if (tested) levels.push({ status: tested.status, basis: 'tested', decides: 'tests' });
  if (reportedStatus) levels.push({ status: reportedStatus, basis: 'reported', decides: 'claims' });
  if (predicted.basis !== null || predicted.status === 'unknown') {
    levels.push({ status: predicted.status, basis: predicted.basis ?? 'inferred', decides: 'records' });
  }
  const best = levels.find((l) => l.status !== 'unknown') ?? levels[0];
  const contradictions = levels
    .filter((l) => best && l !== best && l.status !== best.status && l.status !== 'unknown')
    .map((l) => `${l.basis}: ${l.status}`);
  const guard = answer?.state === 'fires' ? answer : null;
  // A consumer that was tested or reported on has passed its guard; otherwise an unknown guard makes the cell unknown.
  const isGuardUnknown =
    answer?.state === 'unknown' && best?.basis !== 'tested' && best?.basis !== 'reported';
  const status =
    answer?.state === 'disputed' ? 'conflict' : isGuardUnknown ? 'unknown' : (best?.status ?? 'unknown');
  const reported =
    claims.some(({ event }) => event.payload.says === 'broken' || event.payload.says === 'degraded') ||
    (tested !== null && (tested.status === 'broken' || tested.status === 'conflict'));
  const basis = status === 'unknown' ? null : (best?.basis ?? null);
  return {
    status: guard ? 'refuses' : status,
    basis: guard ? 'predicted' : basis,
    confidence:
      basis === null ? null : predicted.isConcluded && basis !== 'tested' ? 'concluded' : 'verified',
    reported,
    guard: guard ? { says: guard.says, refuses: guard.refuses, without: status } : null,
    contradictions,
    note: noteOf(guard, answer, status) ?? predicted.note,
    decides: best?.decides ?? null,
  };
}

/** What is to be said of a guard that fires, or may fire. */
function noteOf(guard: GuardAnswer | null, answer: GuardAnswer | null, without: CellStatus): string | null {
  if (guard !== null)
    return without === 'works' ? 'would work without the guard' : `${without} without the guard`;
  return answer === null ? null : `${answer.says}: ${answer.why ?? 'not known'}`;
}

/** The claims that are evidence for a release. They are about the default configuration only. */
export function strongest(
  claims: readonly ClaimReach[],
  release: string,
  config: string | null,
): readonly ClaimReach[] {
  return config === null ? claims.filter(({ evidence }) => evidence.has(release)) : [];
}

function statusOfClaims(claims: readonly ClaimReach[]): CellStatus | null {
  const said = new Set(
    claims.flatMap(({ event }): CellStatus[] => {
      const { says } = event.payload;
      return says === 'not-a-regression' ? [] : [says];
    }),
  );
  if (said.size === 0) return null;
  return said.size === 1 ? [...said][0]! : 'conflict';
}
