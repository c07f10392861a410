import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-questions-'));
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function refused(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await regline(...args);
  expect([status, stdout]).toEqual([2, '']);
  return stderr;
}

describe('two moments', () => {
  it('are named by their options where they are no dates', async () => {
    expect(await refused('diff', '--from', 'v2.0')).toMatch(/--from "v2.0" is no date/);
    expect(await refused('report', '--since', '2021-06', '--until', 'now')).toMatch(
      /--until "now" is no date/,
    );
  });

  it('are asked about from the earlier to the later', async () => {
    expect(await refused('diff', '--from', '2021-06-02', '--to', '2021-06-01')).toMatch(
      /--to 2021-06-01 lies before --from 2021-06-02/,
    );
    expect(await refused('report', '--since', '2021-06-02', '--until', '2021-06-01')).toMatch(
      /--until 2021-06-01 lies before --since 2021-06-02/,
    );
    // A report tells of its first day or month from the beginning.
    for (const [since, until] of [
      ['2021-06-01', '2021-06-01'],
      ['2021-06', '2021-06-10'],
    ] as const)
      expect(await regline('report', '--since', since, '--until', until)).toMatchObject({ status: 0 });
  });
});

describe('explain', () => {
  it('names what a mistyped behaviour or consumer may have meant', async () => {
    expect(await refused('explain', 'pipes.limt')).toMatch(
      /no consumer, change, behaviour or event "pipes.limt" is recorded\n.*did you mean: pipes.limit/,
    );
    expect(await refused('explain', 'shel')).toMatch(/did you mean: shell/);
  });

  it('takes the beginning of an id for a regression only where one begins so', async () => {
    const { stdout } = await regline('culprits', '--format', 'json');
    const ids = (JSON.parse(stdout) as { regressions: { id: string }[] }).regressions.map((r) => r.id);
    const begins = (n: number) => ids.filter((id) => id.startsWith(ids[0]!.slice(0, n)));
    const whole = [3, 4, 5, 6].find((n) => begins(n).length === 1)!;
    expect((await regline('explain', ids[0]!.slice(0, whole))).stdout).toContain(ids[0]);
    expect(await refused('explain', 'R-fffffff')).toMatch(/no regression "R-fffffff"/);
  });
});

it('names the statements that a dispute leaves to choose from', async () => {
  const more = join(folder, 'more.yaml');
  writeFileSync(
    more,
    `dataset: more
sources:
  zoe: { cite: "<zoe@example.org>", by: Zoe, known: "2021-07-01" }
notes:
  - { key: one, about: shell, text: it works, source: zoe }
  - { key: two, about: shell, text: it does not, source: zoe }
disputes:
  - { dispute: which, statements: [one, two], why: they differ, source: zoe }
`,
  );
  expect(await regline('import', 'facts', more)).toMatchObject({ status: 0 });
  expect(await refused('settle', 'which', '--reason', 'asked them')).toMatch(
    /say which statements stay\n {2}--keep one of: more\/one, more\/two/,
  );
});

it('says that there is nothing, where a log is empty', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'));
  const { stdout } = await reglineHere(empty, 'init');
  expect(stdout).toBe('the log is ready\n');
  expect((await reglineHere(empty, 'verify')).stdout).toBe('the log is empty\n');
  expect((await reglineHere(empty, 'table')).stdout).toBe('there is no cell to show\n');
  expect((await reglineHere(empty, 'timeline')).stdout).toBe('there is nobody to show\n');
});

