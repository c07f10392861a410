import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadModel } from '../../queries/replay/load-model.ts';
import { attributionOf, mayBeAttributed } from '../../queries/results/attribution.ts';
import { countedAt } from '../../queries/verdict/counted.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { memoryStore } from '../../store/memory/memory-store.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { knownAtEnd } from '../../store/events/known-at.ts';
import { batchHeader } from '../support/batch-header.ts';
import { modelOf, stored } from '../support/facts-model.ts';

const TEST = 'kselftest.pipes.wake_test';
const said = { source: 'test', locator: '1' };
const known = newEvent({
  ...said,
  type: 'TestRecorded',
  stream: 'test',
  knownAt: '2021-01-01',
  payload: { confidence: 'verified', rev: 1, test: TEST, title: 'wakes' },
});
const run = (name: string, knownAt: string | null, outcome: Outcome = 'fail'): NewEvent =>
  newEvent({
    ...said,
    type: 'RunObserved',
    stream: `run/${name}`,
    knownAt,
    payload: { rev: 1, origin: 'ci', release: 'v2.1', arch: 's390', results: [{ test: TEST, outcome }] },
  });
const laid = (more: object): NewEvent =>
  newEvent({
    ...said,
    type: 'OutcomeAttributed',
    stream: 'laid',
    knownAt: '2021-09-01',
    payload: { confidence: 'verified', rev: 1, cause: 'infrastructure', why: 'the board', ...more },
  });

/** The results that speak against v2.1, by a log that met events in this order. */
async function failures(events: readonly NewEvent[]): Promise<readonly string[]> {
  const store = memoryStore();
  for (const event of events) await store.append(batchHeader({}), [event]);
  const bad = countedAt(await loadModel(store))(TEST, 'v2.1', 's390', null)?.bad ?? [];
  await store.close();
  return bad;
}

const [early, late] = [run('early', '2021-03-01'), run('late', '2021-05-01')];
const addressOf = (event: NewEvent) => `${stored([event])[0]!.id}#0`;

it.each([
  ['a day', { test: TEST, until: '2021-04-01' }],
  ['one result', { target: addressOf(early) }],
])('a failure that is laid to something by %s alone leaves the next one to count', async (_, more) => {
  const orders = [
    [known, early, late, laid(more)],
    [laid(more), late, early, known],
  ];
  for (const order of orders) expect(await failures(order)).toEqual([addressOf(late)]);
});

it('cites the failure that was known first, whichever the log met first', async () => {
  const same = ['a', 'b', 'c', 'd'].map((name) => run(name, null));
  const first = same.map(addressOf).sort()[0]!;
  expect(await failures([known, ...same])).toEqual([first]);
  expect(await failures([known, ...[...same].reverse()])).toEqual([first]);
  expect(await failures([known, late, early])).toEqual([addressOf(early)]);
  expect(await failures([known, early, late])).toEqual([addressOf(early)]);
});

it('is found as if each attribution were asked, the first that speaks of the result', () => {
  const [tests, releases, archs] = [
    ['a', 'b'],
    ['v1', 'v2'],
    ['arm64', 's390'],
  ] as const;
  const dates = ['2021-01-01', '2021-02-01', '2021-03-01'];
  const of = <T>(...some: readonly T[]) => fc.constantFrom(undefined, ...some);
  const attribution = fc.record({
    target: of('x#0', 'x#1'),
    run: of('ci:1'),
    test: of(...tests),
    releases: of(['v1'], ['v1', 'v2']),
    archs: of(['arm64']),
    outcomes: of(['fail'], ['timeout', 'error']),
    until: of(...dates),
  });
  const result = fc.record({
    address: fc.constantFrom('x#0', 'x#1', 'x#2'),
    test: fc.constantFrom(...tests),
    release: fc.constantFrom(...releases),
    arch: fc.constantFrom(null, ...archs),
    outcome: fc.constantFrom<Outcome>('fail', 'timeout', 'pass'),
    known: fc.constantFrom(...dates.map(knownAtEnd)),
  });
  fc.assert(
    fc.property(fc.array(attribution, { maxLength: 6 }), result, (said, one) => {
      const given = said.map((more, index) =>
        newEvent({
          ...laid(Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))),
          stream: `laid/${index}`,
        }),
      );
      const model = modelOf(stored(given));
      const all = model.of('OutcomeAttributed').map(({ payload }) => payload);
      const speaks = (p: (typeof all)[number]) =>
        (p.until === undefined || one.known <= knownAtEnd(p.until)) &&
        (p.target !== undefined
          ? p.target === one.address
          : p.run === undefined &&
            (p.test ?? one.test) === one.test &&
            (p.releases?.includes(one.release) ?? true) &&
            (p.archs?.includes(one.arch ?? '') ?? true) &&
            (p.outcomes?.includes(one.outcome) ?? true));
      expect(attributionOf(model, one)).toBe(all.find(speaks) ?? null);
      if (all.some(speaks)) expect(mayBeAttributed(model, one.test)).toBe(true);
    }),
  );
});
