import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { common, list, optional, release, scalar, text } from './fields.ts';

/** Events about whoever depends on an interface. */
export const consumerEvents = [
  defineEvent(
    'ConsumerRecorded',
    'a consumer, or one variant of it, exists and uses the interface in this way',
    v.strictObject({
      ...common,
      consumer: text,
      /** Absent for the consumer as it usually is. */
      variant: optional(text),
      title: text,
      interface: text,
      /** The range of the consumer's own versions, both included, in the words of its maintainers. */
      versions: optional(v.strictObject({ from: optional(text), to: optional(text) })),
      archs: optional(list(text)),
      /** Facts about the use; a value that begins with `=` is an expression over behaviours. */
      profile: optional(v.record(text, scalar)),
      /** Another consumer inside this one: its requirements and profile are inherited. */
      embeds: optional(v.strictObject({ consumer: text, variant: optional(text) })),
      guards: optional(
        list(
          v.strictObject({
            /** When it fires, over `uname` (the version triple), `version_signature` and the profile. */
            refuses: text,
            says: text,
            /** Sources disagree on whether this version has the guard, and how. */
            disputed: optional(text),
          }),
        ),
      ),
    }),
  ),
  defineEvent(
    'RequirementStated',
    'a consumer needs a behaviour to have one of these values',
    v.strictObject({
      ...common,
      consumer: text,
      /** Absent: every variant. */
      variants: optional(list(text)),
      behaviour: text,
      needs: list(scalar),
      otherwise: v.picklist(['broken', 'degraded']),
      why: text,
      archs: optional(list(text)),
      when: optional(text),
    }),
  ),
  defineEvent(
    'FieldUseStated',
    'a consumer reads, writes or relies on a field of the interface',
    v.strictObject({
      ...common,
      consumer: text,
      variants: optional(list(text)),
      interface: text,
      field: text,
      use: v.picklist(['reads', 'writes', 'relies-on']),
      how: text,
      archs: optional(list(text)),
      since: optional(text),
    }),
  ),
  defineEvent(
    'MitigationStated',
    'something helps a consumer, at a price',
    v.strictObject({
      ...common,
      consumer: text,
      variants: optional(list(text)),
      behaviour: optional(text),
      mitigation: text,
      gives: text,
      costs: text,
      by: text,
      since: optional(release),
    }),
  ),
] as const;
