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
  return text.length < 10 || new Date(ms).getUTCDate() === Number(text.slice(8, 10)) ? ms : NaN;
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
  // Asked of every event of every question: the two usual forms are written out without a calendar.
  if (precision === 'day') return `${text}T23:59:59.999Z`;
  if (text.length === 'YYYY-MM-DDTHH:MM:SSZ'.length) return `${text.slice(0, -1)}.000Z`;
  if (precision === 'instant') return new Date(text).toISOString();
  const first = new Date(firstMs(text));
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) - 1).toISOString();
}

/**
 * Gives a moment as-of which nothing of a day or a month is known yet: the one before it; an instant as it is.
 *
 * @throws RangeError when the text is no known-at.
 */
export function knownBefore(text: string): string {
  const precision = knownAtPrecision(text);
  if (precision === 'instant') return text;
  const end = new Date(knownAtEnd(text));
  const first =
    precision === 'month' ? Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), 1) : Date.parse(text);
  return new Date(first - 1).toISOString().slice(0, 10);
}

const ZONED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)$/;

/** Rewrites any ISO 8601 instant with a zone into UTC, as known-at wants it; keeps days and months. */
export function toKnownAt(text: string): string | null {
  const zoned = ZONED.exec(text);
  if (!zoned) return knownAtPrecision(text) === null ? null : text;
  const [, day, time, zone] = zoned;
  // Date.parse rolls 2026-02-31 over into March; a date that does not exist is no date.
  if (knownAtPrecision(day!) === null) return null;
  if (zone === 'Z' && INSTANT.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  const ms = Date.parse(`${day!}T${time!}${zone!}`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}
