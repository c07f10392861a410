import type { Basis, CellStatus } from './cell-status.ts';
import { consumerName, type Consumer } from '../model/model.ts';
import type { ClaimReach } from './claims.ts';
import type { Need } from './needs.ts';
import type { TestedStatus } from './tested.ts';

/** What the events say about one cell, and why. Derived, never stored. */
export interface Verdict {
  readonly consumer: Consumer;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly confidence: 'verified' | 'concluded' | null;
  readonly reported: boolean;
  readonly needs: readonly Need[];
  /** The guard that fires, and what would happen without it. */
  readonly guard: { readonly says: string; readonly refuses: string; readonly without: CellStatus } | null;
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
  /** Ids of events (`ID#index` for results) that the status rests on. */
  readonly evidence: readonly string[];
  readonly contradictions: readonly string[];
  readonly note: string | null;
}

/** Names a consumer with its variant, as `consumerName` does. */
export function nameOf(consumer: Consumer): string {
  return consumerName(consumer.consumer, consumer.variant);
}
