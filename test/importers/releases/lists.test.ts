import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predecessorsIn } from '../../../importers/releases/numbering.ts';
import { releaseGraph } from '../../../queries/releases/release-graph.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { stored } from '../../support/facts-model.ts';
import { read, rejectsOf } from '../support.ts';

const KERNEL_ORG = {
  latest_stable: { version: '7.2.2' },
  releases: [
    {
      moniker: 'mainline',
      version: '7.3-rc1',
      iseol: false,
      released: { timestamp: 1788122080, isodate: '2026-08-30' },
      pgp: null,
      changelog: null,
      diffview: 'https://git.kernel.org/torvalds/ds/v7.3-rc1/v7.2',
    },
    {
      moniker: 'stable',
      version: '7.2.2',
      iseol: false,
      released: { timestamp: 1787898327, isodate: '2026-08-28' },
      diffview: 'https://git.kernel.org/stable/ds/v7.2.2/v7.2.1',
    },
    {
      moniker: 'stable',
      version: '7.1.12',
      iseol: true,
      released: { timestamp: 1787898280, isodate: '2026-08-28' },
      diffview: 'https://git.kernel.org/stable/ds/v7.1.12/v7.1.11',
    },
    {
      moniker: 'linux-next',
      version: 'next-20260828',
      iseol: false,
      released: { timestamp: 1787875200, isodate: '2026-08-28' },
      source: null,
      diffview: null,
    },
  ],
};

function releasesOf(events: readonly NewEvent[]) {
  return events.flatMap((e) => (e.type === 'ReleaseRecorded' ? [e.payload] : []));
}

function linesOf(events: readonly NewEvent[]) {
  return events.flatMap((e) => (e.type === 'LineRecorded' ? [e.payload] : []));
}

describe('releases.json of kernel.org', () => {
  it('gives releases with their instants, what each continues, and lines that ended', async () => {
    const { format, events } = await read(JSON.stringify(KERNEL_ORG, null, 2));
    expect(format).toBe('kernel-org');
    expect(releasesOf(events).map((r) => [r.release, r.line, r.date, r.predecessor])).toEqual([
      ['v7.3-rc1', 'mainline', '2026-08-30T20:34:40Z', 'v7.2'],
      ['v7.2', 'mainline', undefined, undefined],
      ['v7.2.2', '7.2.y', '2026-08-28T06:25:27Z', 'v7.2.1'],
      ['v7.2.1', '7.2.y', undefined, undefined],
      ['v7.1.12', '7.1.y', '2026-08-28T06:24:40Z', 'v7.1.11'],
      ['v7.1.11', '7.1.y', undefined, undefined],
      ['v7.1', 'mainline', undefined, undefined],
      ['next-20260828', 'next', '2026-08-28T00:00:00Z', undefined],
    ]);
    expect(linesOf(events).map((l) => [l.line, l.base, l.moniker, l.ended])).toEqual([
      ['7.2.y', 'v7.2', 'stable', undefined],
      ['7.1.y', 'v7.1', 'stable', '2026-08-28T06:24:40Z'],
    ]);
    expect(events.map((e) => e.knownAt)).not.toContain(null);
  });

  it('says the same when the order of keys differs, and in a file beside it', async () => {
    const turned = { releases: KERNEL_ORG.releases, latest_stable: KERNEL_ORG.latest_stable };
    const ids = async (json: unknown) =>
      new Set(stored((await read(JSON.stringify(json))).events).map((e) => e.id));
    expect(await ids(turned)).toEqual(await ids(KERNEL_ORG));
  });

  it('takes nulls and what was cut down, and keeps what is no release', async () => {
    const { events } = await read(
      JSON.stringify({
        latest_stable: null,
        releases: [
          { version: '6.1', moniker: 'mainline', released: null, iseol: null },
          { version: 'a kernel', moniker: 'stable' },
          { moniker: 'stable', iseol: false },
          null,
        ],
      }),
    );
    expect(releasesOf(events)).toEqual([
      { confidence: 'verified', rev: 1, release: 'v6.1', line: 'mainline' },
    ]);
    expect(rejectsOf(events)).toHaveLength(3);
  });
});

