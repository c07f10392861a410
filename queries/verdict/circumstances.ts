import { namesIn } from '../../store/condition.ts';
import { memoized } from '../../store/memo.ts';
import type { Model } from '../model/model.ts';
import type { Place } from './place.ts';

/** The switches and profile entries that conditions depend on. The name of a behaviour is a condition too. */
export interface Circumstances {
  /**
   * A key of a place: equal for places in which all switches and profile entries have the same values that a condition depends on,
   * directly or through behaviours. Most behaviours depend on none, and have the same value for every consumer and configuration.
   */
  readonly of: (condition: string, place: Place) => string;
  /** The switches and profile entries that a condition depends on, directly or through behaviours. */
  readonly askedBy: (condition: string) => readonly string[];
  /** The behaviours that a condition depends on under a profile, directly or through others; a behaviour depends on itself. */
  readonly behavioursAskedBy: (condition: string, profile: Place['profile']) => readonly string[];
  /**
   * The behaviours whose values decide a condition under a profile: those that it names, itself or by entries of the profile. What these
   * depend on in turn decides nothing but them.
   */
  readonly behavioursNamedBy: (condition: string, profile: Place['profile']) => readonly string[];
  /** The conditions of all records of a behaviour. */
  readonly conditionsOfRecords: (behaviour: string) => readonly string[];
}

/** All that a condition depends on, directly or through what it names. */
interface Dependencies {
  readonly names: readonly string[];
  readonly behaviours: readonly string[];
}

/** Finds the dependencies of the conditions of a model. */
export function circumstancesOf(model: Model): Circumstances {
  const conditions = conditionsByBehaviour(model);
  const expressions = expressionsByName(model);
  const everyBehaviour = [...model.behaviours.keys()];
  const namesOf = memoized((text: string): readonly string[] => [
    ...new Set(namesIn(model.condition(text)).map((n) => n.name)),
  ]);
  // A behaviour without a definition (which was retracted) may still have records, and changes that touch it.
  const isBehaviourName = (text: string) =>
    model.behaviours.has(text) || conditions.has(text) || model.touches.has(text);
  const dependencies = memoized((condition: string): Dependencies => {
    const names: string[] = [];
    const behaviours: string[] = [];
    const seen = new Set<string>();
    const open = isBehaviourName(condition) ? [condition] : [...namesOf(condition)];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const isBehaviour = model.behaviours.has(name) || (name === condition && isBehaviourName(name));
      if (isBehaviour) behaviours.push(name);
      // The architecture is part of every place.
      else if (name !== 'arch') names.push(name);
      for (const text of (isBehaviour ? conditions : expressions).get(name) ?? [])
        open.push(...namesOf(text));
    }
    return { names, behaviours };
  });
  // An expression that is not recorded for a consumer (typed on a command line) may depend on anything.
  const mayDependOnAnything = (name: string, value: Place['profile'][string] | undefined) =>
    typeof value === 'string' && value.startsWith('=') && !expressions.get(name)?.has(value.slice(1));
  return {
    of(condition, { profile, switches }) {
      let key = '';
      for (const name of dependencies(condition).names) {
        const value = profile[name];
        if (mayDependOnAnything(name, value)) return JSON.stringify([profile, switches]);
        if (value !== undefined) key += `${name}:${JSON.stringify(value)}\n`;
        const set = switches[name];
        if (set !== undefined) key += `${name}=${JSON.stringify(set)}\n`;
      }
      return key;
    },
    askedBy: (condition) => dependencies(condition).names,
    behavioursAskedBy(condition, profile) {
      const { names, behaviours } = dependencies(condition);
      return names.some((name) => mayDependOnAnything(name, profile[name])) ? everyBehaviour : behaviours;
    },
    behavioursNamedBy(condition, profile) {
      if (isBehaviourName(condition)) return [condition];
      const found: string[] = [];
      const seen = new Set<string>();
      const open = [...namesOf(condition)];
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        const entry = profile[name];
        if (model.behaviours.has(name)) found.push(name);
        else if (typeof entry === 'string' && entry.startsWith('=')) open.push(...namesOf(entry.slice(1)));
      }
      return found;
    },
    conditionsOfRecords: (behaviour) => [...(conditions.get(behaviour) ?? [])],
  };
}

/** The conditions of all records of each behaviour; an empty set for one that is only set unconditionally. */
function conditionsByBehaviour(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { payload } of model.of('BehaviourSet')) {
    const texts = found.get(payload.behaviour) ?? new Set<string>();
    if (payload.when !== undefined) texts.add(payload.when);
    found.set(payload.behaviour, texts);
  }
  return found;
}

/** The expressions from which profile entries are computed: `=max(32, pages.size)`. */
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
