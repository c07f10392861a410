import { grouped } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { presenceOf } from '../verdict/presences.ts';
import type { Effective } from '../verdict/prediction.ts';
import { stretchesOf } from '../releases/stretches.ts';
import type { GoneAndNew } from './gone-and-new.ts';
import type { MovedBehaviours } from './moved-behaviours.ts';

/**
 * Tells what behaviours are no longer, and what they are instead, by where they are: of this follows what a process finds otherwise that
 * is moved (`migrate`), whoever needs it.
 */
export function toldBehaviours(before: Model, after: Model, moved: MovedBehaviours): GoneAndNew {
  const told = (model: Model, behaviour: string, effective: Effective, release: string, arch: string) => {
    const definition = model.behaviours.get(behaviour)?.payload;
    if (definition === undefined) return 'is not defined';
    const presence = presenceOf(model, definition.interface, release, arch);
    if (presence === 'absent') return `is not there, without ${definition.interface}`;
    if (presence === 'unknown') return `is not known (whether ${definition.interface} is there is not)`;
    return effective.known ? `= ${String(effective.value)}` : `is not known (${effective.why})`;
  };
  const places = moved.places().flatMap(({ behaviour, arch, where, seen }) => {
    const presences = (release: string) =>
      [before, after].map((model) => {
        const name = model.behaviours.get(behaviour)?.payload.interface;
        return name === undefined ? '' : presenceOf(model, name, release, arch);
      });
    const differing = seen
      .flatMap(({ releases, was, is }) =>
        [...grouped(releases, (release) => presences(release).join()).values()].map((alike) => ({
          releases: alike,
          was: told(before, behaviour, was, alike[0]!, arch),
          is: told(after, behaviour, is, alike[0]!, arch),
        })),
      )
      .filter(({ was, is }) => was !== is);
    return [...grouped(differing, ({ was, is }) => JSON.stringify([was, is])).values()].map((alike) => {
      const at = stretchesOf(after, new Set(alike.flatMap(({ releases }) => releases)))
        .map(({ from, to }) => (from === to ? from : `${from}..${to ?? ''}`))
        .join(', ');
      return { behaviour, arch, at: `${where} at ${at}`, was: alike[0]!.was, is: alike[0]!.is };
    });
  });
  const alike = grouped(places, ({ behaviour, at, was, is }) => JSON.stringify([behaviour, at, was, is]));
  const says = [...alike.values()].map((list) => {
    const [{ behaviour, at, was, is }] = list as [(typeof list)[number]];
    const there = `on ${list.map(({ arch }) => arch).join(', ')}${at}`;
    return { gone: `${behaviour} ${was} ${there}`, come: `${behaviour} ${is} ${there}` };
  });
  return { gone: says.map(({ gone }) => gone), new: says.map(({ come }) => come) };
}
