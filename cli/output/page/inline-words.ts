import type { CellStatus } from '../../../queries/verdict/cell-status.ts';
import { shortId, STATUS_WORD } from '../words.ts';
import { code, joined, strong, type Inline } from './page.ts';

/** A status in running text; what hurts stands out. */
export function statusInline(status: CellStatus): Inline {
  return status === 'works' || status === 'not-applicable' || status === 'unknown'
    ? STATUS_WORD[status]
    : strong(STATUS_WORD[status]);
}

/** The short ids of some events, as `explain` opens them: at most this many, then how many more there are; a dash for none. */
export function shortIds(ids: readonly string[], most = 3): readonly Inline[] {
  if (ids.length === 0) return ['–'];
  const few = ids.slice(0, most).map((id) => [code(shortId(id))]);
  const more = ids.length > most ? [[`+${ids.length - most}`]] : [];
  return joined([...few, ...more], ', ');
}
