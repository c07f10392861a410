import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../../queries/load.ts';
import { InputError } from '../../../store/errors.ts';
import { newEvent } from '../../../store/events/event.ts';
import { memoryStore } from '../../../store/sqlite/open.ts';
import { read, rejectsOf, resultsOf } from './support.ts';

const version = { major: 5, minor: 3 };
const CHECKOUT = {
  id: 'ci:c1',
  origin: 'ci',
  git_commit_name: 'v6.19',
  git_commit_hash: 'a'.repeat(40),
  tree_name: 'mainline',
};
const BUILD = {
  id: 'ci:b1',
  origin: 'ci',
  checkout_id: 'ci:c1',
  architecture: 'arm64',
  status: 'PASS',
  start_time: '2026-02-09T10:00:00+00:00',
};
const TEST = {
  id: 'ci:t1',
  origin: 'ci',
  build_id: 'ci:b1',
  path: 'kselftest.rt.alpha',
  start_time: '2026-02-09T11:00:00.5+01:00',
};
const parts = [
  { version, checkouts: [CHECKOUT] },
  { version, builds: [BUILD] },
  { version, tests: [TEST] },
  {
    version,
    tests: [
      { ...TEST, status: 'FAIL', log_url: 'https://x.example/log.txt?sig=SECRET', log_excerpt: 'boom' },
    ],
  },
];
const issue = (culprit: object) => ({
  version,
  issues: [{ id: 'ci:i1', version: 1, origin: 'ci', comment: 'flaky board', culprit }],
});
const incident = (present: boolean) => ({
  version,
  incidents: [
    {
      id: 'ci:n1',
      origin: 'ci',
      issue_id: 'ci:i1',
      issue_version: present ? 1 : 2,
      test_id: 'ci:t1',
      present,
    },
  ],
});

/** What the log holds of the test after files arrived in this order. */
async function outcomesAfter(files: readonly object[]): Promise<readonly string[]> {
  const store = memoryStore();
  const header = {
    recordedAt: '2026-03-01T00:00:00.000Z',
    actor: 'a',
    tool: 't',
    importer: null,
    carrier: null,
    carrierHash: null,
  };
  await store.append(header, [
    newEvent({
      type: 'TestRecorded',
      stream: 'test',
      knownAt: '2026-01-01',
      source: 's',
      locator: 'l',
      payload: { confidence: 'verified', rev: 1, test: 'kselftest.rt.alpha', title: 'alpha' },
    }),
  ]);
  for (const file of files) await store.append(header, (await read(JSON.stringify(file))).events);
  const { results } = await loadModel(store);
  const found = results.at('kselftest.rt.alpha', 'v6.19', 'arm64', null);
  await store.close();
  return [...(found?.outcomes.keys() ?? [])];
}

describe('KCIDB', () => {
  it('joins tests, builds and checkouts, in whichever order they arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(parts, { minLength: parts.length }), async (files) => {
        expect(await outcomesAfter(files)).toEqual(['fail']);
        expect(await outcomesAfter([...files, ...files])).toEqual(['fail']);
      }),
      { numRuns: 12 },
    );
    expect(await outcomesAfter(parts.slice(1))).toEqual([]);
  });

  it('lets a known issue of a board excuse a failure, and one of the code not', async () => {
    const [harness, code] = [issue({ harness: true }), issue({ code: true })];
    expect(await outcomesAfter([...parts, harness, incident(true)])).toEqual([]);
    expect(await outcomesAfter([incident(true), harness, ...parts])).toEqual([]);
    expect(await outcomesAfter([...parts, code, incident(true)])).toEqual(['fail']);
    expect(await outcomesAfter([...parts, harness, incident(false), incident(true)])).toEqual(['fail']);
    expect(
      await outcomesAfter([...parts, { version, tests: [{ ...TEST, status: 'FAIL', waived: true }] }]),
    ).toEqual([]);
  });

  it('keeps no signature of an address, and knows when a test began', async () => {
    const { events } = await read(JSON.stringify(parts[3]));
    expect(events[0]).toMatchObject({
      knownAt: '2026-02-09T10:00:00.500Z',
      source: 'kcidb:ci:t1',
      payload: { url: 'https://x.example/log.txt', results: [{ excerpt: 'boom' }] },
    });
    expect(JSON.stringify(events)).not.toContain('SECRET');
  });

  it('leads older versions to the newest', async () => {
    const { format, events } = await read(
      JSON.stringify({
        version: { major: 3, minor: 0 },
        revisions: [{ id: 'ci:r1', origin: 'ci', git_commit_name: 'v6.1' }],
        builds: [{ id: 'ci:b', origin: 'ci', revision_id: 'ci:r1', architecture: 'x86_64', valid: false }],
        tests: [{ id: 'ci:t', origin: 'ci', build_id: 'ci:b', path: 'boot', status: 'DONE' }],
      }),
    );
    expect(format).toBe('kcidb');
    expect(events.map((e) => e.type)).toEqual(['CheckoutObserved', 'BuildObserved', 'RunObserved']);
    expect(events[1]).toMatchObject({ payload: { checkout: 'ci:r1', outcome: 'fail' } });
    expect(resultsOf(events)).toEqual([['boot', 'unknown']]);
  });

  it('rejects objects one by one, and refuses what is no submission', async () => {
    const { events } = await read(
      JSON.stringify({
        version,
        issue: [],
        tests: [TEST, { ...TEST, id: 5 }, null, { ...TEST, id: 'ci:t2', status: '__proto__' }],
      }),
    );
    expect(resultsOf(events)).toEqual([
      ['kselftest.rt.alpha', 'unknown'],
      ['kselftest.rt.alpha', 'unknown'],
    ]);
    expect(rejectsOf(events)).toHaveLength(3);
    await expect(read(JSON.stringify({ version: { major: 9, minor: 0 }, tests: [] }))).rejects.toThrow(
      InputError,
    );
    await expect(read('{"version": {"major": 5, "minor": 3}, "tests": [')).rejects.toThrow(/no JSON/);
  });

  it('takes any value at any place without a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom('checkouts', 'builds', 'tests', 'issues', 'incidents'),
        async (value, list) => {
          const { events } = await read(
            JSON.stringify({
              version,
              [list]: [value, { id: value, origin: 'ci', build_id: value, path: value }],
            }),
          );
          expect(events.every((e) => e.type === 'RecordRejected' || e.source.startsWith('kcidb:'))).toBe(
            true,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