describe('a consumer by its version', () => {
  let shipped: string;
  const ask = (...args: readonly string[]) => reglineHere(shipped, ...args);
  beforeAll(async () => {
    shipped = mkdtempSync(join(tmpdir(), 'regline-versions-'));
    expect((await ask('import', 'facts', 'data/rseq')).status).toBe(0);
  });
  afterAll(() => {
    rmSync(shipped, { recursive: true, force: true });
  });

  it.each([
    ['mongodb/8.0.10', 'mongodb/8.0.0-8.0.20'],
    ['mongodb/8.0.40', 'mongodb/8.0.35+'],
    ['glibc/2.38', 'glibc/2.35-2.40'],
    ['glibc/2.42', 'glibc'],
    ['mongodb/8.2', 'mongodb/8.2'],
  ])('%s is %s', async (version, variant) => {
    const { stdout } = await ask('explain', version, 'v7.1', 'x86_64');
    expect(stdout.split(' ', 1)[0]).toBe(variant);
  });

  it('is all variants that have some of it, and none where nobody has it', async () => {
    const { stdout } = await ask(
      ...[
        'table',
        '--consumers',
        'mongodb/8.0',
        '--releases',
        'v7.1',
        '--archs',
        'arm64',
        '--format',
        'json',
      ],
    );
    const { cells } = JSON.parse(stdout) as { cells: readonly { variant: string }[] };
    expect(cells.map((c) => c.variant)).toEqual([
      '8.0.0-8.0.20',
      '8.0.21-8.0.29',
      '8.0.30-8.0.34',
      '8.0.35+',
    ]);
    expect((await ask('explain', 'mongodb/11.0', 'v7.1', 'x86_64')).stderr).toMatch(
      /no consumer "mongodb\/11.0"/,
    );
  });

  it('is what a question about a release alone asks for', async () => {
    const { status, stderr } = await ask('explain', 'v7.0.7');
    expect(status).toBe(2);
    expect(stderr).toMatch(/which consumer of v7\.0\.7\?\n.*regline release-note v7\.0\.7/);
  });

  it('reads in the note of a release what is new since the one before, candidates passed over', async () => {
    const since = async (release: string) => {
      const { stdout } = await ask('release-note', release, '--format', 'json', '--consumers', 'tcmalloc');
      return JSON.parse(stdout) as { since: string; broken: readonly unknown[] };
    };
    expect(await since('v6.19')).toMatchObject({ since: 'v6.18' });
    expect((await since('v6.19')).broken.length).toBeGreaterThan(0);
    expect(await since('v7.0.1')).toMatchObject({ since: 'v7.0' });
    expect(await since('v7.1-rc3')).toMatchObject({ since: 'v7.1-rc2' });
  });

  it('is asked for where several variants could be meant', async () => {
    const { status, stderr } = await ask('explain', 'mongodb', 'v7.1', 'x86_64');
    expect(status).toBe(2);
    expect(stderr).toMatch(/which mongodb\?\n.*did you mean: mongodb\/7.0\n.*mongodb\/8.0.0-8.0.20/);
  });
});

describe('a moment', () => {
  it('stands in the title of a page, so that one that is kept is not taken for what is known now', async () => {
    const title = async (...args: readonly string[]) => (await regline(...args)).stdout.split('\n')[0];
    const check = ['check', '--release', 'v2.0', '--consumer', 'shell'];
    expect(await title(...check, '--as-of', '2021-05')).toMatch(/ cells? as of 2021-05$/);
    expect(await title('coverage', '--as-of', '2021-05')).toBe('Coverage as of 2021-05');
    expect(await title('coverage', '--as-recorded', '60', '--format', 'markdown')).toBe(
      '# Coverage, as recorded at 60',
    );
    expect(await title('table-diff', '--from', '2021-05-01')).toBe(
      'What is seen otherwise now than on 2021-05-01',
    );
  });

  it('is no position that the log does not have', async () => {
    const { status, stderr } = await regline('coverage', '--as-recorded', '99999');
    expect(status).toBe(2);
    expect(stderr).toMatch(/--as-recorded 99999 lies beyond the log\n.*its last position is \d+/);
  });

  it('is named where a release was not known by then, and one that is mistyped is suggested', async () => {
    expect(await refused('explain', 'shell', 'v2.1.2', 's390', '--as-of', '2021-01')).toContain(
      'no release "v2.1.2" is known by 2021-01',
    );
    expect(await refused('explain', 'shell', 'v2.1.3', 's390')).toMatch(
      /no release "v2\.1\.3" is recorded\n.*did you mean: v2/,
    );
  });

  it('is named where a regression was not known by then', async () => {
    const { regressions } = JSON.parse((await regline('regressions', '--format', 'json')).stdout) as {
      regressions: readonly { id: string }[];
    };
    const asked = ['escape', regressions[0]!.id, '--as-of', '2020-06'];
    expect(await refused(...asked)).toContain(`no regression "${regressions[0]!.id}" is known by 2020-06`);
  });
});

describe('a claim that names no release', () => {
  it('is told as such wherever the regression that it opens is', async () => {
    const log = ['--db', join(folder, 'placeless.db')];
    expect((await regline('import', 'facts', 'test/fixtures/pipes', ...log)).status).toBe(0);
    const fact = [
      'breakage',
      'says=broken',
      'consumer=logger',
      '--source',
      '<zoe@example.org>',
      '--known',
      '2021-07',
    ];
    expect((await regline('record', ...fact, ...log)).status).toBe(0);
    const says = async (...args: readonly string[]) =>
      (await regline(...args, ...log)).stdout.replace(/\s+/g, ' ');
    const unnamed = 'no release that is recorded is named';
    const [, id = ''] = /(R-[0-9a-f]+) something breaks logger/.exec(await says('culprits'))!;
    expect(await says('culprits', id)).toContain(` affected ${unnamed} `);
    expect(await says('culprits', id, '--format', 'markdown')).not.toMatch(/first bad|never/);
    expect(await says('explain', id)).toContain(`something breaks logger; ${unnamed} `);
    expect(await says('regressions')).toContain(`something breaks logger; ${unnamed}; `);
    expect(await says('escape', id)).toContain(`released not known – – ${unnamed.slice(0, 20)}`);
  });
});
