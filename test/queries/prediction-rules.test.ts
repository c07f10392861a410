import { describe, expect, it } from 'vitest';
import { prediction } from '../../queries/verdict/prediction.ts';
import type { Scalar } from '../../store/events/fields.ts';
import { modelOf } from '../support/facts-model.ts';
import { hash, worldOf } from '../support/world.ts';
import { placeAt } from '../../queries/verdict/place.ts';

/** The value at a place, as `VALUE basis`; `?` where it is not known. */
async function values(
  told: string,
  places: readonly string[],
  { behaviour = 'io.order', profile = {} } = {},
): Promise<readonly string[]> {
  const predict = prediction(modelOf(await worldOf(told)));
  return places.map((place) => {
    const [release = '', arch = 's390', ...switches] = place.split(' ');
    const set = Object.fromEntries(switches.map((s) => s.split('=') as [string, string]));
    const found = predict.effective(behaviour, placeAt(release, arch, profile, set));
    return found.known ? `${String(found.value)} ${found.basis}` : '?';
  });
}

const stated =
  '  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v1.1" }], value: kept, source: old }';
const by = (change: string, rest: string) =>
  `  - { key: by-${change}, behaviour: io.order, change: "${hash(change)}", ${rest}, source: ann }`;

describe('a value that is stated at releases', () => {
  it('holds there as predicted, and is carried on as inferred, along every line', async () => {
    expect(await values(`sets:\n${stated}`, ['v1.0', 'v1.1', 'v1.2', 'v2.0', 'v1.2.2'])).toEqual([
      'kept predicted',
      'kept predicted',
      'kept inferred',
      'kept inferred',
      'kept inferred',
    ]);
  });

  it('is not carried back', async () => {
    const told =
      'sets:\n  - { key: later, behaviour: io.order, at: [{ from: "v1.2", to: "v1.3" }], value: kept, source: old }';
    expect(await values(told, ['v1.1', 'v1.2'])).toEqual(['?', 'kept predicted']);
  });

  it('does not pass a change that is said to touch it, nor one that says something of another architecture', async () => {
    const touching = `changes:\n  - { change: "${hash('f')}", subject: touches, source: old, touches: [io.order], entered: { release: "v1.3", order: 3 } }\nsets:\n${stated}`;
    expect(await values(touching, ['v1.2', 'v1.3', 'v2.0', 'v1.2.2'])).toEqual([
      'kept inferred',
      '?',
      '?',
      'kept inferred',
    ]);
    const told = `sets:\n${stated}\n${by('b', 'archs: [mips], value: lost')}`;
    expect(await values(told, ['v1.2 mips', 'v1.2 s390', 'v1.1 s390'])).toEqual([
      'lost predicted',
      '?',
      'kept predicted',
    ]);
  });
});

describe('a value that a change sets', () => {
  it('is that of the last contained change in mainline order, on every line', async () => {
    const told = `sets:\n${stated}\n${by('b', 'value: lost')}\n${by('d', 'value: kept')}`;
    expect(await values(told, ['v1.1', 'v1.2', 'v1.3', 'v1.2.1', 'v1.2.2'])).toEqual([
      'kept predicted',
      'lost predicted',
      'kept predicted',
      'lost predicted',
      'kept predicted',
    ]);
  });

  it('follows the order within a release, not the order of the records', async () => {
    const told = `sets:\n${by('d', 'value: lost')}\n${by('c', 'value: kept')}`;
    expect(await values(told, ['v1.3'])).toEqual(['lost predicted']);
  });

  it('goes when a line reverts the change', async () => {
    const told = `changes:\n  - { change: "${hash('f')}", subject: back, source: old }\nsets:\n${stated}\n${by('b', 'value: lost')}`;
    const reverted = told.replace(
      'subject: back, source: old }',
      'subject: back, source: old, entered: { release: "v1.4", order: 2 } }',
    );
    expect(await values(reverted, ['v1.4'])).toEqual(['lost predicted']);
    const taken = `changes:\n  - { key: again, change: "${hash('b')}", subject: "second", commitDate: "2020-02-10", source: ann, entered: { release: "v1.4", order: 9, reverted: true } }\nsets:\n${stated}\n${by('b', 'value: lost')}`;
    expect(await values(taken, ['v1.3', 'v1.4', 'v1.2.1'])).toEqual([
      'lost predicted',
      'kept inferred',
      'lost predicted',
    ]);
  });

  it('takes the first case that holds; without one, `elsewhere` decides', async () => {
    const cases = (elsewhere: string) =>
      `sets:\n${stated}\n  - key: k\n    behaviour: io.order\n    change: "${hash('b')}"\n    source: ann\n    cases:\n      - { value: lost, when: FAST == y${elsewhere} }\n      - { value: lost, when: FAST == y }`;
    expect(await values(cases(', elsewhere: unchanged'), ['v1.2', 'v1.2 s390 FAST=y', 'v1.2 mips'])).toEqual([
      'kept inferred',
      'lost predicted',
      'lost predicted',
    ]);
    expect(await values(cases(''), ['v1.2', 'v1.2 s390 FAST=y'])).toEqual(['?', 'lost predicted']);
  });
});

