import type { Basis, CellStatus } from './cell-status.ts';
import type { Consumer } from '../model/model.ts';
import type { ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane } from './lane.ts';
import type { Need } from './needs.ts';
import type { Standing } from './standing.ts';
import type { TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { strongest, type Said, type Weighed } from './weighing.ts';

/** A verdict of one cell: how it weighs is shared with other cells, and what it rests on is written out when it is asked for. */
export class CellVerdict implements Verdict {
  readonly release: string;
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
  private readonly weighed: Weighed;
  private readonly standing: Standing;
  private readonly answer: GuardAnswer | null;
  private cited: readonly string[] | null = null;

  constructor(
    { consumer, arch, config }: Lane,
    release: string,
    standing: Standing,
    weighed: Weighed,
    said: Said,
  ) {
    this.consumer = consumer;
    this.release = release;
    this.arch = arch;
    this.config = config;
    this.status = weighed.status;
    this.weighed = weighed;
    this.standing = standing;
    // By place: taking a list apart asks its iterator, once for every cell.
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
    return this.standing.needs;
  }

  get guard(): Verdict['guard'] {
    return this.weighed.guard;
  }

  get contradictions(): readonly string[] {
    return this.weighed.contradictions;
  }

  get note(): string | null {
    const { decides, note } = this.weighed;
    // Of tests that disagree it is said first that their builds do.
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
    // Who needs nothing rests on what is recorded of it.
    return found.length > 0 || this.consumer.event === null ? found : [this.consumer.event.id];
  }

  /** What the status rests on, before a guard is asked. */
  private decisive(strong: readonly ClaimReach[]): readonly string[] {
    switch (this.weighed.decides) {
      case 'tests':
        return this.tested?.evidence ?? [];
      case 'claims':
        return strong.map((c) => c.event.id);
      case 'records':
        return this.standing.evidence;
      case null:
        return [];
    }
  }
}

/** Each event once; where records alone speak, their list is shared by all cells of a class. */
function evidenceOf(
  guard: readonly string[],
  best: readonly string[],
  strong: readonly ClaimReach[],
): readonly string[] {
  if (guard.length === 0 && strong.length === 0) return best;
  return [...new Set([...guard, ...best, ...strong.map((c) => c.event.id)])];
}

/** The verdict where the interface is not there, or the consumer is not. */
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
