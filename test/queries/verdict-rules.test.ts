import { describe, expect, it } from 'vitest';
import { whatCounts } from '../../queries/model/counting.ts';
import { buildModel } from '../../queries/model/model.ts';
import { gatherResults } from '../../queries/results/result-index.ts';
import { noResults, type ResultIndex } from '../../queries/outcomes/results.ts';
import { table } from '../../queries/tables/table.ts';
import { newEvent, type StoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { stored } from '../support/facts-model.ts';
import { hash, worldOf } from '../support/world.ts';

/** `test` had `outcome` at `release` on s390, in lines `TEST RELEASE OUTCOME`. */
function results(lines: readonly string[]): ResultIndex {
  const gathered = gatherResults();
  lines.forEach((line, i) => {
    const [test, release, outcome] = line.split(' ');
    gathered.add(
      { test: test!, release: release!, arch: 's390', config: '' },
      outcome as Outcome,
      `${hash('1')}${'0'.repeat(24)}#${i}`,
      '2021-08-01T00:00:00.000Z',
    );
  });
  return gathered.index;
}

const NEEDS = `consumers:
  - { consumer: c, title: C, interface: io, source: old }
requirements:
  - { key: c-order, consumer: c, behaviour: io.order, needs: [kept], otherwise: broken, why: so, source: old }
sets:
  - { key: base, behaviour: io.order, at: [{ from: "v1.0", to: "v1.1" }], value: kept, source: old }
  - { key: worse, behaviour: io.order, change: "${hash('b')}", value: lost, source: ann }
  - { key: better, behaviour: io.order, change: "${hash('d')}", value: kept, source: bob }
tests:
  - { test: t.order, title: T, behaviours: [io.order], source: old }
`;

/** The cell of a consumer at a release on s390. */
function cell(events: readonly StoredEvent[], consumer: string, release: string, found = noResults) {
  const { cells } = table(buildModel(events, {}, found), {
    releases: release,
    archs: ['s390'],
    consumers: [consumer],
  });
  const [name, variant = null] = consumer.split('/');
  return cells.find((c) => c.consumer === name && c.variant === variant)!;
}

const claim = (key: string, says: string, where: string, source = 'ann') =>
  `  - { key: ${key}, says: ${says}, consumer: c, archs: [s390], ${where}, source: ${source} }\n`;

describe('a claim', () => {
  it('is evidence for the releases that it names one by one, and for the two ends of a range; inside it is context', async () => {
    const events = await worldOf(
      `${NEEDS}breakage:\n${claim('x', 'broken', 'range: { from: "v1.2", to: "v1.4" }')}${claim('y', 'broken', 'releases: ["v2.0"]')}`,
    );
    const seen = ['v1.2', 'v1.3', 'v1.4', 'v2.0'].map((r) => {
      const { status, basis, reported } = cell(events, 'c', r);
      return [status, basis, reported];
    });
    expect(seen).toEqual([
      ['broken', 'reported', true],
      ['works', 'predicted', true],
      ['broken', 'reported', true],
      ['broken', 'reported', true],
    ]);
  });

  it('with an open range is evidence for its first release alone, and speaks of none that was not out yet', async () => {
    const late =
      'releases:\n  - { release: "v3.0", line: mainline, date: "2022-01-01", predecessor: "v2.0", source: old }\n';
    const events = await worldOf(
      `${late}${NEEDS}breakage:\n${claim('x', 'broken', 'range: { from: "v1.2" }')}`,
    );
    expect(
      ['v1.2', 'v2.0', 'v3.0'].map((r) => [cell(events, 'c', r).basis, cell(events, 'c', r).reported]),
    ).toEqual([
      ['reported', true],
      ['predicted', true],
      ['predicted', false],
    ]);
  });

  it('speaks of what came out on its own day, however finely that day is told', async () => {
    const day = '2021-06-01';
    for (const date of [day, `${day}T08:00:00Z`]) {
      const out = `releases:\n  - { release: "v3.0", line: mainline, date: "${date}", predecessor: "v2.0", source: old }\n`;
      const said = `breakage:\n${claim('x', 'broken', 'range: { from: "v1.2" }')}`;
      expect(cell(await worldOf(`${out}${NEEDS}${said}`), 'c', 'v3.0').reported).toBe(true);
    }
  });

  it('of another architecture, or of none, is evidence for no cell', async () => {
    const none = claim('x', 'broken', 'releases: ["v2.0"]').replace('archs: [s390], ', '');
    const other = claim('x', 'broken', 'releases: ["v2.0"]').replace('s390', 'mips');
    for (const told of [none, other])
      expect(cell(await worldOf(`${NEEDS}breakage:\n${told}`), 'c', 'v2.0')).toMatchObject({
        status: 'works',
        reported: false,
      });
  });

  it('that another one of the same strength denies gives a conflict, never a vote', async () => {
    const told =
      ['x', 'y'].map((k) => claim(k, 'works', 'releases: ["v1.2"]')).join('') +
      claim('z', 'broken', 'releases: ["v1.2"]', 'bob');
    expect(cell(await worldOf(`${NEEDS}breakage:\n${told}`), 'c', 'v1.2')).toMatchObject({
      status: 'conflict',
      basis: 'reported',
    });
  });

  it('counts more than what is predicted, and says that it differs', async () => {
    const events = await worldOf(`${NEEDS}breakage:\n${claim('x', 'works', 'releases: ["v1.2"]')}`);
    expect(cell(events, 'c', 'v1.2')).toMatchObject({ status: 'works', basis: 'reported' });
  });
});

describe('a test', () => {
  it('that exercises all needs tells works and broken, and counts more than claims', async () => {
    const events = await worldOf(`${NEEDS}breakage:\n${claim('x', 'broken', 'releases: ["v2.0"]')}`);
    const found = results(['t.order v2.0 pass', 't.order v1.4 fail']);
    expect(cell(events, 'c', 'v2.0', found)).toMatchObject({ status: 'works', basis: 'tested' });
    expect(cell(events, 'c', 'v1.4', found)).toMatchObject({
      status: 'broken',
      basis: 'tested',
      reported: true,
    });
  });

  it('that passes some times and fails others gives a conflict; what says nothing of the kernel counts for nothing', async () => {
    const events = await worldOf(NEEDS);
    expect(cell(events, 'c', 'v2.0', results(['t.order v2.0 pass', 't.order v2.0 fail'])).status).toBe(
      'conflict',
    );
    for (const outcome of ['skip', 'error', 'miss', 'xfail'])
      expect(cell(events, 'c', 'v2.0', results([`t.order v2.0 ${outcome}`])).basis).toBe('predicted');
  });

  it('that covers some needs says broken when it fails, and nothing when it passes', async () => {
    const two = NEEDS.replace(
      'requirements:\n',
      'requirements:\n  - { key: c-size, consumer: c, behaviour: io.size, needs: [8], otherwise: broken, why: so, source: old }\n',
    );
    const events = await worldOf(two);
    expect(cell(events, 'c', 'v2.0', results(['t.order v2.0 pass'])).status).toBe('unknown');
    expect(cell(events, 'c', 'v2.0', results(['t.order v2.0 fail']))).toMatchObject({
      status: 'broken',
      basis: 'tested',
    });
  });

  it('is not counted where its outcome was laid to something else, unless that was believed before it ran', async () => {
    const laid = (more = '') =>
      `${NEEDS}attributed:\n  - { key: a, test: t.order, releases: ["v2.0"], outcomes: [fail], cause: infrastructure, why: so${more}, source: bob }`;
    const found = results(['t.order v2.0 fail']);
    expect(cell(await worldOf(laid()), 'c', 'v2.0', found)).toMatchObject({
      status: 'works',
      basis: 'predicted',
    });
    expect(cell(await worldOf(laid(', until: "2021-07-31"')), 'c', 'v2.0', found)).toMatchObject({
      status: 'broken',
      basis: 'tested',
    });
  });
});

describe('a consumer', () => {
  const with_ = (consumers: string) => NEEDS.replace('requirements:', `${consumers}requirements:`);

  it('that embeds another has its needs, its profile and its reports', async () => {
    const told = `${with_('  - { consumer: outer, title: O, interface: io, embeds: { consumer: c }, source: old }\n')}breakage:\n${claim('x', 'broken', 'releases: ["v2.0"]')}`;
    const events = await worldOf(told);
    expect(
      ['v1.1', 'v1.2', 'v2.0'].map((r) => [
        cell(events, 'outer', r).status,
        cell(events, 'outer', r).reported,
      ]),
    ).toEqual([
      ['works', false],
      ['broken', false],
      ['broken', true],
    ]);
  });

  it('that a guard stops refuses before anything else is asked; what would happen without it is kept', async () => {
    const guard = (refuses: string) =>
      worldOf(
        with_(
          `  - { consumer: g, title: G, interface: io, embeds: { consumer: c }, guards: [{ refuses: "${refuses}", says: so }], source: old }\n`,
        ),
      );
    const fixed = await guard('uname >= 1.2.1 and uname <= 1.3.0');
    expect(
      ['v1.2', 'v1.2.1', 'v1.2.2', 'v1.3', 'v1.4'].map((r) => [
        cell(fixed, 'g', r).status,
        cell(fixed, 'g', r).note,
      ]),
    ).toEqual([
      ['broken', 'io.order is lost'],
      ['refuses', 'broken without the guard'],
      ['refuses', 'would work without the guard'],
      ['refuses', 'would work without the guard'],
      ['works', null],
    ]);
  });

  it('compares a candidate in its guard by the triple alone, as a program does that reads uname', async () => {
    const told = with_(
      '  - { consumer: g, title: G, interface: io, embeds: { consumer: c }, guards: [{ refuses: "uname >= 2.1.0", says: so }], source: old }\n',
    );
    const events = await worldOf(
      `releases:\n  - { release: "v2.1-rc1", line: mainline, date: "2020-07-01", predecessor: "v2.0", source: old }\n${told}`,
    );
    expect([cell(events, 'g', 'v2.0').status, cell(events, 'g', 'v2.1-rc1').status]).toEqual([
      'works',
      'refuses',
    ]);
  });

  it('is only degraded where the need says so, and broken where another one breaks', async () => {
    const mild = await worldOf(NEEDS.replace('otherwise: broken', 'otherwise: degraded'));
    expect(cell(mild, 'c', 'v1.2').status).toBe('degraded');
    const both = await worldOf(
      NEEDS.replace(
        'requirements:\n',
        'requirements:\n  - { key: mild, consumer: c, behaviour: io.order, needs: [kept], otherwise: degraded, why: so, source: old }\n',
      ),
    );
    expect(cell(both, 'c', 'v1.2').status).toBe('broken');
  });

  it('works without needs, but not where it is tested itself: what it needs is only not recorded', async () => {
    const consumers =
      'consumers:\n  - { consumer: free, title: F, interface: io, source: old }\n  - { consumer: tried, title: T, interface: io, source: old }\n';
    const tests =
      'tests:\n  - { test: t.tried, title: T, consumers: [{ consumer: tried }], archs: [s390], source: old }\n';
    const events = await worldOf(`${consumers}${tests}`);
    const seen = (name: string) =>
      ['v1.2', 'v1.3', 'v2.0'].map((release) => {
        const { status, basis } = cell(
          events,
          name,
          release,
          results(['t.tried v1.2 pass', 't.tried v1.3 fail']),
        );
        return [status, basis];
      });
    expect(seen('free')).toEqual(Array(3).fill(['works', 'inferred']));
    expect(seen('tried')).toEqual([
      ['works', 'tested'],
      ['broken', 'tested'],
      ['unknown', null],
    ]);
  });

  it('is unknown where a need is, unless another need fails', async () => {
    const more = NEEDS.replace(
      'requirements:\n',
      'requirements:\n  - { key: c-size, consumer: c, behaviour: io.size, needs: [8], otherwise: broken, why: so, source: old }\n',
    );
    const events = await worldOf(more);
    expect(['v1.1', 'v1.2'].map((r) => cell(events, 'c', r).status)).toEqual(['unknown', 'broken']);
  });
});

describe('the contract', () => {
  it('needs what is documented since a promise was made, and nothing of what is only observed', async () => {
    const told = `behaviours:
  - { behaviour: io.late, interface: io, title: L, values: [early, late], owner: kernel, guarantees: [{ guarantee: observed }, { since: "${hash('c')}", guarantee: documented, values: [early] }], source: old }
sets:
  - { key: l, behaviour: io.late, at: [{ from: "v1.0", to: "v2.0" }], value: late, source: old }
  - { key: p, behaviour: io.promise, at: [{ from: "v1.0", to: "v2.0" }], value: good, source: old }
`;
    const events = await worldOf(told);
    expect(['v1.2', 'v1.3'].map((r) => cell(events, 'contract', r).status)).toEqual(['works', 'broken']);
  });
});

describe('versions of a statement', () => {
  const told = (rev: string) =>
    `${NEEDS}breakage:\n${claim('x', 'broken', 'releases: ["v2.0"]')}${claim('x', 'works', `releases: ["v2.0"]${rev}`, 'bob')}`;

  it('are one: the highest revision counts, and a retracted one counts no more', async () => {
    const events = await worldOf(told(', rev: 2'));
    expect(cell(events, 'c', 'v2.0').status).toBe('works');
    const newer = events.find((e) => e.type === 'BreakageClaimed' && e.payload.rev === 2)!;
    const retraction = newEvent({
      type: 'EventRetracted',
      stream: 'retraction',
      knownAt: null,
      source: 'test',
      locator: '',
      payload: { target: newer.id, by: 'test', reason: 'so', at: '1' },
    });
    expect(cell([...events, ...stored([retraction])], 'c', 'v2.0').status).toBe('broken');
  });

  it('may be retracted and brought back as often as anybody likes', () => {
    const chain: StoredEvent[] = [];
    const named = (target: string) =>
      newEvent({
        type: 'EventRetracted',
        stream: `retraction of ${target}`,
        knownAt: null,
        source: 'test',
        locator: '',
        payload: { target, by: 'test', reason: 'so', at: '1' },
      });
    for (let target = hash('1') + hash('2').slice(0, 24); chain.length < 20_000; target = chain.at(-1)!.id)
      chain.push(...stored([named(target)]));
    // The last one stands; the one before it is taken out, and so on down to the first.
    for (const [length, first] of [
      [19_999, 'stands'],
      [20_000, 'is taken out'],
    ] as const) {
      const { retracted } = whatCounts(chain.slice(0, length));
      expect(retracted.has(chain[0]!.id) ? 'is taken out' : 'stands').toBe(first);
    }
  });
});
