import type { Scalar } from '../store/events/fields.ts';
import type { TypedStoredEvent } from '../store/events/event.ts';
import { namesIn } from '../store/condition.ts';
import { evaluate, type Worth } from './evaluate-condition.ts';
import type { Model } from './model.ts';

/** Where a value is asked for: a release, an architecture, switches that differ from their defaults, a profile. */
export interface Place {
  readonly release: string;
  readonly arch: string;
  readonly switches: Readonly<Record<string, Scalar>>;
  readonly profile: Readonly<Record<string, Scalar>>;
  /** Equal for places whose switches and profile are equal. */
  readonly key: string;
}

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
  classOf(release: string): string;
}

/** Makes a place; switches that are not given have their defaults. */
export function placeAt(
  release: string,
  arch: string,
  profile: Readonly<Record<string, Scalar>> = {},
  switches: Readonly<Record<string, Scalar>> = {},
): Place {
  return { release, arch, switches, profile, key: JSON.stringify([switches, profile]) };
}

/**
 * The rule engine: the effective value is the one set by the last contained change in mainline order. A value does not
 * pass a contained change that has a record for the behaviour (or is said to touch it) but says nothing of this
 * architecture: from there on it is unknown. A value stated at releases holds there, and is carried on as inferred.
 */
export function prediction(model: Model): Prediction {
  const { graph } = model;
  const memo = new Map<string, Effective>();
  const busy = new Set<string>();
  const classes = new Map<string, string>();
  const coverage = new Map<string, string[]>();
  for (const [behaviour, list] of model.stated) {
    list.forEach(({ at }, index) => {
      for (const release of at) {
        const marks = coverage.get(release) ?? [];
        marks.push(`${behaviour}#${index}`);
        coverage.set(release, marks);
      }
    });
  }
  const bearing = new Set(
    [...model.setByChange.values(), ...model.touches.values()].flatMap((changes) => [...changes.keys()]),
  );
  const classOf = (release: string): string => {
    const known = classes.get(release);
    if (known !== undefined) return known;
    const node = graph.releases.get(release);
    const previous = node?.predecessor ?? null;
    const same =
      node !== undefined &&
      previous !== null &&
      !graph.entriesAt(release).some((e) => bearing.has(e.change)) &&
      graph.releases.get(previous)?.line === node.line &&
      (coverage.get(release) ?? []).join() === (coverage.get(previous) ?? []).join();
    const found = same ? classOf(previous) : release;
    classes.set(release, found);
    return found;
  };

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
    const key = `${behaviour}\n${classOf(place.release)}\n${place.arch}\n${place.key}`;
    const known = memo.get(key);
    if (known) return known;
    if (busy.has(key)) return { known: false, why: `${behaviour} depends on itself`, change: null };
    busy.add(key);
    const found = decide(behaviour, place);
    busy.delete(key);
    memo.set(key, found);
    return found;
  }

  function decide(behaviour: string, place: Place): Effective {
    const node = graph.releases.get(place.release);
    if (!node) return { known: false, why: `${place.release} is no recorded release`, change: null };
    const records = model.setByChange.get(behaviour);
    const contents = graph.contains(place.release);
    const contained = contents.among([...(records?.keys() ?? []), ...(model.touches.get(behaviour) ?? [])]);
    const statement = nearestStatement(behaviour, place);
    const before = statement ? graph.contains(statement.at) : null;
    if (graph.lines.get(node.line)?.complete === false && statement?.at !== place.release) {
      const maybe = [...(records?.keys() ?? [])].find((change) => !contents.has(change));
      if (maybe !== undefined) {
        return { known: false, why: `${node.line} may hold changes that are not recorded`, change: maybe };
      }
    }
    for (const change of contained.toReversed()) {
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
      basis:
        statement.at === place.release || sameStatement(statement, place.release) ? 'predicted' : 'inferred',
      record: statement.event,
      change: null,
      operands: namesIn(model.condition(statement.event.payload.when ?? 'true'))
        .map((n) => n.name)
        .filter((n) => model.behaviours.has(n)),
    };
  }

  function sameStatement(statement: { event: TypedStoredEvent<'BehaviourSet'> }, release: string): boolean {
    const list = model.stated.get(statement.event.payload.behaviour) ?? [];
    return list.some((s) => s.event === statement.event && s.at.has(release));
  }

  /** The statement at the nearest release on the way back whose condition holds. */
  function nearestStatement(
    behaviour: string,
    place: Place,
  ): { event: TypedStoredEvent<'BehaviourSet'>; at: string } | null {
    const list = model.stated.get(behaviour);
    if (!list) return null;
    const seen = new Set<string>();
    for (
      let at: string | null = place.release;
      at !== null && !seen.has(at);
      at = graph.releases.get(at)?.predecessor ?? null
    ) {
      seen.add(at);
      for (const { event, at: releases } of list) {
        if (!releases.has(at) || !(event.payload.archs?.includes(place.arch) ?? true)) continue;
        const { when, at: ranges = [] } = event.payload;
        if (when !== undefined) {
          const holds = evaluate(model.condition(when), lookupAt(place));
          if (holds.kind !== 'value' || holds.value === false) continue;
        }
        // A range without an end states its beginning; beyond it, a change that came in later speaks first.
        const open = ranges.find(
          (r) => r.to === undefined && (r.from === at || graph.isAncestor(r.from, at)),
        );
        const from = open && graph.releases.has(open.from) ? open.from : at;
        return { event, at: from };
      }
    }
    return null;
  }

  return { effective, worth, classOf };
}

/** The first twelve digits of a commit, or the message-id as it is. */
export function shortChange(change: string): string {
  return /^[0-9a-f]{40}$/.test(change) ? change.slice(0, 12) : change;
}
