import type { Scalar } from '../../store/events/fields.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { namesIn } from '../../store/condition.ts';
import { circumstancesOf } from './circumstances.ts';
import { evaluate, type Worth } from './evaluate-condition.ts';
import type { Model } from '../model/model.ts';
import { releaseClasses } from '../releases/release-classes.ts';
import type { Place } from './place.ts';
import { within } from '../../store/grouping.ts';
import { likenessOf, type Likeness } from './likeness.ts';
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
  const likenesses = new Map<readonly string[], Likeness>();
  const likenessesOfSeveral = new Map<string, Likeness>();
  // By behaviour, circumstances, architecture and class; null while it is being worked out.
  const memo = new Map<string, Map<string, Map<string, Map<string, Effective | null>>>>();

  const switches = new Map<string, { byArch: Readonly<Record<string, Scalar>>; all: Scalar }>();
  for (const { payload } of model.interfaces.values()) {
    for (const s of payload.switches ?? [])
      switches.set(s.switch, { byArch: s.defaults ?? {}, all: s.default });
  }
  const profileNames = new Set(
    model.of('ConsumerRecorded').flatMap((e) => Object.keys(e.payload.profile ?? {})),
  );

  const lookupAt =
    (place: Place, operands?: Set<string>, extra?: Readonly<Record<string, Worth>>) =>
    (name: string): Worth | null => {
      if (extra?.[name]) return extra[name];
      if (name === 'arch') return { kind: 'value', value: place.arch };
      if (model.behaviours.has(name)) {
        operands?.add(name);
        const found = effective(name, place);
        return found.known ? { kind: 'value', value: found.value } : { kind: 'unknown', why: found.why };
      }
      const profile = place.profile[name];
      if (profile !== undefined) {
        if (typeof profile !== 'string' || !profile.startsWith('=')) return { kind: 'value', value: profile };
        return evaluate(model.condition(profile.slice(1)), lookupAt(place, operands, extra));
      }
      const found = switches.get(name);
      if (found)
        return { kind: 'value', value: place.switches[name] ?? found.byArch[place.arch] ?? found.all };
      return profileNames.has(name) ? { kind: 'unknown', why: `the profile does not say ${name}` } : null;
    };

  const worth: Prediction['worth'] = (text, place, extra) =>
    evaluate(model.condition(text), lookupAt(place, undefined, extra));

  function effective(behaviour: string, place: Place): Effective {
    return effectiveAlong(behaviour, place)(place.release);
  }

  function effectiveAlong(behaviour: string, place: Place): (release: string) => Effective {
    const like = likenessAs(circumstances.behavioursAskedBy(behaviour, place.profile));
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

  /** Circumstances give one list of behaviours for a condition, however often it is asked. */
  function likenessAs(behaviours: readonly string[]): Likeness {
    const known = likenesses.get(behaviours);
    if (known) return known;
    const made = likenessOf(graph, trackAt, behaviours);
    likenesses.set(behaviours, made);
    return made;
  }

  function likeness(
    conditions: readonly string[],
    profile: Place['profile'],
    changes: readonly string[] = [],
  ): Likeness {
    const asked = new Set(conditions.flatMap((text) => circumstances.behavioursAskedBy(text, profile)));
    const behaviours = [...asked].sort();
    const key = JSON.stringify([behaviours, changes]);
    const known = likenessesOfSeveral.get(key);
    if (known) return known;
    const made = likenessOf(graph, trackAt, behaviours, changes);
    likenessesOfSeveral.set(key, made);
    return made;
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
        const holds = when === undefined ? true : evaluate(model.condition(when), lookupAt(place, operands));
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
    const holds = evaluate(model.condition(payload.when), lookupAt(place));
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
    likeness,
  };
}

/** The first twelve digits of a commit, or the message-id as it is. */
export function shortChange(change: string): string {
  return /^[0-9a-f]{40}$/.test(change) ? change.slice(0, 12) : change;
}
