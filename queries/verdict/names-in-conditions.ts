import type { Scalar } from '../../store/events/fields.ts';
import type { Model } from '../model/model.ts';
import { evaluate, type Lookup, type Worth } from './evaluate-condition.ts';
import type { Place } from './place.ts';

/**
 * What the names in conditions stand for at a place: the architecture, behaviours, entries of the consumer's profile, switches, in that
 * order. An entry of a profile may be an expression itself (`=max(32, pages.size)`).
 *
 * @returns the lookup at a place; it notes the behaviours that it was asked for in `operands`, and `extra` goes before all else
 */
export function namesInConditions(
  model: Model,
  behaviourAt: (behaviour: string, place: Place) => Worth,
): (place: Place, operands?: Set<string>, extra?: Readonly<Record<string, Worth>>) => Lookup {
  const switches = new Map<string, { byArch: Readonly<Record<string, Scalar>>; all: Scalar }>();
  for (const { payload } of model.interfaces.values()) {
    for (const s of payload.switches ?? [])
      switches.set(s.switch, { byArch: s.defaults ?? {}, all: s.default });
  }
  const profileNames = new Set(
    model.of('ConsumerRecorded').flatMap((e) => Object.keys(e.payload.profile ?? {})),
  );

  return (place, operands, extra) => {
    /** `open`: the entries of the profile whose expressions are being evaluated. */
    const lookupInside =
      (open: readonly string[]): Lookup =>
      (name) => {
        if (extra?.[name]) return extra[name];
        if (name === 'arch') return { kind: 'value', value: place.arch };
        if (model.behaviours.has(name)) {
          operands?.add(name);
          return behaviourAt(name, place);
        }
        const entry = place.profile[name];
        if (entry !== undefined) {
          if (typeof entry !== 'string' || !entry.startsWith('=')) return { kind: 'value', value: entry };
          if (open.includes(name)) return { kind: 'unknown', why: `${name} depends on itself` };
          return evaluate(model.condition(entry.slice(1)), lookupInside([...open, name]));
        }
        const found = switches.get(name);
        if (found)
          return { kind: 'value', value: place.switches[name] ?? found.byArch[place.arch] ?? found.all };
        return profileNames.has(name) ? { kind: 'unknown', why: `the profile does not say ${name}` } : null;
      };
    return lookupInside([]);
  };
}
