import type { Scalar } from '../../store/events/fields.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { type Effective, type Prediction } from './prediction.ts';
import { memoized } from '../../store/memo.ts';
import { placeAt, type Place } from './place.ts';

/** One need of a consumer at a place, and whether it holds. */
export interface Need {
  readonly behaviour: string;
  readonly needs: readonly Scalar[];
  readonly otherwise: 'broken' | 'degraded';
  readonly why: string;
  /** The requirement; for the contract, the definition of the behaviour; for a regression without a requirement, the claim or test. */
  readonly event:
    | TypedStoredEvent<'RequirementStated'>
    | TypedStoredEvent<'BehaviourDefined'>
    | TypedStoredEvent<'BreakageClaimed'>
    | TypedStoredEvent<'TestRecorded'>
    | TypedStoredEvent<'ConsumerRecorded'>;
  readonly effective: Effective;
  readonly state: 'holds' | 'fails' | 'unknown' | 'absent';
}

/** The guarantee for a behaviour at a place: the last one whose change is contained and whose condition holds. */
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

/** Whether a guarantee is one that the contract needs to be kept: what was only observed is none. */
function isPromise({
  guarantee,
  values = [],
}: {
  readonly guarantee: 'documented' | 'observed';
  readonly values?: readonly Scalar[] | undefined;
}): boolean {
  return guarantee === 'documented' && values.length > 0;
}

/** Gives the needs of a consumer on an architecture at any release, in a configuration. */
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
      if (promised === null || !isPromise(promised)) continue;
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

/** What the needs of a consumer, and whether they hold, depend on. */
export interface NeedsRestOn {
  /** Behaviours, and the conditions under which they are required or guaranteed. */
  readonly conditions: readonly string[];
  /** Changes that introduced a guarantee. */
  readonly changes: readonly string[];
}

/** Finds everything by which the needs of a consumer at two places can differ. */
export function needsRestOn({ behaviours, graph }: Model, consumer: Consumer): NeedsRestOn {
  const conditions = consumer.requirements.flatMap(({ payload: { behaviour, when } }) =>
    when === undefined ? [behaviour] : [behaviour, when],
  );
  if (consumer.consumer !== CONTRACT) return { conditions, changes: [] };
  const changes: string[] = [];
  for (const [behaviour, { payload }] of behaviours) {
    if (payload.interface !== consumer.interface || !payload.guarantees.some(isPromise)) continue;
    conditions.push(behaviour);
    for (const { when, since } of payload.guarantees) {
      if (when !== undefined) conditions.push(when);
      if (since !== undefined) changes.push(graph.resolve(since));
    }
  }
  return { conditions, changes };
}

/**
 * Gives the needs of a consumer on an architecture, in the default configuration, as far as they are about some behaviours; those of the
 * contract all.
 */
export function needsAmong(
  model: Model,
  predict: Prediction,
  consumer: Consumer,
  arch: string,
  behaviours: ReadonlySet<string>,
): (release: string) => readonly Need[] {
  const requirements = consumer.requirements.filter(({ payload }) => behaviours.has(payload.behaviour));
  const narrow = { ...consumer, requirements };
  const { conditions, changes } = needsRestOn(model, narrow);
  const equivalent = predict.equivalence(conditions, consumer.profile, changes);
  const inClass = memoized(needsAlong(model, predict, narrow, arch));
  return (release) => inClass(equivalent(predict.classOf(release)));
}

/** Tells whether a switch can change the needs of a consumer, or whether they hold. */
export function asksForSwitch(model: Model, predict: Prediction, consumer: Consumer, name: string): boolean {
  return needsRestOn(model, consumer).conditions.some((text) => predict.askedBy(text).includes(name));
}
