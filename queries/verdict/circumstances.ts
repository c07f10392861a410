import { namesIn } from '../../store/condition.ts';
import type { Model } from '../model/model.ts';
import type { Place } from './place.ts';

/** What the conditions of behaviours ask of a place beside its release and architecture. */
export interface Circumstances {
  /**
   * Tells places apart as far as a behaviour, or a condition, can: equal texts for equal values of all the switches and profile entries
   * that its records ask for, themselves or through other behaviours. Most behaviours ask for none, and are then the same
   * for every consumer and configuration.
   */
  readonly of: (behaviour: string, place: Place) => string;
  /** The switches and profile entries that a condition asks for, itself or through behaviours. */
  readonly askedBy: (condition: string) => readonly string[];
}

/** Reads the conditions of a model. */
export function circumstancesOf(model: Model): Circumstances {
  const conditions = conditionsByBehaviour(model);
  const expressions = expressionsByName(model);
  const named = new Map<string, readonly string[]>();
  const namesOf = (text: string): readonly string[] => {
    const known = named.get(text);
    if (known) return known;
    const names = [...new Set(namesIn(model.condition(text)).map((n) => n.name))];
    named.set(text, names);
    return names;
  };
  const asked = new Map<string, readonly string[]>();
  // A behaviour's name is a condition too: it asks for what its records ask for.
  const askedBy = (condition: string): readonly string[] => {
    const known = asked.get(condition);
    if (known) return known;
    const leaves: string[] = [];
    const seen = new Set<string>();
    const open = model.behaviours.has(condition) ? [condition] : [...namesOf(condition)];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const isBehaviour = model.behaviours.has(name);
      // The architecture is part of every place.
      if (!isBehaviour && name !== 'arch') leaves.push(name);
      for (const text of (isBehaviour ? conditions : expressions).get(name) ?? [])
        open.push(...namesOf(text));
    }
    asked.set(condition, leaves);
    return leaves;
  };
  const isRecorded = (name: string, text: string) => expressions.get(name)?.has(text.slice(1)) ?? false;
  const of: Circumstances['of'] = (behaviour, { profile, switches }) => {
    let key = '';
    for (const name of askedBy(behaviour)) {
      const value = profile[name];
      // An expression that no consumer has (typed on a command line) may ask for anything.
      if (typeof value === 'string' && value.startsWith('=') && !isRecorded(name, value))
        return JSON.stringify([profile, switches]);
      if (value !== undefined) key += `${name}:${JSON.stringify(value)}\n`;
      const set = switches[name];
      if (set !== undefined) key += `${name}=${JSON.stringify(set)}\n`;
    }
    return key;
  };
  return { of, askedBy };
}

function conditionsByBehaviour(model: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { payload } of model.of('BehaviourSet')) {
    if (payload.when === undefined) continue;
    const texts = found.get(payload.behaviour) ?? new Set<string>();
    texts.add(payload.when);
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
