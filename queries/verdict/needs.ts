import type { Scalar } from '../../store/events/fields.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { type Effective, type Prediction } from './prediction.ts';
import { placeAt, type Place } from './place.ts';
import { within } from '../../store/grouping.ts';

/** One thing that a consumer needs at a place, and whether it has it. */
export interface Need {
  readonly behaviour: string;
  readonly needs: readonly Scalar[];
  readonly otherwise: 'broken' | 'degraded';
  readonly why: string;
  /** The requirement, or the behaviour's definition for what the contract promises; a claim or a test that names no need. */
  readonly event:
    | TypedStoredEvent<'RequirementStated'>
    | TypedStoredEvent<'BehaviourDefined'>
    | TypedStoredEvent<'BreakageClaimed'>
    | TypedStoredEvent<'TestRecorded'>
    | TypedStoredEvent<'ConsumerRecorded'>;
  readonly effective: Effective;
  readonly state: 'holds' | 'fails' | 'unknown' | 'absent';
}

/** What is promised of a behaviour at a place: the last guarantee whose change is contained speaks. */
export function guaranteeAt(
  model: Model,
  predict: Prediction,
  behaviour: string,
  place: Place,
): { readonly guarantee: 'documented' | 'observed'; readonly values: readonly Scalar[] } | null {
  const definition = model.behaviours.get(behaviour);
  if (!definition) return null;
  const contained = model.graph.contains(place.release);
  let found: { guarantee: 'documented' | 'observed'; values: readonly Scalar[] } | null = null;
  for (const { guarantee, since, values = [], when } of definition.payload.guarantees) {
    if (since !== undefined && !contained.has(model.graph.resolve(since))) continue;
    if (when !== undefined) {
      const holds = predict.worth(when, place);
      if (holds.kind !== 'value' || holds.value === false) continue;
    }
    found = { guarantee, values };
  }
  return found;
}

/** Gives the needs of a consumer at a release on an architecture, in the default configuration. */
export function needsAt(
  model: Model,
  predict: Prediction,
  consumer: Consumer,
  release: string,
  arch: string,
): readonly Need[] {
  return needsAlong(model, predict, consumer, arch)(release);
}

/** The same for all releases, in a configuration. */
export function needsAlong(
  model: Model,
  predict: Prediction,
  consumer: Consumer,
  arch: string,
  switches: Readonly<Record<string, Scalar>> = {},
): (release: string) => readonly Need[] {
  const anywhere = placeAt('', arch, consumer.profile, switches);
  const asked = (behaviour: string) => ({
    behaviour,
    absent: model.behaviours.get(behaviour)?.payload.absent ?? [],
    effectiveAt: predict.effectiveAlong(behaviour, anywhere),
  });
  const promises =
    consumer.consumer === CONTRACT
      ? [...model.behaviours]
          .filter(([, event]) => event.payload.interface === consumer.interface)
          .map(([behaviour, event]) => ({ ...asked(behaviour), event }))
      : [];
  const required = consumer.requirements
    .filter(({ payload }) => payload.archs?.includes(arch) ?? true)
    .map((event) => ({ ...asked(event.payload.behaviour), event }));
  return (release) => {
    const place = { ...anywhere, release };
    const found: Need[] = [];
    const add = (
      { behaviour, absent, effectiveAt }: ReturnType<typeof asked>,
      { needs, otherwise, why, event }: Pick<Need, 'needs' | 'otherwise' | 'why' | 'event'>,
    ) => {
      const effective = effectiveAt(release);
      const state = !effective.known
        ? 'unknown'
        : needs.includes(effective.value)
          ? 'holds'
          : absent.includes(effective.value)
            ? 'absent'
            : 'fails';
      found.push({ behaviour, needs, otherwise, why, event, effective, state });
    };
    for (const promise of promises) {
      const promised = guaranteeAt(model, predict, promise.behaviour, place);
      if (promised?.guarantee !== 'documented' || promised.values.length === 0) continue;
      const why = 'the documentation promises it';
      add(promise, { needs: promised.values, otherwise: 'broken', why, event: promise.event });
    }
    for (const one of required) {
      const { needs, otherwise, why, when } = one.event.payload;
      if (when !== undefined) {
        const holds = predict.worth(when, place);
        if (holds.kind === 'value' && holds.value === false) continue;
      }
      add(one, { needs, otherwise, why, event: one.event });
    }
    return found;
  };
}

