import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kcidbImporter } from '../../../importers/kcidb/importer.ts';
import { contradictions } from '../../../queries/knowledge/contradictions.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { rivalRuns } from '../../../queries/results/rival-runs.ts';
import type { EventStore } from '../../../store/event-store.ts';
import { InputError } from '../../../store/errors.ts';
import { newEvent } from '../../../store/events/event.ts';
import { memoryStore } from '../../../store/memory/memory-store.ts';
import { read, readAs, rejectsOf, resultsOf } from '../support.ts';
import { batchHeader } from '../../support/batch-header.ts';

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
  const store = await storeAfter(files);
  const { results } = await loadModel(store);
  const found = results.at('kselftest.rt.alpha', 'v6.19', 'arm64', null);
  await store.close();
  return [...(found?.outcomes.keys() ?? [])];
}

/** The contradictions that the log shows after files arrived in this order: kinds and what they are about. */
async function contradictionsAfter(
  files: readonly object[],
): Promise<readonly (readonly [string, string])[]> {
  const store = await storeAfter(files);
  const model = await loadModel(store);
  const found = contradictions(model, new Map(), await rivalRuns(store, model)).contradictions;
  await store.close();
  return found.filter(({ kind }) => kind === 'versions').map(({ kind, about }) => [kind, about]);
}

