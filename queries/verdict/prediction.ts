import type { Scalar } from '../../store/events/fields.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import { namesIn } from '../../store/condition.ts';
import { circumstancesOf } from './circumstances.ts';
import { evaluate, type Worth } from './evaluate-condition.ts';
import type { Model } from '../model/model.ts';
import { releaseClasses } from '../releases/release-classes.ts';
import type { Place } from './place.ts';
import { within } from '../../store/grouping.ts';

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
}

/** What bears on a behaviour at a class of releases, before architecture and circumstances are asked. */
interface Track {
  /** Contained changes with a record for it, or that are said to touch it: the last in mainline order first. */
  readonly changes: readonly string[];
  /** What is stated here and on the way back, the nearest first, each with the release at which it speaks. */
  readonly statements: readonly { readonly event: TypedStoredEvent<'BehaviourSet'>; readonly at: string }[];
  /** On a line that may hold unrecorded changes: a change with a record that may be there or not. */
  readonly maybe: string | null;
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
  // By behaviour, circumstances, architecture and class; null while it is being worked out.
  const memo = new Map<string, Map<string, Map<string, Map<string, Effective | null>>>>();
  const tracks = new Map<string, Map<string, Track>>();

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
    const first = classOf(place.release);
    const byCircumstances = within(memo, behaviour);
    const byArch = within(byCircumstances, circumstances.of(behaviour, place));
    const byClass = within(byArch, place.arch);
    const known = byClass.get(first);
    if (known === null) return { known: false, why: `${behaviour} depends on itself`, change: null };
    if (known) return known;
    byClass.set(first, null);
    const found = decide(behaviour, first === place.release ? place : { ...place, release: first });
    byClass.set(first, found);
    return found;
  }

  /** Decides at the first release of a class. */
  function decide(behaviour: string, place: Place): Effective {
    const node = graph.releases.get(place.release);
    if (!node) return { known: false, why: `${place.release} is no recorded release`, change: null };
    const track = trackOf(behaviour, place.release);
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
    const isStatedHere = classes.statedAt(place.release).some((s) => s.event === statement.event);
    return {
      known: true,
      value: statement.event.payload.value,
      basis: statement.at === place.release || isStatedHere ? 'predicted' : 'inferred',
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

  function trackOf(behaviour: string, first: string): Track {
    const known = within(tracks, behaviour).get(first);
    if (known) return known;
    const records = model.setByChange.get(behaviour);
    const touched = model.touches.get(behaviour);
    const contained = graph.contains(first);
    const incomplete = graph.lines.get(graph.releases.get(first)!.line)?.complete === false;
    const made: Track = {
      changes: contained.among([...(records?.keys() ?? []), ...(touched ?? [])]).toReversed(),
      statements: statementsBefore(behaviour, first),
      maybe: incomplete ? ([...(records?.keys() ?? [])].find((c) => !contained.has(c)) ?? null) : null,
    };
    within(tracks, behaviour).set(first, made);
    return made;
  }

  /** The statements of a behaviour at a class and at those before it on the way back, the nearest first. */
  function statementsBefore(behaviour: string, first: string): Track['statements'] {
    const found = new Map<TypedStoredEvent<'BehaviourSet'>, string>();
    const seen = new Set<string>();
    for (let at: string | null = first; at !== null && !seen.has(at); at = classes.before(at)) {
      seen.add(at);
      for (const { event } of classes.statedAt(at)) {
        if (event.payload.behaviour !== behaviour || found.has(event)) continue;
        // A range without an end states its beginning; beyond it, a change that came in later speaks first.
        const here = at;
        const open = event.payload.at?.find(
          (r) => r.to === undefined && (r.from === here || graph.isAncestor(r.from, here)),
        );
        found.set(event, open && graph.releases.has(open.from) ? open.from : here);
      }
    }
    return [...found].map(([event, at]) => ({ event, at }));
  }

  return {
    effective,
    worth,
    classOf,
    classes: classes.classes,
    circumstances: circumstances.of,
    askedBy: circumstances.askedBy,
  };
}

/** The first twelve digits of a commit, or the message-id as it is. */
export function shortChange(change: string): string {
  return /^[0-9a-f]{40}$/.test(change) ? change.slice(0, 12) : change;
}
