import * as v from 'valibot';
import { behaviourEvents } from './behaviour.ts';
import { bisectEvents } from './bisect.ts';
import { claimEvents } from './claim.ts';
import { consumerEvents } from './consumer.ts';
import { decisionEvents } from './decision.ts';
import type { EventDefinition } from './definition.ts';
import { kernelEvents } from './kernel.ts';
import { observationEvents } from './observation.ts';

const definitions = [
  ...kernelEvents,
  ...behaviourEvents,
  ...consumerEvents,
  ...observationEvents,
  ...claimEvents,
  ...decisionEvents,
  ...bisectEvents,
] as const;

type Definition = (typeof definitions)[number];

/** The name of an event type of the catalogue. */
export type EventType = Definition['type'];

/** The payload of an event type, at its current version. */
export type Payload<T extends EventType = EventType> = v.InferOutput<
  Extract<Definition, { type: T }>['schema']
>;

/** The event types that a log understands, by name. */
export type Catalogue = ReadonlyMap<string, EventDefinition>;

/** Makes a catalogue of event types; each name may occur once. */
export function makeCatalogue(events: readonly EventDefinition[]): Catalogue {
  const map = new Map<string, EventDefinition>();
  for (const event of events) {
    if (map.has(event.type)) throw new Error(`two event types are called ${event.type}`);
    map.set(event.type, event);
  }
  return map;
}

/** All event types of regline. */
export const catalogue: Catalogue = makeCatalogue(definitions);

/** Why a payload is not accepted: one line for each thing that is wrong, with the path inside the payload. */
export class PayloadError extends Error {
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(type: string, issues: readonly { readonly path: string; readonly message: string }[]) {
    super(`${type}: ${issues.map((i) => (i.path ? `${i.path}: ${i.message}` : i.message)).join('; ')}`);
    this.name = 'PayloadError';
    this.issues = issues;
  }
}

/**
 * Checks a payload at the door, against the current version of its type.
 *
 * @throws PayloadError when the type is unknown or the payload does not fit.
 */
export function checkPayload(events: Catalogue, type: string, payload: unknown): void {
  const definition = events.get(type);
  if (!definition) throw new PayloadError(type, [{ path: '', message: 'no such event type' }]);
  const checked = v.safeParse(definition.schema, payload);
  if (checked.success) return;
  throw new PayloadError(
    type,
    checked.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', message: issue.message })),
  );
}

/**
 * Leads a stored payload to the current version of its type, one step at a time.
 *
 * @throws PayloadError when the type is unknown or the log was written by a newer regline.
 */
export function upcast(events: Catalogue, type: string, version: number, payload: unknown): unknown {
  const definition = events.get(type);
  if (!definition)
    throw new PayloadError(type, [{ path: '', message: 'no such event type; a newer regline wrote it' }]);
  if (version > definition.version) {
    throw new PayloadError(type, [
      { path: '', message: `version ${version} is newer than this regline knows (${definition.version})` },
    ]);
  }
  let current = payload;
  for (let step = version; step < definition.version; step++) current = definition.upcasts[step]!(current);
  return current;
}
