import type { Basis, CellStatus } from '../verdict/cell-status.ts';

/** One consumer at one release, on one architecture, in one configuration. */
export interface TableCell {
  readonly consumer: string;
  readonly variant: string | null;
  readonly version: string | null;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  /** What the status rests on; null where nothing is known. */
  readonly basis: Basis | null;
  readonly confidence: 'verified' | 'concluded' | null;
  /** Somebody has said that it is broken here. */
  readonly reported: boolean;
  readonly culprits: readonly string[];
  readonly fixedBy: readonly string[];
  /** Full ids of the events that the status rests on. */
  readonly evidence: readonly string[];
  readonly note: string | null;
}

/** What `regline table --format json` writes: fields may be added, never changed. */
export interface TableDocument {
  readonly schema: 'regline.table/1';
  readonly asOf: string | null;
  readonly releases: readonly string[];
  readonly archs: readonly string[];
  readonly cells: readonly TableCell[];
}
