import { knownAtEnd, toKnownAt } from '../../store/events/known-at.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads a time as result files write it: an instant where it has a zone, else only its day, for the zone of the machine
 * is anybody's guess. Null when it is no time.
 */
export function sourceTime(text: string): string | null {
  const trimmed = text.trim();
  const instant = toKnownAt(trimmed);
  if (instant !== null) return instant;
  const iso = /^(\d{4}-\d\d-\d\d)[T ]\s*\d\d:\d\d/.exec(trimmed)?.[1];
  if (iso !== undefined) return toKnownAt(iso);
  // Tue Mar 31 05:03:00 2020
  const c = /^(?:\w{3} )?(\w{3}) {1,2}(\d{1,2}) \d\d:\d\d:\d\d (\d{4})$/.exec(trimmed);
  const month = c ? MONTHS.indexOf(c[1]!) + 1 : 0;
  if (!c || month === 0) return null;
  return toKnownAt(`${c[3]!}-${String(month).padStart(2, '0')}-${c[2]!.padStart(2, '0')}`);
}

/** Reads seconds since 1970, as a test's start in a log; null when they are none of the time of Linux. */
export function epochTime(text: string | undefined): string | null {
  const seconds = Number(text);
  if (text === undefined || !/^\d{9,10}(?:\.\d+)?$/.test(text)) return null;
  return toKnownAt(new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z'));
}

/** The later of two times; what is known from them is known when the last of them was over. */
export function later(one: string | null | undefined, other: string | null | undefined): string | null {
  if (one == null || other == null) return one ?? other ?? null;
  return knownAtEnd(one) >= knownAtEnd(other) ? one : other;
}
