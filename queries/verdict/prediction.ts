import { shortChange } from '../../store/names/change-name.ts';
import type { Scalar } from '../../store/events/fields.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { namesIn } from '../../store/condition.ts';
import { circumstancesOf } from './circumstances.ts';
import { evaluate, type Worth } from './evaluate-condition.ts';
import type { Model } from '../model/model.ts';
import { releaseClasses } from './release-classes.ts';
import type { Place } from './place.ts';
import { within } from '../../store/grouping.ts';
import { equivalences, type Equivalence } from './equivalence.ts';
import { namesInConditions } from './names-in-conditions.ts';
import { tracksOf, type TrackStatement } from './tracks.ts';

/** The value of a behaviour at a place, with the record that is in force. */
export type Effective =
  | {
      readonly known: true;
      readonly value: Scalar;
      readonly basis: 'predicted' | 'inferred';
      readonly record: TypedStoredEvent<'BehaviourSet'>;
      /** The change that set it; null where the value is stated at releases. */
      readonly change: string | null;
      /** The other behaviours that the condition depends on. */
      readonly operands: readonly string[];
    }
  | {
      readonly known: false;
      readonly why: string;
      /** The contained change whose effect is not known. */
      readonly change: string | null;
    };

const ALWAYS: Worth = { kind: 'value', value: true };

/** Predicts values of behaviours from the records. */
export interface Prediction {
  effective(behaviour: string, place: Place): Effective;
  /** The same for any release; the release of the place itself is ignored. */
  effectiveAlong(behaviour: string, place: Place): (release: string) => Effective;
  /** Evaluates an expression at a place; `extra` defines further names, for guards. */
  worth(text: string, place: Place, extra?: Readonly<Record<string, Worth>>): Worth;
  /** The class of a release: releases of one line with the same relevant changes and statements, for which the same is predicted. */
  readonly classOf: (release: string) => string;
  /** The members of every class, in graph order. */
  readonly classes: readonly (readonly string[])[];
  /** A key of the switches and profile entries of a place that a behaviour or a condition depends on. */
  readonly circumstances: (condition: string, place: Place) => string;
  /** The switches and profile entries that a condition (or a behaviour) depends on, directly or through behaviours. */
  readonly askedBy: (condition: string) => readonly string[];
  /** Makes classes equivalent in which these conditions have the same value under a profile, and which contain the same of some changes. */
  readonly equivalence: (
    conditions: readonly string[],
    profile: Place['profile'],
    changes?: readonly string[],
  ) => Equivalence;
}

/**
 * The rule engine: the effective value is the one set by the last contained change in mainline order. Where that change has a
 * record for the behaviour (or is recorded to touch it), but none for this architecture, the value is unknown. A value stated
 * at releases holds there, and is inferred for the releases after them until a change sets another.
 */
export function prediction(model: Model): Prediction {
  const { graph } = model;
  const classes = releaseClasses(model);
  const { classOf } = classes;
  const circumstances = circumstancesOf(model);
  const trackAt = tracksOf(model, classes);
  const equivalence = equivalences(graph, trackAt, circumstances);
  // By behaviour, circumstances, architecture and class; null while it is being computed.
  const memo = new Map<string, Map<string, Map<string, Map<string, Effective | null>>>>();

  const namesAt = namesInConditions(model, (behaviour, place): Worth => {
    const found = effective(behaviour, place);
    return found.known ? { kind: 'value', value: found.value } : { kind: 'unknown', why: found.why };
  });

  const worth: Prediction['worth'] = (text, place, extra) =>
    evaluate(model.condition(text), namesAt(place, undefined, extra));

  function effective(behaviour: string, place: Place): Effective {
    return effectiveAlong(behaviour, place)(place.release);
  }

  function effectiveAlong(behaviour: string, place: Place): (release: string) => Effective {
    const equivalent = equivalence.of(behaviour, place.profile);
    const byCircumstances = within(memo, behaviour);
    const byArch = within(byCircumstances, circumstances.of(behaviour, place));
    const byClass = within(byArch, place.arch);
    return (release) => {
      const first = equivalent(classOf(release));
      const known = byClass.get(first);
      if (known === null) return unknown(`${behaviour} depends on itself`);
      if (known) return known;
      byClass.set(first, null);
      const found = compute(behaviour, first === place.release ? place : { ...place, release: first });
      byClass.set(first, found);
      return found;
    };
  }

  /** Computes the value at the first release of the first of some equivalent classes. */
  function compute(behaviour: string, place: Place): Effective {
    const node = graph.releases.get(place.release);
    if (!node) return unknown(`${place.release} is no recorded release`);
    const track = trackAt(behaviour, place.release);
    const statement = track.statements.find((s) => appliesTo(s.event, place));
    if (track.maybe !== null && statement?.at !== place.release)
      return unknown(`${node.line} may hold changes that are not recorded`, track.maybe);
    const stated = statement && graph.contains(statement.at);
    for (const change of track.changes) {
      // What is stated at a release includes the changes that it contains.
      if (stated?.has(change) === true) break;
      const found = setBy(change, behaviour, place);
      if (found !== null) return found;
    }
    return statement ? asStated(statement) : unknown(`nobody has said what ${behaviour} is here`);
  }

  /** What a contained change makes of a behaviour at a place; null where its records say that it leaves it as it was. */
  function setBy(change: string, behaviour: string, place: Place): Effective | null {
    const records = model.setByChange.get(behaviour)?.get(change) ?? [];
    const cases = records.filter((e) => e.payload.archs?.includes(place.arch) ?? true);
    if (cases.length === 0)
      return unknown(`what ${shortChange(change)} does on ${place.arch} is not known`, change);
    for (const record of cases) {
      const operands = new Set<string>();
      const { when, value } = record.payload;
      const holds = when === undefined ? ALWAYS : evaluate(model.condition(when), namesAt(place, operands));
      if (holds.kind === 'unknown') return unknown(holds.why, change);
      if (holds.kind === 'value' && holds.value !== false)
        return { known: true, value, basis: 'predicted', record, change, operands: [...operands] };
    }
    if (cases.some((e) => e.payload.elsewhere === 'unchanged')) return null;
    return unknown(`what ${shortChange(change)} does otherwise is not known`, change);
  }

  function asStated({ event, isHere }: TrackStatement): Effective {
    const { value, when = 'true' } = event.payload;
    const names = namesIn(model.condition(when)).map(({ name }) => name);
    return {
      known: true,
      value,
      basis: isHere ? 'predicted' : 'inferred',
      record: event,
      change: null,
      operands: names.filter((name) => model.behaviours.has(name)),
    };
  }

  function appliesTo({ payload }: TypedStoredEvent<'BehaviourSet'>, place: Place): boolean {
    if (!(payload.archs?.includes(place.arch) ?? true)) return false;
    if (payload.when === undefined) return true;
    const holds = evaluate(model.condition(payload.when), namesAt(place));
    return holds.kind === 'value' && holds.value !== false;
  }

  return {
    effective,
    effectiveAlong,
    worth,
    classOf,
    classes: classes.classes,
    circumstances: circumstances.of,
    askedBy: circumstances.askedBy,
    equivalence: equivalence.ofAll,
  };
}

function unknown(why: string, change: string | null = null): Effective {
  return { known: false, why, change };
}
