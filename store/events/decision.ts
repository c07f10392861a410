import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { list, natural, optional, text } from './fields.ts';

/** An event's full id (64 hex digits), or an item in it: `ID#index`. */
const eventAddress = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}(#\d+)?$/, 'not an event id, nor EVENT#index'));

/** Events that decide something in this log. They act from the moment they were recorded, at every as-of. */
export const decisionEvents = [
  defineEvent(
    'EventRetracted',
    'an event, or one result in it, does not count',
    v.strictObject({ target: eventAddress, by: text, reason: text, at: text }),
    { clock: 'recorded' },
  ),
  defineEvent(
    'DisputeSettled',
    'a dispute is decided',
    v.strictObject({ dispute: text, keeps: list(text), by: text, reason: text }),
    { clock: 'recorded' },
  ),
  defineEvent(
    'RegressionSplit',
    'one regression is several',
    v.strictObject({
      regression: text,
      archs: optional(list(text)),
      consumers: optional(list(text)),
      by: text,
      reason: text,
    }),
    { clock: 'recorded' },
  ),
  defineEvent(
    'RegressionMerged',
    'two regressions are one; the older id stays',
    v.strictObject({ regression: text, into: text, by: text, reason: text }),
    { clock: 'recorded' },
  ),
  defineEvent(
    'RecordRejected',
    'a piece of an input could not be understood and is kept as it is',
    v.strictObject({
      rev: v.pipe(v.number(), v.integer(), v.minValue(1)),
      format: text,
      reason: text,
      /** The piece itself, cut at 4,000 characters. */
      excerpt: v.string(),
      line: optional(natural),
    }),
  ),
] as const;
