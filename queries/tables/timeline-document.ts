import type { Stretch } from '../releases/stretches.ts';
import type { Basis, CellStatus } from '../verdict/cell-status.ts';

/** Releases of one line that follow one another with the same status. */
export interface TimelineSpan extends Stretch {
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly evidence: readonly string[];
}

/** One consumer on one architecture, over all lines. */
export interface TimelineLane {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly spans: readonly TimelineSpan[];
}

/** What `regline timeline --format json` writes: fields may be added, never changed. */
export interface TimelineDocument {
  readonly schema: 'regline.timeline/1';
  readonly asOf: string | null;
  readonly lanes: readonly TimelineLane[];
}