/** What the needs of a consumer, and whether it has them, rest on. */
export interface NeedsRestOn {
  /** Behaviours, and the conditions under which they are needed or promised. */
  readonly conditions: readonly string[];
  /** Changes with which a promise came in. */
  readonly changes: readonly string[];
}

/** Finds all that can tell the needs of a consumer at one place from those at another. */
export function needsRestOn({ behaviours, graph }: Model, consumer: Consumer): NeedsRestOn {
  const conditions = consumer.requirements.flatMap(({ payload: r }) => [r.behaviour, r.when ?? []].flat());
  if (consumer.consumer !== CONTRACT) return { conditions, changes: [] };
  const changes: string[] = [];
  for (const [behaviour, { payload }] of behaviours) {
    if (payload.interface !== consumer.interface) continue;
    conditions.push(behaviour);
    for (const { when, since } of payload.guarantees) {
      if (when !== undefined) conditions.push(when);
      if (since !== undefined) changes.push(graph.resolve(since));
    }
  }
  return { conditions, changes };
}

/** Tells whether a switch can change what a consumer needs, or whether it has it. */
export function asksForSwitch(model: Model, predict: Prediction, consumer: Consumer, name: string): boolean {
  return needsRestOn(model, consumer).conditions.some((text) => predict.askedBy(text).includes(name));
}

/** Tells whether a consumer can be on an architecture at a release at all. */
export function isApplicable(model: Model, consumer: Consumer, release: string, arch: string): boolean {
  if (!isMadeFor(consumer, arch)) return false;
  return presenceOf(model, consumer.interface, release, arch) !== 'absent';
}

/** Tells whether a consumer has a form for an architecture; on others every cell of it is not applicable. */
export function isMadeFor(consumer: Consumer, arch: string): boolean {
  return consumer.archs?.includes(arch) ?? true;
}

/** Whether an architecture has an interface at a release; where nobody knows since when, that may be unknown. */
export type Presence = 'there' | 'absent' | 'unknown';

/** By model, interface and architecture: every cell asks it, and consumers ask for the same. */
const presences = new WeakMap<Model, Map<string, Map<string, (release: string) => Presence>>>();

/** Tells at which releases an architecture has an interface. */
export function presenceIn(model: Model, name: string, arch: string): (release: string) => Presence {
  const byInterface = presences.get(model) ?? new Map<string, Map<string, (release: string) => Presence>>();
  presences.set(model, byInterface);
  const byArch = within(byInterface, name);
  const before = byArch.get(arch);
  if (before) return before;
  const known = new Map<string, Presence>();
  const made = (release: string): Presence => {
    const found = known.get(release) ?? findPresence(model, name, release, arch);
    known.set(release, found);
    return found;
  };
  byArch.set(arch, made);
  return made;
}

/** Tells whether an architecture has an interface at a release. */
export function presenceOf(model: Model, name: string, release: string, arch: string): Presence {
  return presenceIn(model, name, arch)(release);
}

function findPresence(model: Model, name: string, release: string, arch: string): Presence {
  const archs = model.interfaces.get(name)?.payload.archs;
  if (archs === undefined) return 'there';
  const entry = archs.find((a) => a.arch === arch);
  if (!entry) return 'absent';
  const reached = (from: string) => release === from || model.graph.isAncestor(from, release);
  const { since, until, by } = entry;
  // A beginning that is no recorded release leaves the question to the behaviour records.
  if (since !== undefined && model.graph.releases.has(since) && !reached(since))
    // Of a release of which nobody says what it continues, nobody knows what it has.
    return rootOf(model, release) === rootOf(model, since) ? 'absent' : 'unknown';
  if (until !== undefined && reached(until)) return 'absent';
  return by === undefined || reached(by) ? 'there' : 'unknown';
}

/** The first release of the ancestry of one, as far as it is recorded. */
export function rootOf({ graph }: Model, release: string): string {
  const seen = new Set<string>();
  let at = release;
  for (
    let before = graph.releases.get(at)?.predecessor ?? null;
    before !== null && !seen.has(before);
    before = graph.releases.get(at)?.predecessor ?? null
  ) {
    seen.add(before);
    at = before;
  }
  return at;
}

/** The architectures that an interface has, by name. */
export function archsOf(model: Model, name: string): readonly string[] {
  const archs = model.interfaces.get(name)?.payload.archs?.map((a) => a.arch);
  if (archs !== undefined) return archs;
  const spoken = new Set(model.of('BehaviourSet').flatMap((e) => e.payload.archs ?? []));
  for (const consumer of model.consumers) for (const arch of consumer.archs ?? []) spoken.add(arch);
  return [...spoken].sort();
}
