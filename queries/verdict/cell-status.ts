/** What a consumer does in a cell. `unknown`: nothing is known of it, which is never shown as `works`. */
export type CellStatus =
  'works' | 'degraded' | 'broken' | 'refuses' | 'unknown' | 'conflict' | 'not-applicable';

/** What a status rests on, the strongest evidence first. */
export type Basis = 'tested' | 'reported' | 'predicted' | 'inferred';
