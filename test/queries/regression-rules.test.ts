import { describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import type { View } from '../../queries/model/view.ts';
import { newEvent } from '../../store/events/event.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { modelOf, stored } from '../support/facts-model.ts';
import { hash, worldOf } from '../support/world.ts';

const CONSUMER = `consumers:
  - { consumer: c, title: C, interface: io, archs: [s390], source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
`;
const base =
  '  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v1.1" }], value: kept, source: old }\n';
const by = (change: string, value: string, rest = '') =>
  `  - { key: by-${change}, behaviour: io.order, change: "${hash(change)}", value: ${value}${rest}, source: ann }\n`;
const named = (key: string, change: string, rest: string) =>
  `  - { key: ${key}, change: "${hash(change)}", behaviour: io.order, ${rest} }\n`;

async function regressionsOf(told: string, view: View = {}) {
  return culprits(modelOf(await worldOf(told), view)).regressions;
}

/** Suspects as `LETTER role`. */
const suspects = (r: { suspects: readonly { change: string; role: string }[] }) =>
  r.suspects.map((s) => `${s.change[0]!} ${s.role}`);

describe('last good and first bad', () => {
  it('are the ends of an edge, and unknown releases between widen the pair', async () => {
    const told = `changes:\n  - { change: "${hash('f')}", subject: touches, source: old, touches: [io.order], entered: { release: "v1.1", order: 3 } }\n${CONSUMER}sets:\n  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v1.0" }], value: kept, source: old }\n${by('b', 'lost')}`;
    const [r] = await regressionsOf(told);
    expect(r).toMatchObject({ lastGood: ['v1.0'], firstBad: ['v1.2'], observed: 'broken' });
  });

  it('have no good end where it never worked', async () => {
    const told = `${CONSUMER}sets:\n  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v2.0" }], value: lost, source: old }\n`;
    expect((await regressionsOf(told))[0]).toMatchObject({
      lastGood: [],
      firstBad: ['v1.0'],
      observed: 'kept',
    });
  });

  it('are one regression for each stretch: broken, repaired and broken again is two', async () => {
    const told = `${CONSUMER}sets:\n${base}${by('b', 'lost')}${by('d', 'kept')}${by('e', 'lost')}`;
    const all = await regressionsOf(told);
    expect(all.map((r) => [r.lastGood, r.firstBad, suspects(r)[0]])).toEqual([
      [['v1.1'], ['v1.2'], 'b culprit'],
      [['v1.3'], ['v1.4'], 'e culprit'],
    ]);
    expect(new Set(all.map((r) => r.id)).size).toBe(2);
  });
});

describe('the title', () => {
  const titles = async (told: string) => (await regressionsOf(told)).map((r) => r.title);

  it('joins consumers and architectures where each fails on each, and says of each where it does not', async () => {
    const two = (archs: string) => `consumers:
  - { consumer: c, title: C, interface: io, archs: [s390, mips], source: old }
  - { consumer: d, title: D, interface: io, archs: [${archs}], source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
  - { key: d-order, consumer: d, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
sets:
${base}${by('b', 'lost')}`;
    expect(await titles(two('s390, mips'))).toEqual(['io.order = lost breaks c, d on s390, mips since v1.2']);
    expect(await titles(two('mips'))).toEqual([
      'io.order = lost breaks c (on s390, mips), d (on mips) since v1.2',
    ]);
  });

  it('says since when it fails architecture by architecture where that differs', async () => {
    const told = `consumers:
  - { consumer: c, title: C, interface: io, archs: [s390, mips, arc], source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
sets:
  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v2.0" }], value: lost, source: old }
`;
    expect(await titles(told)).toEqual([
      'io.order = lost breaks c on s390, mips since v1.0, on arc since v1.3',
    ]);
  });

  it('names only the variant where the main form works, on that architecture', async () => {
    const told = `consumers:
  - { consumer: c, title: C, interface: io, archs: [s390], source: old }
  - { consumer: c, variant: v, title: V, interface: io, archs: [s390, mips], source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
sets:
${base}${by('b', 'lost')}`;
    expect(await titles(told)).toEqual(['io.order = lost breaks c (on s390), c/v (on mips) since v1.2']);
  });

  it('does not accuse a consumer without a main form of which some variants work', async () => {
    const told = (failing: string) => `consumers:
  - { consumer: c, variant: one, title: C, interface: io, archs: [s390], source: old }
  - { consumer: c, variant: two, title: C, interface: io, archs: [s390], source: old }
  - { consumer: c, variant: three, title: C, interface: io, archs: [s390], source: old }
requirements:
  - { key: c-order, consumer: c, variants: [${failing}], behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
sets:
${base}${by('b', 'lost')}`;
    const breaks = (who: string) => [`io.order = lost breaks ${who} on s390 since v1.2`];
    expect(await titles(told('two'))).toEqual(breaks('c/two'));
    expect(await titles(told('one, two'))).toEqual(breaks('2 of 3 variants of c'));
    expect(await titles(told('one, two, three'))).toEqual(breaks('c'));
  });
});

describe('suspects', () => {
  const story = `${CONSUMER}sets:\n${base}${by('b', 'lost')}${by('d', 'kept')}`;

  it('stand side by side where evidence names several, with what speaks against each', async () => {
    const more = `changes:\n  - { change: "${hash('f')}", subject: rival, source: old, entered: { release: "v1.2", order: 2 } }\n`;
    const told = `${more}${story}culprits:\n${named('bisect', 'f', 'role: culprit, method: bisect, source: bob')}`;
    const [r] = await regressionsOf(told);
    expect(suspects(r!)).toEqual(['f culprit', 'b culprit']);
    expect(r!.suspects[1]!.against.join()).toMatch(/bisect by Bob .* names ffffffffffff/);
  });

  it('that lie elsewhere are excluded, with the reason', async () => {
    const told = `${story}culprits:\n${named('early', 'a', 'role: culprit, method: analysis, source: ann')}${named('late', 'e', 'role: culprit, method: bisect, source: bob')}`;
    const model = modelOf(await worldOf(told));
    const { document, excluded } = answersOf(model).regressions[0]!;
    expect(suspects(document)).toEqual(['b culprit']);
    expect(excluded.map((x) => [x.change[0], x.reason])).toEqual([
      ['a', 'the last good release contains it'],
      ['e', 'the first bad release does not contain it'],
    ]);
  });

  it('are named once by a record, however many releases and consumers it breaks', async () => {
    const sets = `sets:\n${base}${by('b', 'lost')}`;
    const both = `consumers:
  - { consumer: c, title: C, interface: io, archs: [s390], source: old }
  - { consumer: d, title: D, interface: io, archs: [s390], source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
  - { key: d-order, consumer: d, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
`;
    const [alone] = await regressionsOf(`${CONSUMER}${sets}`);
    const [r] = await regressionsOf(`${both}${sets}`);
    expect(r!.consumers).toEqual(['c', 'd']);
    expect(r!.suspects.map((s) => s.for)).toEqual(alone!.suspects.map((s) => s.for));
    expect(r!.suspects[0]!.for.filter((x) => x.startsWith('behaviour record'))).toHaveLength(1);
  });

  it('count once for each author and kind', async () => {
    const once = named('one', 'b', 'role: culprit, method: analysis, source: ann');
    const told = (list: string) => `${story}culprits:\n${list}`;
    const score = async (list: string) => (await regressionsOf(told(list)))[0]!.suspects[0]!.score;
    expect(await score(`${once}${named('two', 'b', 'role: culprit, method: statement, source: ann')}`)).toBe(
      await score(once),
    );
  });

  it('tell what the culprit only met: a precondition that was there before, what came with it and slept', async () => {
    const told = (first: string) =>
      `changes:\n  - { change: "${hash('f')}", subject: sleeper, source: old, entered: { release: "v1.2", order: 0 } }\n${CONSUMER}sets:\n${base}  - { key: s0, behaviour: io.size, at: [{ from: "v1.0", to: "v1.0" }], value: 8, source: old }\n  - { key: s, behaviour: io.size, change: "${hash(first)}", value: 16, source: ann }\n${by('b', 'lost', ', elsewhere: unchanged, when: io.size == 16')}`;
    expect(suspects((await regressionsOf(told('a')))[0]!)).toEqual(['b culprit', 'a precondition']);
    expect(suspects((await regressionsOf(told('f')))[0]!)).toEqual(['b culprit', 'f latent']);
  });

  it('come from the paths of the behaviour where nobody says anything', async () => {
    const told = `changes:\n  - { change: "${hash('f')}", subject: files, source: old, files: ["io/order.c"], entered: { release: "v1.2", order: 2 } }\nbehaviours:\n  - { behaviour: io.path, interface: io, title: P, values: [g, b], owner: kernel, guarantees: [{ guarantee: observed }], paths: ["io/*"], source: old }\nconsumers:\n  - { consumer: c, title: C, interface: io, archs: [s390], source: old }\nrequirements:\n  - { key: p, consumer: c, behaviour: io.path, needs: [g], otherwise: broken, why: so, source: old }\nsets:\n  - { key: g, behaviour: io.path, at: [{ from: "v1.0", to: "v1.1" }], value: g, source: old }\n  - { key: b, behaviour: io.path, at: [{ from: "v1.2", to: "v1.2" }], value: b, source: old }\n`;
    expect(suspects((await regressionsOf(told))[0]!)).toEqual(['f culprit']);
  });
});

describe('fixes', () => {
  it('are per line a release, pending, or never where the line has ended; others that are called so are companions', async () => {
    const told = `${CONSUMER}sets:\n${base}${by('b', 'lost')}${by('e', 'kept')}fixes:\n  - { key: f, change: "${hash('c')}", where: kernel, status: posted, behaviour: io.order, source: bob }\n`;
    const [r] = await regressionsOf(told);
    expect(r!.fixes).toMatchObject([{ change: hash('e'), releases: { mainline: 'v1.4', '1.2.y': 'never' } }]);
    expect(r!.companions.map((x) => x.change)).toEqual([hash('c')]);
    const open = told.replace(
      'consumers:',
      'lines:\n  - { line: 1.2.y, rev: 2, base: "v1.2", complete: true, source: bob }\nconsumers:',
    );
    expect((await regressionsOf(open))[0]!.fixes[0]!.releases).toEqual({
      mainline: 'v1.4',
      '1.2.y': 'pending',
    });
  });
});

describe('a consumer that its own maintainers mend', () => {
  it.each([
    ['posted', 'open'],
    ['merged', 'fixed-outside'],
    ['released', 'fixed-outside'],
  ])('%s: the regression is %s', async (status, state) => {
    const told = `${CONSUMER}sets:\n${base}${by('b', 'lost')}fixes:\n  - { key: f, where: consumer, consumer: c, what: "asks first", status: ${status}, behaviour: io.order, source: bob }\n`;
    const [r] = regressionLives(modelOf(await worldOf(told))).regressions;
    expect(r!.state).toBe(state);
  });
});

describe('a backport of two changes', () => {
  const backport = (change: string, line: string, release: string, commit: string) =>
    newEvent({
      type: 'BackportRecorded',
      stream: `test/${change}/${line}`,
      knownAt: '2021-01-01',
      source: 'git',
      locator: 'git',
      payload: { confidence: 'verified', rev: 1, change, line, release, order: 9, hash: commit },
    });

  it('is neither of the two by its own hash, for who names it may mean either', async () => {
    const world = await worldOf();
    const named = (changes: readonly string[]) =>
      modelOf([
        ...world,
        ...stored(changes.map((c) => backport(hash(c), '1.2.y', 'v1.2.2', hash('9')))),
      ]).graph.resolve(hash('9'));
    expect(named(['c'])).toBe(hash('c'));
    expect(named(['c', 'e'])).toBe(hash('9'));
  });
});

describe('the two questions', () => {
  it('are asked with the guarantee at last good: a promise that came later was not broken', async () => {
    const told = (guarantees: string) => `behaviours:
  - { behaviour: io.late, interface: io, title: L, values: [good, bad], owner: kernel, guarantees: [${guarantees}], source: old }
consumers:
  - { consumer: c, title: C, interface: io, archs: [s390], source: old }
requirements:
  - { key: r, consumer: c, behaviour: io.late, needs: [good], otherwise: broken, why: so, source: old }
sets:
  - { key: g, behaviour: io.late, at: [{ from: "v1.0", to: "v1.1" }], value: good, source: old }
  - { key: b, behaviour: io.late, change: "${hash('b')}", value: bad, source: ann }
`;
    const promise = 'guarantee: documented, values: [good]';
    const asked = async (guarantees: string) => {
      const r = (await regressionsOf(told(guarantees))).find((x) => x.consumers.includes('c'))!;
      return [r.contract, r.observed];
    };
    expect(await asked(`{ ${promise} }`)).toEqual(['broken', 'broken']);
    expect(await asked('{ guarantee: observed }')).toEqual(['kept', 'broken']);
    expect(await asked(`{ guarantee: observed }, { since: "${hash('c')}", ${promise} }`)).toEqual([
      'kept',
      'broken',
    ]);
  });
});

describe('a claim that names no behaviour', () => {
  const claim =
    'breakage:\n  - { key: x, says: broken, consumer: c, archs: [s390], releases: ["v1.2"], source: ann }\n';
  const explained = (known: string) =>
    `${CONSUMER}sets:\n${base}  - { key: b, behaviour: io.order, change: "${hash('b')}", value: lost, source: bob, known: "${known}" }\n${claim}`;

  it('opens a regression of its own; when records explain it, the older id stays and the other leads to it', async () => {
    const [alone] = await regressionsOf(`${CONSUMER}${claim}`);
    expect(alone).toMatchObject({ opened: 'claim', behaviour: null, observed: 'broken', reported: true });
    const [later] = await regressionsOf(explained('2021-09-01'));
    expect(later).toMatchObject({ id: alone!.id, behaviour: 'io.order' });
    const [earlier] = await regressionsOf(explained('2021-01-01'));
    expect(earlier!.aliases).toEqual([alone!.id]);
    expect(later!.aliases).toEqual([earlier!.id]);
  });
});
