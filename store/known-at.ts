/**
 * Known-at: when a source made something public, as precisely as the source says it. Written as
 * `2026-04-22T10:00:19Z` (an instant), `2026-04-22` (a day, UTC) or `2026-04` (a month); null when unknown.
 */
export type KnownAt = string | null;

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MONTH = /^\d{4}-\d\d$/;

/** Tells how precise a known-at is, or null when the text is none. */
export function knownAtPrecision(text: string): 'instant' | 'day' | 'month' | null {
  if (Number.isNaN(firstMs(text))) return null;
  if (INSTANT.test(text)) return 'instant';
  if (DAY.test(text)) return 'day';
  return MONTH.test(text) ? 'month' : null;
}

function firstMs(text: string): number {
  const ms = Date.parse(MONTH.test(text) ? `${text}-01` : text);
  // Date.parse rolls 2026-02-31 over into March; a date that does not exist is no date.
  return Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10)) ? NaN : ms;
}

/**
 * Gives the last instant that a known-at may mean, as an ISO string with milliseconds. As-of compares this end,
 * so that a day counts as known when it is over and nothing is known before its time.
 *
 * @throws RangeError when the text is no known-at.
 */
export function knownAtEnd(text: string): string {
  const precision = knownAtPrecision(text);
  if (precision === null)
    throw new RangeError(`"${text}" is no date: write 2026-04-22T10:00:19Z, 2026-04-22 or 2026-04`);
  if (precision === 'instant') return new Date(text).toISOString();
  const start = new Date(firstMs(text));
  const next =
    precision === 'day'
      ? Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + 1)
      : Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
  return new Date(next - 1).toISOString();
}

/** Rewrites any ISO 8601 instant with a zone into UTC, as known-at wants it; keeps days and months. */
export function toKnownAt(text: string): string | null {
  if (knownAtPrecision(text) !== null) return text;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) || !/(Z|[+-]\d\d:?\d\d)$/.test(text)) return null;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}