describe('lists of endoflife.date', () => {
  it('follow the numbers, wherever a version stands in the file', async () => {
    const versions = Object.fromEntries(
      ['6.18.2', '6.19', '6.18', '6.18.1', '6.17', '6.20', '7.0'].map((name, i) => [
        name,
        { name, date: `2026-01-0${i + 1}` },
      ]),
    );
    const { format, events } = await read(JSON.stringify({ releases: {}, versions }, null, 2));
    expect(format).toBe('endoflife');
    expect(Object.fromEntries(releasesOf(events).map((r) => [r.release, r.predecessor]))).toEqual({
      'v6.17': undefined,
      'v6.18': 'v6.17',
      'v6.19': 'v6.18',
      'v6.20': 'v6.19',
      'v7.0': 'v6.20',
      'v6.18.1': 'v6.18',
      'v6.18.2': 'v6.18.1',
    });
  });

  it('conclude that a line ended that was silent for a year, and from which day that can be known', async () => {
    const { events } = await read(
      '{"versions":{"6.1":"2022-12-11","6.1.9":"2023-02-01","6.2.1":"2023-02-25","6.1.99":"2024-02-24","6.3.1":"2024-02-25"}}',
    );
    expect(
      events.flatMap((e) =>
        e.type === 'LineRecorded' ? [[e.payload.line, e.payload.ended, e.knownAt]] : [],
      ),
    ).toEqual([['6.2.y', '2023-02-25', '2024-02-25']]);
  });

  it('are read in their oldest form too, and keep what has no date', async () => {
    const { events } = await read('{"versions":{"6.1":"2022-12-11","6.2":"soon","6.3":17}}');
    expect(releasesOf(events).map((r) => [r.release, r.date])).toEqual([['v6.1', '2022-12-11']]);
    expect(rejectsOf(events)).toHaveLength(2);
  });

  it('tell of the end of a line only once it is past', async () => {
    const { format, events } = await read(
      JSON.stringify([
        {
          cycle: '7.2',
          releaseDate: '2026-08-16',
          eol: '2026-11-30',
          latest: '7.2.2',
          latestReleaseDate: '2026-08-28',
        },
        {
          cycle: '6.19',
          releaseDate: '2026-02-08',
          eol: '2026-04-22',
          latest: '6.19.14',
          latestReleaseDate: '2026-04-22',
        },
        {
          cycle: '6.13',
          releaseDate: '2025-01-19',
          eol: true,
          latest: '6.13.12',
          latestReleaseDate: '2025-04-20',
        },
        { cycle: '6.3', releaseDate: '2023-04-23', eol: 'never' },
        { cycle: 5.1, eol: false },
      ]),
    );
    expect(format).toBe('endoflife-cycles');
    expect(linesOf(events).map((l) => [l.line, l.ended])).toEqual([
      ['7.2.y', undefined],
      ['6.19.y', '2026-04-22'],
      ['6.13.y', '2025-04-20'],
      ['6.3.y', undefined],
    ]);
    // A number has lost its zero: 5.1 may be 5.10.
    expect(rejectsOf(events)).toEqual([
      'the end of the line is neither a day nor true or false',
      'no cycle of kernel releases',
    ]);
  });
});

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const C = 'c'.repeat(40);

describe('plain lists', () => {
  it('take a version a line, with a day or without', async () => {
    const { format, events } = await read(
      '# mine\nv6.18\n6.19-rc1 2025-12-14\n\n6.18.1, 2025-12-12\nnext-20260423\n',
    );
    expect(format).toBe('release-list');
    expect(releasesOf(events).map((r) => [r.release, r.line, r.date, r.predecessor])).toEqual([
      ['v6.18', 'mainline', undefined, undefined],
      ['v6.19-rc1', 'mainline', '2025-12-14', 'v6.18'],
      ['v6.18.1', '6.18.y', '2025-12-12', 'v6.18'],
      ['next-20260423', 'next', undefined, undefined],
    ]);
  });

  it('peel the tags of git ls-remote', async () => {
    const { events } = await read(
      `${C}\tHEAD\n${A}\trefs/tags/v6.18\n${B}\trefs/tags/v6.18^{}\n${C}\trefs/tags/v6.18.1\n${A}\trefs/tags/backup\n`,
    );
    expect(releasesOf(events).map((r) => [r.release, r.commit, r.tagObject])).toEqual([
      ['v6.18', B, A],
      ['v6.18.1', C, undefined],
    ]);
    expect(rejectsOf(events)).toEqual(['the tag backup is no kernel release']);
  });

  it('name no commit where the dump does not tell tags from commits', async () => {
    const { events } = await read(`${A}\trefs/tags/v6.18\n${B}\trefs/tags/v6.19\n`);
    expect(releasesOf(events).map((r) => r.commit)).toEqual([undefined, undefined]);
  });

  it('keep every line that is neither version nor tag', async () => {
    const good = 'v6.18\n'.repeat(3);
    const { events } = await read(`${good}v6.18.1 2026-13-45\n`).catch(() => ({ events: [] }));
    expect(rejectsOf(events)).toEqual(['no kernel version with a date']);
  });

  it('are known though a line in ten is something else, and not where more are', async () => {
    const tags = Array.from({ length: 10 }, (_, i) => `${A}\trefs/tags/v6.${i}`).join('\n');
    const { format, events } = await read(`${tags}\nfatal: the remote end hung up\n`);
    expect(format).toBe('release-list');
    expect(releasesOf(events)).toHaveLength(10);
    expect(rejectsOf(events)).toEqual(['neither a version nor a tag']);
    await expect(read(`${tags}\nfatal: a\nfatal: b\n`)).rejects.toThrow('not recognised');
  });
});