async function storeAfter(files: readonly object[]): Promise<EventStore> {
  const store = memoryStore();
  const header = batchHeader({ recordedAt: '2026-03-01T00:00:00.000Z' });
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
  return store;
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

  it('is told by its version or its lists, and has a version that there is', async () => {
    await expect(read('{"a": 1, "b": [{"version": 2}]}')).rejects.toThrow('not recognised');
    for (const odd of [
      { major: 5, minor: -1 },
      { major: 5, minor: 0.5 },
      { major: 5, minor: 4 },
      { major: 6, minor: 0 },
      { major: '5', minor: 3 },
      { major: 5, minor: 3, patch: 1 },
      5,
    ])
      await expect(
        readAs(kcidbImporter, JSON.stringify({ version: odd, tests: [] })),
        JSON.stringify(odd),
      ).rejects.toThrow(InputError);
  });

  it('lets a known issue of a board excuse a failure, and one of the code not', async () => {
    const [harness, code] = [issue({ harness: true }), issue({ code: true })];
    expect(await outcomesAfter([...parts, harness, incident(true)])).toEqual([]);
    expect(await outcomesAfter([incident(true), harness, ...parts])).toEqual([]);
    expect(await outcomesAfter([...parts, code, incident(true)])).toEqual(['fail']);
    expect(await outcomesAfter([...parts, harness, incident(false), incident(true)])).toEqual(['fail']);
    const waived = { version: { major: 4, minor: 5 }, tests: [{ ...TEST, status: 'FAIL', waived: true }] };
    expect(await outcomesAfter([...parts, waived])).toEqual([]);
  });

  it('takes a failure back as excused when a later version of the issue does not match it any more', async () => {
    const harness = issue({ harness: true });
    const later = { ...incident(false), incidents: [{ ...incident(false).incidents[0]!, id: 'ci:n2' }] };
    const files = [...parts, harness, incident(true), later];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(files, { minLength: files.length }), async (order) => {
        expect(await outcomesAfter(order)).toEqual(['fail']);
      }),
      { numRuns: 8 },
    );
  });

  it('merges an object that is told in pieces field by field, in any order', async () => {
    const nameless = {
      id: TEST.id,
      origin: 'ci',
      build_id: TEST.build_id,
      start_time: TEST.start_time,
      status: 'FAIL',
    };
    const pieces = [...parts.slice(0, 3), { version, tests: [nameless] }];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(pieces, { minLength: pieces.length }), async (order) => {
        expect(await outcomesAfter(order)).toEqual(['fail']);
        expect(await contradictionsAfter(order)).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('shows versions of an object that contradict each other, and chooses none of them', async () => {
    const other = (change: object) => ({ version, ...change });
    const pass = other({ tests: [{ ...TEST, status: 'PASS' }] });
    expect(await outcomesAfter([...parts, pass])).toEqual(expect.arrayContaining(['pass', 'fail']));
    expect(await contradictionsAfter([...parts, pass])).toContainEqual(['versions', 'kcidb/test/ci:t1']);
    const checkout = other({ checkouts: [{ ...CHECKOUT, git_commit_name: 'v6.18' }] });
    const again = other({ checkouts: [{ ...CHECKOUT, valid: true }] });
    for (const files of [
      [...parts, checkout],
      [checkout, ...parts],
    ]) {
      expect(await outcomesAfter(files)).toEqual([]);
      expect(await contradictionsAfter(files)).toEqual([['versions', 'kcidb/checkout/ci:c1']]);
    }
    expect(await contradictionsAfter([...parts, again])).toEqual([]);
  });

  it('lists contradictions in one order, and takes no other piece of a log for one', async () => {
    const rival = (id: string) => ({ version, tests: [{ ...TEST, id, status: 'PASS' }] });
    const first = { version, tests: ['ci:t7', 'ci:t5'].map((id) => ({ ...TEST, id, status: 'FAIL' })) };
    for (const order of [
      [first, rival('ci:t7'), rival('ci:t5')],
      [rival('ci:t5'), rival('ci:t7'), first],
    ])
      expect(await contradictionsAfter([...parts, ...order])).toEqual([
        ['versions', 'kcidb/test/ci:t5'],
        ['versions', 'kcidb/test/ci:t7'],
      ]);
    const longer = { version, tests: [{ ...TEST, log_excerpt: 'and more' }] };
    const shorter = { version, tests: [{ ...TEST, log_excerpt: 'more' }] };
    expect(await contradictionsAfter([...parts, longer, shorter])).toEqual([]);
  });

  it('does not take a tree with patches for the release under them', async () => {
    const patched = { ...CHECKOUT, patchset_hash: 'b'.repeat(64) };
    expect(await outcomesAfter([{ version, checkouts: [patched] }, ...parts.slice(1)])).toEqual([]);
  });

  it('keeps no signature in what it rejects either', async () => {
    const odd = { ...TEST, status: 'BAD', log_url: 'https://x.example/log.txt?sig=SECRET' };
    const { events } = await read(JSON.stringify({ version, tests: [odd] }));
    expect(rejectsOf(events)).toHaveLength(1);
    expect(JSON.stringify(events)).toContain('https://x.example/log.txt');
    expect(JSON.stringify(events)).not.toContain('SECRET');
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

  it('leads older versions to the newest, as the official schemas inherit one another', async () => {
    const hash = 'a'.repeat(40);
    const { format, events } = await read(
      JSON.stringify({
        version: { major: 3, minor: 0 },
        revisions: [
          { id: hash, origin: 'ci', git_commit_name: 'v6.1', discovery_time: '2022-12-12T01:00:00Z' },
        ],
        builds: [{ id: 'ci:b', origin: 'ci', revision_id: hash, architecture: 'x86_64', valid: false }],
        tests: [{ id: 'ci:t', origin: 'ci', build_id: 'ci:b', path: 'boot', status: 'DONE', waived: true }],
      }),
    );
    expect(format).toBe('kcidb');
    expect(events.map((e) => e.type)).toEqual([
      'CheckoutObserved',
      'BuildObserved',
      'RunObserved',
      'NoteAdded',
      'OutcomeAttributed',
    ]);
    expect(events[0]).toMatchObject({
      knownAt: '2022-12-12T01:00:00Z',
      payload: { checkout: `_:ci:${hash}` },
    });
    expect(events[1]).toMatchObject({ payload: { checkout: `_:ci:${hash}`, outcome: 'fail' } });
    expect(events[3]).toMatchObject({ payload: { about: '_:waived', blames: ['test'] } });
    expect(events[4]).toMatchObject({ payload: { run: 'ci:t', issue: '_:waived' } });
    expect(resultsOf(events)).toEqual([['boot', 'unknown']]);
  });

  it.each([
    ['a git:// address', 'checkouts', { id: 'ci:c', origin: 'ci', git_repository_url: 'git://x/y' }],
    ['an ambiguous path', 'tests', { ...TEST, path: 'a..b' }],
    ['a NUL', 'builds', { id: 'ci:b', origin: 'ci', checkout_id: 'ci:c', comment: 'a\0' }],
  ])('refuses to lead %s to version 5, as the official schemas do', async (_, list, object) => {
    const { events } = await read(JSON.stringify({ version: { major: 4, minor: 5 }, [list]: [object] }));
    expect(rejectsOf(events)).toEqual([expect.stringContaining('led to version 5')]);
    expect(events[0]!.locator).toMatch(new RegExp(`#/${list}/0$`));
  });

  it.each([
    [
      4,
      1,
      'tests',
      { ...TEST, status: 'MISS' },
      /status: it is none of FAIL, ERROR, PASS, DONE, SKIP, says version 4.1/,
    ],
    [5, 2, 'tests', { ...TEST, input_files: [] }, /test: "input_files" is no field of it/],
    [5, 3, 'tests', { ...TEST, waived: true }, /"waived" is no field of it/],
    [5, 3, 'builds', { ...BUILD, valid: true }, /"valid" is no field of it/],
    [5, 3, 'builds', { id: 'ci:b', origin: 'ci' }, /it has no "checkout_id"/],
    [5, 3, 'tests', { ...TEST, id: 'no origin' }, /id: must match pattern/],
    [5, 3, 'tests', { ...TEST, log_excerpt: 'x'.repeat(16_385) }, /longer than 16384/],
    [5, 3, 'tests', { ...TEST, comment: null }, /comment: must be string/],
    [5, 3, 'tests', { ...TEST, output_files: [{ name: 'a/b', url: 'u' }] }, /output_files.0.name/],
  ])(
    'checks an object against version %d.%d, which its submission declares',
    async (major, minor, list, object, says) => {
      const { events } = await read(JSON.stringify({ version: { major, minor }, [list]: [object] }));
      expect(rejectsOf(events)).toEqual([expect.stringMatching(says)]);
    },
  );

  it('takes a test whose log has an address that is none', async () => {
    const { events } = await read(JSON.stringify({ version, tests: [{ ...TEST, log_url: 'build.log' }] }));
    expect(events).toHaveLength(1);
  });

  it('rejects objects one by one, and refuses what is no submission', async () => {
    const { events } = await read(
      JSON.stringify({
        version,
        issue: [],
        tests: [TEST, { ...TEST, id: 5 }, null, { ...TEST, id: 'ci:t2', status: '__proto__' }],
      }),
    );
    expect(resultsOf(events)).toEqual([['kselftest.rt.alpha', 'unknown']]);
    expect(rejectsOf(events)).toHaveLength(4);
    expect(events.map((e) => e.locator.replace(/^.*#/, ''))).toEqual([
      '/issue',
      '/tests/0',
      '/tests/1',
      '/tests/2',
      '/tests/3',
    ]);
    await expect(read(JSON.stringify({ version: { major: 9, minor: 0 }, tests: [] }))).rejects.toThrow(
      InputError,
    );
    await expect(read('{"version": {"major": 5, "minor": 3}, "tests": [')).rejects.toThrow(/no JSON/);
  });

  it('rejects what is nested deeper than the stack is, and refuses a submission of which nothing came whole', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const text = JSON.stringify({ version, tests: [TEST, 'DEEP', { ...TEST, foo: 'DEEP' }] });
    const { events } = await read(text.replaceAll('"DEEP"', deep));
    expect(rejectsOf(events)).toHaveLength(2);
    const whole = JSON.stringify(parts[3]);
    for (let end = 0; end < whole.length - 2; end += 7) {
      const cut = readAs(kcidbImporter, whole.slice(0, end));
      await expect(cut).rejects.toThrow(InputError);
    }
  });

  it('is wrong, and not cut, where it ends with what begins no value, and within its version', async () => {
    for (const text of [
      '{"version":{"major":5,"minor":3},"checkouts":[{"id":"o:1","origin":"o"}],"tests":[x',
      '{"version":{"major":5',
      '{"version":{"maj',
    ])
      await expect(readAs(kcidbImporter, text)).rejects.toMatchObject({
        diagnostics: [{ message: expect.stringMatching(/^no JSON/) as string, place: { line: 1 } }],
      });
  });

  it('takes what came whole of a download that broke off, and keeps where it did', async () => {
    const text = JSON.stringify(
      { version, checkouts: [CHECKOUT], tests: [TEST, { ...TEST, id: 'ci:t2' }] },
      null,
      1,
    );
    const whole = await read(text);
    const cut = await read(text.slice(0, text.lastIndexOf('"id"') + 3));
    const came = cut.events.filter((e) => e.type !== 'RecordRejected');
    expect(came.map((e) => [e.stream, e.payload])).toEqual(
      whole.events.slice(0, 2).map((e) => [e.stream, e.payload]),
    );
    expect(rejectsOf(cut.events)).toEqual([
      'the file ends within its JSON: what was whole before that was read',
    ]);
    expect(cut.events.at(-1)?.payload).toMatchObject({
      excerpt: expect.stringMatching(/^\{\s*"i/) as string,
    });
    expect(cut.events.at(-1)?.locator).toMatch(/:\d+$/);
    // Wrong before it ends, it is no JSON.
    await expect(read(text.replace('"tests"', 'tests').slice(0, -3))).rejects.toThrow(/no JSON/);
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
