import { afterEach, expect, it } from 'vitest';
import { imagine, whatIf, worldSays, type WorldSays } from '../../queries/knowledge/what-if.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { browserCompat } from '../../queries/tables/browser-compat.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, stored } from '../support/facts-model.ts';

const inherited = Object.getOwnPropertyNames(Object.prototype);
afterEach(() => {
  for (const name of Object.getOwnPropertyNames(Object.prototype))
    if (!inherited.includes(name)) Reflect.deleteProperty(Object.prototype, name);
});

/** A log in which a consumer, and architectures, have names that every object has. */
async function world(): Promise<Model> {
  const text = JSON.stringify(stored(await factsOf('test/fixtures/pipes')))
    .replaceAll('"shell"', '"__proto__"')
    .replaceAll('"riscv"', '"constructor"');
  return buildModel(JSON.parse(text) as StoredEvent[], {});
}

it('are names like others: nothing leaks into what every object inherits, and what is kept is what is worked out', async () => {
  const model = await world();
  const says = worldSays(model);
  const kept = JSON.parse(JSON.stringify(says)) as WorldSays;
  browserCompat(model, compatibility(model));
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
  expect(Object.keys(kept.fares.lanes)).toContain('__proto__');
  const told = model
    .of('BehaviourSet')
    .map(({ id }) => whatIf(model, imagine(model, { without: [id] }), { moves: true }, kept));
  const anew = model
    .of('BehaviourSet')
    .map(({ id }) => whatIf(model, imagine(model, { without: [id] }), { moves: true }));
  expect(told).toEqual(anew);
  expect(told.some(({ flips }) => flips.some((flip) => flip.consumer === '__proto__'))).toBe(true);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(inherited);
});
