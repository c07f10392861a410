import type { Basis, CellStatus } from './cell-status.ts';
import type { Consumer } from '../model/model.ts';
import type { ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane } from './lane.ts';
import type { Need } from './needs.ts';
import type { PredictedStatus } from './predicted-status.ts';
import type { TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { strongest, type Said, type Weighed } from './weighing.ts';

/** The verdict of one cell. The result of weighing is shared with other cells; the list of evidence is made when it is asked for. */
export class CellVerdict implements Verdict {
  readonly release: string;
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
  private readonly weighed: Weighed;
  private readonly predicted: PredictedStatus;
  private readonly answer: GuardAnswer | null;
  private cited: readonly string[] | null = null;

  constructor(
    { consumer, arch, config }: Lane,
    release: string,
    predicted: PredictedStatus,
    weighed: Weighed,
    said: Said,
  ) {
    this.consumer = consumer;
    this.release = release;
    this.arch = arch;
    this.config = config;
    this.status = weighed.status;
    this.weighed = weighed;
    this.predicted = predicted;
    // By index: destructuring would run an iterator for every cell.
    this.claims = said[0];
    this.tested = said[1];
    this.answer = said[2];
  }

  get basis(): Basis | null {
    return this.weighed.basis;
  }

  get confidence(): Verdict['confidence'] {
    return this.weighed.confidence;
  }

  get reported(): boolean {
    return this.weighed.reported;
  }

  get needs(): readonly Need[] {
    return this.predicted.needs;
  }

  get guard(): Verdict['guard'] {
    return this.weighed.guard;
  }

  get contradictions(): readonly string[] {
    return this.weighed.contradictions;
  }

  get note(): string | null {
    const { decides, note } = this.weighed;
    // Where tests disagree, a difference between compilers explains it.
    return (this.status === 'conflict' && decides === 'tests' ? this.tested?.apart : null) ?? note;
  }

  get evidence(): readonly string[] {
    this.cited ??= this.cite();
    return this.cited;
  }

  private cite(): readonly string[] {
    const strong = strongest(this.claims, this.release, this.config);
    const best = this.decisive(strong);
    const found = evidenceOf(this.answer ? [this.answer.event.id] : [], best, strong);
    // A consumer without needs has its own record as evidence.
    return found.length > 0 || this.consumer.event === null ? found : [this.consumer.event.id];
  }

  /** The evidence that decides the status, apart from guards. */
  private decisive(strong: readonly ClaimReach[]): readonly string[] {
    switch (this.weighed.decides) {
      case 'tests':
        return this.tested?.evidence ?? [];
      case 'claims':
        return strong.map((c) => c.event.id);
      case 'records':
        return this.predicted.evidence;
      case null:
        return [];
    }
  }
}

/** Lists each event once. Where only records decide, all cells of a class share one list. */
function evidenceOf(
  guard: readonly string[],
  best: readonly string[],
  strong: readonly ClaimReach[],
): readonly string[] {
  if (guard.length === 0 && strong.length === 0) return best;
  return [...new Set([...guard, ...best, ...strong.map((c) => c.event.id)])];
}

/** The verdict of a cell without the interface, or for which the consumer does not exist. */
export function absent({ consumer, arch, config }: Lane, release: string): Verdict {
  return {
    consumer,
    release,
    arch,
    config,
    status: 'not-applicable',
    basis: null,
    confidence: null,
    reported: false,
    needs: [],
    guard: null,
    claims: [],
    tested: null,
    evidence: consumer.event ? [consumer.event.id] : [],
    contradictions: [],
    note: null,
  };
}