describe('a condition', () => {
  const when = (condition: string) =>
    `sets:\n${stated}\n${by('b', `value: lost, elsewhere: unchanged, when: '${condition}'`)}`;

  it.each([
    // io.size is not known anywhere; FAST is n on s390.
    ['io.size == 8', '?'],
    ['not (io.size == 8)', '?'],
    ['io.size == 8 and FAST == y', 'kept inferred'],
    ['io.size == 8 and FAST == n', '?'],
    ['io.size == 8 or FAST == n', 'lost predicted'],
    ['io.size == 8 or FAST == y', '?'],
    ['io.size in {8, 16}', '?'],
    ['max(8, io.size) == 8', '?'],
    ['arch in {s390, mips}', 'lost predicted'],
    ['arch == mips or arch == arc', 'kept inferred'],
  ])('has three values: %s is %s', async (condition, expected) => {
    expect(await values(when(condition), ['v1.2'])).toEqual([expected]);
  });

  it('may ask for other behaviours in force at the same place, and for the profile, which may be an expression', async () => {
    const told = `consumers:\n  - { consumer: c, title: C, interface: io, profile: { size: 4 }, source: old }\nsets:\n  - { key: s, behaviour: io.size, at: [{ from: "v1.0", to: "v1.2" }], value: 32, source: old }\n  - { key: s2, behaviour: io.size, change: "${hash('c')}", value: 64, source: old }\n${stated}\n${by('b', 'value: lost, elsewhere: unchanged, when: size < io.size')}`;
    const at = (size: Scalar) => values(told, ['v1.2', 'v1.3'], { profile: { size } });
    expect(await at(4)).toEqual(['lost predicted', 'lost predicted']);
    expect(await at(32)).toEqual(['kept inferred', 'lost predicted']);
    expect(await at('=max(64, io.size)')).toEqual(['kept inferred', 'kept inferred']);
    expect(await values(told, ['v1.2'])).toEqual(['?']);
  });

  it('does not know a profile whose entries depend on themselves', async () => {
    const told = `consumers:\n  - { consumer: c, title: C, interface: io, profile: { size: 4, align: 4 }, source: old }\nsets:\n${stated}\n${by('b', 'value: lost, elsewhere: unchanged, when: size < 8')}`;
    for (const profile of [{ size: '=size' }, { size: '=max(1, align)', align: '=size' }])
      expect(await values(told, ['v1.2'], { profile })).toEqual(['?']);
    expect(await values(told, ['v1.2'], { profile: { size: '=align', align: '=4' } })).toEqual([
      'lost predicted',
    ]);
  });
});

it('is unknown on a line that may hold unrecorded changes, but where it is stated', async () => {
  const told = `sets:\n${stated}\n${by('b', 'value: lost')}\n${by('d', 'value: kept')}`;
  expect(await values(told, ['1.2.0-7-vendor'])).toEqual(['?']);
  const seen = `${told}\n  - { key: seen, behaviour: io.order, at: [{ from: 1.2.0-7-vendor }], value: kept, source: bob }`;
  expect(await values(seen, ['1.2.0-7-vendor', 'v1.2.1'])).toEqual(['kept predicted', 'lost predicted']);
  // Where every change that bears on it is contained, nothing unrecorded can be meant.
  expect(await values(`sets:\n${stated}\n${by('b', 'value: lost')}`, ['1.2.0-7-vendor'])).toEqual([
    'lost predicted',
  ]);
});
