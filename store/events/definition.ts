import type * as v from 'valibot';

/**
 * One event type: its name, its current version, the schema that its payload passes at the door, and the steps that
 * lead an older payload to the current version.
 */
export interface EventDefinition<
  Type extends string = string,
  Schema extends v.GenericSchema = v.GenericSchema,
> {
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  /** `upcasts[n]` turns a payload of version n into version n + 1; there is one for every older version. */
  readonly upcasts: Readonly<Record<number, (payload: unknown) => unknown>>;
  /**
   * The clock that the event acts by. A statement acts from its known-at; a decision made in this log acts from
   * the moment it was recorded, at every `--as-of`.
   */
  readonly clock: 'known' | 'recorded';
  /** What the event says, for help texts and `regline log`. */
  readonly says: string;
}

/** Declares an event type; versions above 1 must bring an upcast for every version before. */
export function defineEvent<const Type extends string, Schema extends v.GenericSchema>(
  type: Type,
  says: string,
  schema: Schema,
  more: Partial<Pick<EventDefinition, 'version' | 'upcasts' | 'clock'>> = {},
): EventDefinition<Type, Schema> {
  const { version = 1, upcasts = {}, clock = 'known' } = more;
  for (let old = 1; old < version; old++) {
    if (!upcasts[old]) throw new Error(`${type} has version ${version}, but no upcast from version ${old}`);
  }
  return { type, says, schema, version, upcasts, clock };
}
