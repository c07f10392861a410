import { knownAtEnd, knownAtPrecision } from '../../store/events/known-at.ts';
import { QueryError } from './query-error.ts';

/** A moment, and the option that names it. */
export interface NamedMoment {
  readonly option: string;
  readonly value: string;
}

/** @throws QueryError for a text that is no day, month or instant. */
export function expectMoment({ option, value }: NamedMoment): void {
  if (knownAtPrecision(value) !== null) return;
  throw new QueryError(`--${option} "${value}" is no date`, {
    hint: 'write a day (2026-04-22), a month (2026-04) or an instant (2026-04-22T10:00:19Z)',
  });
}

/**
 * Expects that what is asked about lies between two moments.
 *
 * @param second none: what is known now
 * @param startsAt the instant at which the first begins what is asked about: its end, unless it belongs to it
 * @throws QueryError for a moment that is none, or a second one that ends before that.
 */
export function expectInOrder(
  first: NamedMoment,
  second: NamedMoment | null,
  startsAt: (text: string) => string = knownAtEnd,
): void {
  expectMoment(first);
  if (second === null) return;
  expectMoment(second);
  if (knownAtEnd(second.value) < startsAt(first.value))
    throw new QueryError(`--${second.option} ${second.value} lies before --${first.option} ${first.value}`);
}
