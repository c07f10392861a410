/**
 * Known-at: when a source made something public, as precisely as the source says it. Written as
 * `2026-04-22T10:00:19Z` (an instant), `2026-04-22` (a day, UTC) or `2026-04` (a month); null when unknown.
 */
export type KnownAt = string | null;

const DATE = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const INSTANT = new RegExp(String.raw`^${DATE}T${TIME}(?::[0-5]\d(?:\.\d{1,3})?)?Z$`);
const DAY = new RegExp(`^${DATE}$`);
const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
/** How services write an instant in UTC: with an offset of nothing, and as many digits as they please. */
const OF_UTC = new RegExp(String.raw`^${DATE}[T ]${TIME}:[0-5]\d(?:\.\d{3,})?\+00:00$`);

/** Tells how precise a known-at is, or null when the text is none. */
export function knownAtPrecision(text: string): 'instant' | 'day' | 'month' | null {
  if (INSTANT.test(text)) return isDay(text) ? 'instant' : null;
  if (DAY.test(text)) return isDay(text) ? 'day' : null;
  return MONTH.test(text) ? 'month' : null;
}

/** Whether the day that a text begins with is one: 2026-02-31 is none. Times come by the million: no calendar is asked. */
function isDay(text: string): boolean {
  if (text[8]! < '2') return true;
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= lengthOfMonth(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

function lengthOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
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
  const first = new Date(`${text}-01`);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1) - 1).toISOString();
}

/**
 * Gives a moment as-of which nothing of a day or a month is known yet: the one before it; an instant as it is.
 *
 * @throws RangeError when the text is no known-at.
 */
export function knownBefore(text: string): string {
  if (knownAtPrecision(text) === 'instant') return text;
  return new Date(Date.parse(knownAtStart(text)) - 1).toISOString().slice(0, 10);
}

/**
 * Gives the first instant that a known-at may mean, as `knownAtEnd` gives the last.
 *
 * @throws RangeError when the text is no known-at.
 */
export function knownAtStart(text: string): string {
  const end = knownAtEnd(text);
  if (knownAtPrecision(text) === 'instant') return end;
  return new Date(knownAtPrecision(text) === 'month' ? `${text}-01` : text).toISOString();
}

const ZONED = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)$/;

/** Rewrites any ISO 8601 instant with a zone into UTC, as known-at wants it; keeps days and months. */
export function toKnownAt(text: string): string | null {
  if (OF_UTC.test(text)) return isDay(text) ? inUtc(text) : null;
  const zoned = ZONED.exec(text);
  if (!zoned) return knownAtPrecision(text) === null ? null : text;
  const [, day, time, zone] = zoned;
  // Date.parse rolls 2026-02-31 over into March; a date that does not exist is no date.
  if (knownAtPrecision(day!) === null) return null;
  if (zone === 'Z' && INSTANT.test(text)) return text;
  const ms = Date.parse(`${day!}T${time!}${zone!}`);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** `2026-03-02 10:00:00.348172+00:00` is `2026-03-02T10:00:00.348Z`. */
function inUtc(text: string): string {
  const hasMilliseconds = text[19] === '.' && !text.startsWith('.000', 19);
  const end = hasMilliseconds ? 23 : 19;
  return text[10] === 'T' ? `${text.slice(0, end)}Z` : `${text.slice(0, 10)}T${text.slice(11, end)}Z`;
}
