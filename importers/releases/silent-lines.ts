import { knownAtEnd } from '../../store/events/known-at.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import { baseOf } from './numbering.ts';
import type { ListedRelease } from './release-events.ts';

/** A line that went silent. */
export interface SilentLine {
  readonly line: string;
  readonly base: string;
  readonly last: ListedRelease;
  /** The day of its last release. */
  readonly ended: string;
  /** The day from which the silence was long enough. */
  readonly knownAt: string;
}

/** Living lines were silent for eight months (2.6.32.y in 2013), never for a year. */
const SILENT_DAYS = 365;

/**
 * The lines of a list of all versions that had no release for a year while the list goes on. The list does not say that they
 * ended: it is concluded.
 */
export function silentLines(found: readonly ListedRelease[]): readonly SilentLine[] {
  const last = new Map<string, ListedRelease>();
  let youngest = '';
  for (const one of found) {
    const { date } = one;
    if (date === undefined) continue;
    if (date > youngest) youngest = date;
    if (baseOf(one.release) === null) continue;
    const line = lineOfName(one.release)!;
    if (date >= (last.get(line)?.date ?? '')) last.set(line, one);
  }
  return [...last].flatMap(([line, one]): readonly SilentLine[] => {
    const ended = one.date!;
    const knownAt = new Date(Date.parse(knownAtEnd(ended)) + SILENT_DAYS * 86_400_000)
      .toISOString()
      .slice(0, 10);
    return knownAt <= youngest ? [{ line, base: baseOf(one.release)!, last: one, ended, knownAt }] : [];
  });
}
