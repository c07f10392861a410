import type { StoredEvent } from '../../store/events/event.ts';
import type { Basis, CellStatus } from './cell-status.ts';
import type { Need } from './needs.ts';
import type { Bearing } from './tested.ts';

/** The status of a consumer that follows from the records alone. It is the same for every release of a class, and computed once for all. */
export interface PredictedStatus {
  readonly needs: readonly Need[];
  readonly status: CellStatus;
  /** Null where nothing is known. */
  readonly basis: Basis | null;
  /** Ids of the records and requirements that decide. */
  readonly evidence: readonly string[];
  /** Whether one of these is somebody's conclusion. */
  readonly isConcluded: boolean;
  /** Which behaviours fail, or the first that is not known. */
  readonly note: string | null;
  readonly behaviours: readonly string[];
  /** The tests that would be evidence for it. */
  readonly bearing: Bearing;
}

/**
 * Derives the status of a consumer from its needs. One that needs nothing works; but that no need of it is recorded does not mean this where
 * somebody tests the consumer itself.
 */
export function predictedStatus(needs: readonly Need[], bearing: Bearing): PredictedStatus {
  const isUnstated = needs.length === 0 && bearing.isTestedItself;
  const { status, basis, decisive } = isUnstated
    ? { status: 'unknown' as const, basis: null, decisive: [] }
    : predicted(needs);
  const inForce = decisive.flatMap((n): readonly StoredEvent[] =>
    n.effective.known ? [n.effective.record, n.event] : [n.event],
  );
  return {
    needs,
    status,
    basis,
    evidence: [...new Set(inForce.map((e) => e.id))],
    isConcluded: inForce.some((e) => 'confidence' in e.payload && e.payload.confidence === 'concluded'),
    note: isUnstated ? 'it is not recorded what it needs' : noteOf(needs),
    behaviours: needs.map((n) => n.behaviour),
    bearing,
  };
}

/** A failing need that breaks decides; else anything unknown; else a failing need that degrades. */
function predicted(needs: readonly Need[]): {
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly decisive: readonly Need[];
} {
  const broken = needs.filter((n) => n.state === 'fails' && n.otherwise === 'broken');
  if (broken.length > 0) return { status: 'broken', basis: weakest(broken), decisive: broken };
  const unknown = needs.filter((n) => n.state === 'unknown');
  if (unknown.length > 0) return { status: 'unknown', basis: null, decisive: unknown };
  const degraded = needs.filter((n) => n.state === 'fails');
  if (degraded.length > 0) return { status: 'degraded', basis: weakest(degraded), decisive: degraded };
  const present = needs.filter((n) => n.state === 'holds');
  if (needs.length > 0 && present.length === 0)
    return { status: 'not-applicable', basis: 'predicted', decisive: needs };
  return { status: 'works', basis: needs.length === 0 ? 'inferred' : weakest(present), decisive: present };
}

/** A broken consumer has the strongest basis of its failing needs, for one is enough; a working one the weakest of all its needs. */
function weakest(needs: readonly Need[]): Basis {
  const bases = needs.map((n) => (n.effective.known ? n.effective.basis : 'inferred'));
  const broken = needs.every((n) => n.state === 'fails');
  if (broken) return bases.includes('predicted') ? 'predicted' : 'inferred';
  return bases.includes('inferred') ? 'inferred' : 'predicted';
}

function noteOf(needs: readonly Need[]): string | null {
  const failing = needs.filter((n) => n.state === 'fails');
  if (failing.length > 0) {
    // A need of a consumer and of what it embeds is listed once.
    const why = failing.map(
      (n) => `${n.behaviour} is ${n.effective.known ? String(n.effective.value) : '?'}`,
    );
    return [...new Set(why)].join('; ');
  }
  const unknown = needs.find((n) => n.state === 'unknown');
  return unknown && !unknown.effective.known ? `${unknown.behaviour}: ${unknown.effective.why}` : null;
}
