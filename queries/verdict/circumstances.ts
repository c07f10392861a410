import { namesIn } from '../../store/condition.ts';
import type { Model } from '../model/model.ts';
import type { Place } from './place.ts';

/** What the conditions of behaviours ask of a place beside its release and architecture. A behaviour's name is a condition too. */
export interface Circumstances {
  /**
   * Tells places apart as far as a behaviour, or a condition, can: equal texts for equal values of all the switches and profile entries
   * that its records ask for, themselves or through other behaviours. Most behaviours ask for none, and are then the same
   * for every consumer and configuration.
   */
  readonly of: (condition: string, place: Place) => string;
  /** The switches and profile entries that a condition asks for, itself or through behaviours. */
  readonly askedBy: (condition: string) => readonly string[];
  /** The behaviours that a condition asks for under a profile, itself or through others; a behaviour's own name is among them. */
  readonly behavioursAskedBy: (condition: string, profile: Place['profile']) => readonly string[];
}

/** What is asked for by a condition, itself or through what it names. */
interface Asked {
  readonly names: readonly string[];
  readonly behaviours: readonly string[];
}

/** Reads the conditions of a model. */
export function circumstancesOf(model: Model): Circumstances {
  const conditions = conditionsByBehaviour(model);
  const expressions = expressionsByName(model);
  const everyBehaviour = [...model.behaviours.keys()];
  const named = new Map<string, readonly string[]>();
  const namesOf = (text: string): readonly string[] => {
    const known = named.get(text);
    if (known) return known;
    const names = [...new Set(namesIn(model.condition(text)).map((n) => n.name))];
    named.set(text, names);
    return names;
  };
  const known = new Map<string, Asked>();
  const asked = (condition: string): Asked => {
    const before = known.get(condition);
    if (before) return before;
    const names: string[] = [];
    const behaviours: string[] = [];
    const seen = new Set<string>();
    // Of a behaviour that nobody has defined (its definition was retracted) records, and changes that touch it, may speak all the same.
    const isSpokenOf =
      model.behaviours.has(condition) || conditions.has(condition) || model.touches.has(condition);
    const open = isSpokenOf ? [condition] : [...namesOf(condition)];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const isBehaviour = model.behaviours.has(name) || (isSpokenOf && name === condition);
      if (isBehaviour) behaviours.push(name);
      // The architecture is part of every place.
      else if (name !== 'arch') names.push(name);
      for (const text of (isBehaviour ? conditions : expressions).get(name) ?? [])
        open.push(...namesOf(text));
    }
    const made = { names, behaviours };
    known.set(condition, made);
    return made;
  };
  // An expression that no consumer has (typed on a command line) may ask for anything.
  const mayAskForAnything = (name: string, value: Place['profile'][string] | undefined) =>
    typeof value === 'string' && value.startsWith('=') && !expressions.get(name)?.has(value.slice(1));
  return {
    of(condition, { profile, switches }) {
      let key = '';
      for (const name of asked(condition).names) {
        const value = profile[name];
        if (mayAskForAnything(name, value)) return JSON.stringify([profile, switches]);
        if (value !== undefined) key += `${name}:${JSON.stringify(value)}\n`;
        const set = switches[name];
        if (set !== undefined) key += `${name}=${JSON.stringify(set)}\n`;
      }
      return key;
    },
    askedBy: (condition) => asked(condition).names,
    behavioursAskedBy(condition, profile) {
      const { names, behaviours } = asked(condition);
      return names.some((name) => mayAskForAnything(name, profile[name])) ? everyBehaviour : behaviours;
    },
  };
}

/** The conditions of all records of a behaviour; of one that is set without any, none. */
function conditionsByBehaviour(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { payload } of model.of('BehaviourSet')) {
    const texts = found.get(payload.behaviour) ?? new Set<string>();
    if (payload.when !== undefined) texts.add(payload.when);
    found.set(payload.behaviour, texts);
  }
  return found;
}

/** What a profile entry is computed from, where a consumer says so: `=max(32, pages.size)`. */
function expressionsByName(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { payload } of model.of('ConsumerRecorded')) {
    for (const [name, value] of Object.entries(payload.profile ?? {})) {
      if (typeof value !== 'string' || !value.startsWith('=')) continue;
      const texts = found.get(name) ?? new Set<string>();
      texts.add(value.slice(1));
      found.set(name, texts);
    }
  }
  return found;
}
