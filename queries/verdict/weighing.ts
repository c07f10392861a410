import type { Basis, CellStatus } from './cell-status.ts';
import type { ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Standing } from './standing.ts';
import type { TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';

/** What is said of a cell beside what records say. */
export type Said = readonly [
  claims: readonly ClaimReach[],
  tested: TestedStatus | null,
  guard: GuardAnswer | null,
];

/** How all that is said of a cell weighs. */
export type Weighed = Pick<
  Verdict,
  'status' | 'basis' | 'confidence' | 'reported' | 'guard' | 'contradictions' | 'note'
> & {
  /** What the status rests on, before a guard is asked. */
  readonly decides: 'tests' | 'claims' | 'records' | null;
};

/** Weighs what is said of a cell: tested before reported before predicted before inferred. */
export function weigh(
  config: string | null,
  release: string,
  standing: Standing,
  [claims, tested, answer]: Said,
): Weighed {
  const reportedStatus = statusOfClaims(strongest(claims, release, config));
  const levels: { status: CellStatus; basis: Basis; decides: Weighed['decides'] }[] = [];
  if (tested) levels.push({ status: tested.status, basis: 'tested', decides: 'tests' });
  if (reportedStatus) levels.push({ status: reportedStatus, basis: 'reported', decides: 'claims' });
  if (standing.basis !== null || standing.status === 'unknown') {
    levels.push({ status: standing.status, basis: standing.basis ?? 'inferred', decides: 'records' });
  }
  const best = levels.find((l) => l.status !== 'unknown') ?? levels[0];
  const contradictions = levels
    .filter((l) => best && l !== best && l.status !== best.status && l.status !== 'unknown')
    .map((l) => `${l.basis}: ${l.status}`);
  const guard = answer?.state === 'fires' ? answer : null;
  // Whoever was seen to run has passed its guard; else a guard that nobody can tell leaves the cell unknown.
  const untold = answer?.state === 'unknown' && best?.basis !== 'tested' && best?.basis !== 'reported';
  const status = answer?.state === 'disputed' ? 'conflict' : untold ? 'unknown' : (best?.status ?? 'unknown');
  const reported =
    claims.some(({ event }) => event.payload.says === 'broken' || event.payload.says === 'degraded') ||
    (tested !== null && (tested.status === 'broken' || tested.status === 'conflict'));
  const basis = status === 'unknown' ? null : (best?.basis ?? null);
  return {
    status: guard ? 'refuses' : status,
    basis: guard ? 'predicted' : basis,
    confidence: basis === null ? null : standing.isConcluded && basis !== 'tested' ? 'concluded' : 'verified',
    reported,
    guard: guard ? { says: guard.says, refuses: guard.refuses, without: status } : null,
    contradictions,
    note: guard
      ? status === 'works'
        ? 'would work without the guard'
        : `${status} without the guard`
      : answer !== null
        ? `${answer.says}: ${answer.why ?? 'not known'}`
        : standing.note,
    decides: best?.decides ?? null,
  };
}

/** The claims that are evidence for a release; a configuration that is no default is spoken of by none. */
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