describe('together', () => {
  it('sources that know more and less of one release make one release', async () => {
    const lists = [
      '{"versions":{"6.18":"2025-11-30","6.19":"2026-02-08","6.19.1":"2026-02-16"}}',
      `${C}\trefs/tags/v6.18\n${A}\trefs/tags/v6.19-rc8\n${B}\trefs/tags/v6.19-rc8^{}\n${C}\trefs/tags/v6.19\n`,
      JSON.stringify({
        releases: [
          {
            version: '6.19',
            moniker: 'mainline',
            iseol: false,
            released: { timestamp: 1770584400, isodate: '2026-02-08' },
            diffview: null,
          },
        ],
      }),
    ];
    const orders = [lists, lists.toReversed()];
    const graphs = await Promise.all(
      orders.map(async (order) =>
        releaseGraph(stored((await Promise.all(order.map((l) => read(l)))).flatMap((r) => r.events))),
      ),
    );
    for (const graph of graphs) {
      expect(graph.order).toEqual(['v6.18', 'v6.19-rc8', 'v6.19', 'v6.19.1']);
      expect(graph.releases.get('v6.19')).toMatchObject({
        date: '2026-02-08T21:00:00Z',
        predecessor: 'v6.19-rc8',
        line: 'mainline',
      });
    }
  });
});

describe('numbers', () => {
  const name = fc
    .tuple(
      fc.integer({ min: 3, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      fc.option(fc.integer({ min: 1, max: 4 })),
      fc.boolean(),
    )
    .map(([a, b, c, rc]) => (c === null ? `v${a}.${b}` : rc ? `v${a}.${b}-rc${c}` : `v${a}.${b}.${c}`));

  it('never lead in a circle, and lead only to what the list has', () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const before = predecessorsIn(names);
        for (const one of names) {
          const seen = new Set<string>();
          for (let at: string | undefined = one; at !== undefined; at = before.get(at)) {
            expect(seen.has(at)).toBe(false);
            expect(names).toContain(at);
            seen.add(at);
          }
        }
      }),
    );
  });
});

describe('hostile lists', () => {
  it('are read or refused, and lose no line', async () => {
    const samples = [
      JSON.stringify(KERNEL_ORG),
      '{"versions":{"6.1":{"name":"6.1","date":"2022-12-11"}}}',
      '[{"cycle":"6.19","releaseDate":"2026-02-08","eol":"2026-04-22"}]',
      `${A}\trefs/tags/v6.18\n${B}\trefs/tags/v6.18^{}\n`,
    ];
    for (const sample of samples)
      for (let end = 1; end < sample.length; end += 7) await read(sample.slice(0, end)).catch(refusal);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom('v6.1', '6.1.2 2026-01-01', `${A}\trefs/tags/v6.2`), fc.string())),
        async (lines) => {
          const text = lines.map((l) => l.replace(/[\r\n\0]/g, ' ')).join('\n');
          await read(text).catch(refusal);
        },
      ),
      { numRuns: 50 },
    );
  });
});

function refusal(error: unknown): void {
  const { name, message } = error as Error;
  if (name !== 'InputError' && message !== 'not recognised') throw error as Error;
}
