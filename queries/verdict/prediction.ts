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
import { likenesses, type Likeness } from './likeness.ts';
import { namesInConditions } from './names-in-conditions.ts';
import { tracksOf } from './tracks.ts';

/** The value of a behaviour at a place, with the record that is in force. */
export type Effective =
  | {
      readonly known: true;
      readonly value: Scalar;
      readonly basis: 'predicted' | 'inferred';
      readonly record: TypedStoredEvent<'BehaviourSet'>;
      /** The change that set it; null where the value is stated at releases. */
      readonly change: string | null;
      /** The other behaviours that the condition asked for. */
      readonly operands: readonly string[];
    }
  | {
      readonly known: false;
      readonly why: string;
      /** The contained change past which nothing is known. */
      readonly change: string | null;
    };

/** Answers what a behaviour is at a place. */
export interface Prediction {
  effective(behaviour: string, place: Place): Effective;
  /** The same for all releases of a place, whatever its own. */
  effectiveAlong(behaviour: string, place: Place): (release: string) => Effective;
  /** The worth of any expression at a place; `extra` adds names, for guards. */
  worth(text: string, place: Place, extra?: Readonly<Record<string, Worth>>): Worth;
  /** Releases with equal content and equal statements share a class: what is true of one is true of all. */
  readonly classOf: (release: string) => string;
  /** The members of every class, in graph order. */
  readonly classes: readonly (readonly string[])[];
  /** Tells places apart as far as a behaviour or a condition can, whatever their release and architecture. */
  readonly circumstances: (condition: string, place: Place) => string;
  /** The switches and profile entries that a condition (or a behaviour) asks for, itself or through behaviours. */
  readonly askedBy: (condition: string) => readonly string[];
  /** Draws classes together at which these conditions have the same worth under a profile, and which contain the same of some changes. */
  readonly likeness: (
    conditions: readonly string[],
    profile: Place['profile'],
    changes?: readonly string[],
  ) => Likeness;
}

/**
 * The rule engine: the effective value is the one set by the last contained change in mainline order. A value does not
 * pass a contained change that has a record for the behaviour (or is said to touch it) but says nothing of this
 * architecture: from there on it is unknown. A value stated at releases holds there, and is carried on as inferred.
 */
export function prediction(model: Model): Prediction {
  const { graph } = model;
  const classes = releaseClasses(model);
  const { classOf } = classes;
  const circumstances = circumstancesOf(model);
  const trackAt = tracksOf(model, classes);
  const alike = likenesses(graph, trackAt, circumstances);
  // By behaviour, circumstances, architecture and class; null while it is being worked out.
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
    const like = alike.of(behaviour, place.profile);
    const byCircumstances = within(memo, behaviour);
    const byArch = within(byCircumstances, circumstances.of(behaviour, place));
    const byClass = within(byArch, place.arch);
    return (release) => {
      const first = like(classOf(release));
      const known = byClass.get(first);
      if (known === null) return { known: false, why: `${behaviour} depends on itself`, change: null };
      if (known) return known;
      byClass.set(first, null);
      const found = decide(behaviour, first === place.release ? place : { ...place, release: first });
      byClass.set(first, found);
      return found;
    };
  }

  /** Decides at the first release of one of the classes that are alike. */
  function decide(behaviour: string, place: Place): Effective {
    const node = graph.releases.get(place.release);
    if (!node) return { known: false, why: `${place.release} is no recorded release`, change: null };
    const track = trackAt(behaviour, place.release);
    const statement = track.statements.find((s) => speaksOf(s.event, place)) ?? null;
    const before = statement ? graph.contains(statement.at) : null;
    if (track.maybe !== null && statement?.at !== place.release)
      return {
        known: false,
        why: `${node.line} may hold changes that are not recorded`,
        change: track.maybe,
      };
    const records = model.setByChange.get(behaviour);
    for (const change of track.changes) {
      if (before?.has(change)) break;
      const cases = (records?.get(change) ?? []).filter((e) => e.payload.archs?.includes(place.arch) ?? true);
      if (cases.length === 0) {
        return {
          known: false,
          why: `what ${shortChange(change)} does on ${place.arch} is not known`,
          change,
        };
      }
      let open: string | null = null;
      for (const event of cases) {
        const operands = new Set<string>();
        const { when, value } = event.payload;
        const holds = when === undefined ? true : evaluate(model.condition(when), namesAt(place, operands));
        if (holds === true || (holds.kind === 'value' && holds.value !== false)) {
          return { known: true, value, basis: 'predicted', record: event, change, operands: [...operands] };
        }
        if (holds.kind === 'unknown') {
          open = holds.why;
          break;
        }
      }
      if (open !== null) return { known: false, why: open, change };
      if (cases.some((e) => e.payload.elsewhere === 'unchanged')) continue;
      return { known: false, why: `what ${shortChange(change)} does otherwise is not known`, change };
    }
    if (!statement) return { known: false, why: `nobody has said what ${behaviour} is here`, change: null };
    return {
      known: true,
      value: statement.event.payload.value,
      basis: statement.isHere ? 'predicted' : 'inferred',
      record: statement.event,
      change: null,
      operands: namesIn(model.condition(statement.event.payload.when ?? 'true'))
        .map((n) => n.name)
        .filter((n) => model.behaviours.has(n)),
    };
  }

  function speaksOf({ payload }: TypedStoredEvent<'BehaviourSet'>, place: Place): boolean {
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
    likeness: alike.ofAll,
  };
}
