import * as v from 'valibot';
import { defineEvent } from './definition.ts';
import { changeName, common, list, natural, optional, range, release, scalar, text } from './fields.ts';

/** What one case of a behaviour record says; shared by what predicts and what is only claimed. */
const setting = {
  ...common,
  behaviour: text,
  value: scalar,
  /** The change that does it; without one the value is stated at `at`. */
  change: optional(changeName),
  at: optional(list(range)),
  /** Absent: every architecture that has the interface. */
  archs: optional(list(text)),
  /** A condition in the language of store/condition.ts. */
  when: optional(text),
  /** What holds where the condition does not: the value before, or nothing known. */
  elsewhere: optional(v.picklist(['unchanged', 'unknown'])),
  /** Place among the cases of one change for one behaviour; the first whose condition holds is taken. */
  order: natural,
};

/** Events about the interface itself: its fields, its behaviours, and what sets them. */
export const behaviourEvents = [
  defineEvent(
    'InterfaceDescribed',
    'an interface has these fields, architectures and switches',
    v.strictObject({
      ...common,
      interface: text,
      title: text,
      fields: optional(
        list(
          v.strictObject({
            field: text,
            owner: text,
            since: optional(release),
            says: text,
          }),
        ),
      ),
      archs: optional(
        list(
          v.strictObject({
            arch: text,
            /** First release that has it; absent where nobody has found out. */
            since: optional(release),
            /** First release that has it no more. */
            until: optional(release),
            /** Where nobody has found out since when: a release that has it at the latest. */
            by: optional(release),
          }),
        ),
      ),
      switches: optional(
        list(
          v.strictObject({
            switch: text,
            says: text,
            values: list(scalar),
            default: scalar,
            defaults: optional(v.record(text, scalar)),
          }),
        ),
      ),
    }),
  ),
  defineEvent(
    'BehaviourDefined',
    'an interface has a behaviour with these values, this guarantee and this owner',
    v.strictObject({
      ...common,
      behaviour: text,
      interface: text,
      title: text,
      /** The values it can have; absent where it is any number. */
      values: optional(list(scalar)),
      /** Values that mean that the thing is not there, so that nothing is required of it. */
      absent: optional(list(scalar)),
      owner: text,
      /** From which change on what is promised; the last whose change is contained speaks. */
      guarantees: list(
        v.strictObject({
          guarantee: v.picklist(['documented', 'observed']),
          since: optional(changeName),
          /** The values that the documentation promises, where it promises any. */
          values: optional(list(scalar)),
          when: optional(text),
        }),
      ),
      /** Paths of the source tree that implement it. */
      paths: optional(list(text)),
    }),
  ),
  defineEvent(
    'BehaviourSet',
    'a change sets a behaviour, or a behaviour has a value at releases',
    v.strictObject(setting),
  ),
  defineEvent(
    'BehaviourClaimed',
    'somebody says what a behaviour is, without predicting from it',
    v.strictObject({ ...setting, by: text }),
  ),
] as const;
