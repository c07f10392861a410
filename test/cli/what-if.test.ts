import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-what-if-'));
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const thought = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await regline('what-if', ...args, '--format', 'json')).stdout);
const idOf = async (stream: string) => {
  const { stdout } = await regline('log', '--stream', `pipes/${stream}`, '--format', 'json');
  return (JSON.parse(stdout) as { events: [{ id: string }] }).events[0].id;
};

it('takes a file of results in thought: what flips, and what it contradicts', async () => {
  const log = file('run.log', 'TAP version 13\n1..1\nnot ok 1 selftests: pipes: wake_test\n');
  const before = (await regline('stats', '--format', 'json')).stdout;
  const place = ['--release', 'v2.2-rc2', '--arch', 'riscv', '--origin', 'lab'];
  expect(await thought('--with', log, ...place, '--consumers', 'shell')).toMatchObject({
    with: [{ says: 'lab ran 1 test on v2.2-rc2 riscv' }],
    flips: [
      {
        consumer: 'shell',
        variant: null,
        arch: 'riscv',
        from: 'v2.2-rc2',
        before: { status: 'works' },
        after: { status: 'broken', basis: 'tested' },
      },
    ],
    contradictions: {
      gone: [],
      new: ['prediction-observation: kselftest.pipes.wake_test on riscv at v2.2-rc2'],
    },
  });
  expect((await regline('stats', '--format', 'json')).stdout).toBe(before);
  // An architecture is taken in the spelling of a tool, too.
  expect(
    await thought('--with', log, '--release', 'v2.2-rc2', '--arch', 'riscv64', '--origin', 'lab'),
  ).toMatchObject({ with: [{ says: 'lab ran 1 test on v2.2-rc2 riscv' }] });
  const nowhere = await regline('what-if', '--with', log, '--release', 'v9.9', '--arch', 'riscv');
  expect([nowhere.status, nowhere.stderr]).toEqual([
    0,
    'v9.9 is no recorded release: no cell speaks of it\n',
  ]);
});

it('tells which moves and predictions are others where it is asked to', async () => {
  const without = ['--without', await idOf('shell-wake')];
  const page = async (...args: readonly string[]) => (await regline('what-if', ...without, ...args)).stdout;
  expect(await page()).not.toContain('Moves');
  expect(Object.keys((await thought(...without)) as object)).not.toContain('moves');
  const told = (await thought(...without, '--moves')) as { moves: { gone: string[]; new: string[] } };
  expect(told.moves.gone.length).toBeGreaterThan(0);
  expect(await page('--moves')).toContain('Moves');
});

it('takes what an import would take: the kernel of a console beside its tests, and metadata beside results', async () => {
  const says = async (...args: readonly string[]) =>
    ((await thought('--with', ...args)) as { with: readonly { says: string }[] }).with.map((w) => w.says);
  const log = file(
    'console.log',
    '[    0.000000] Linux version 2.2.0-rc2 (b@h) #1\n[    1.000000] Run /init as init process\n' +
      'TAP version 13\n1..1\nok 1 selftests: pipes: wake_test\n',
  );
  expect(await says(log, '--arch', 'riscv', '--origin', 'lab')).toHaveLength(2);
  mkdirSync(join(folder, 'job'));
  file('job/tests.json', '{"kselftest-pipes/wake_test": "fail", "kselftest-pipes/b": "pass"}');
  file('job/metadata.json', '{"git_describe": "v2.2-rc2", "arch": "riscv", "job_id": "7"}');
  expect(await says(join(folder, 'job'))).toEqual(['unknown ran 2 tests on v2.2-rc2 riscv']);
});

it('says what is told otherwise of a regression, and which contradictions go', async () => {
  const bisect = (await idOf('ada-bisect')).slice(0, 8);
  const { regressions } = (await thought('--without', bisect)) as {
    regressions: { changed: readonly { says: readonly string[] }[] };
  };
  expect(regressions.changed.flatMap((r) => r.says)).toEqual([
    `nothing more of 222222222222: bisect by Ada (<ada-1@example.org>) [${bisect}]`,
  ]);
  const dispute = (await idOf('may-it-be-lazy')).slice(0, 8);
  expect(await thought('--without', dispute)).toMatchObject({
    flips: [],
    // Undeclared, the one still denies what the other reports.
    contradictions: {
      gone: [expect.stringMatching(/^dispute: may-it-be-lazy/) as string],
      new: [expect.stringMatching(/^claim-claim: whether R-8b54e6c9 is a regression/) as string],
    },
  });
});

it('flips in thought what a retraction flips in fact', async () => {
  const backport = await idOf('333333333333.2.1.y');
  const { flips } = (await thought('--without', backport.slice(0, 10))) as {
    flips: readonly { consumer: string; arch: string; from: string; after: { status: string } }[];
  };
  expect(flips.map((f) => [f.consumer, f.arch, f.from, f.after.status])).toEqual([
    ['shell', 's390', 'v2.1.2', 'broken'],
    ['shell', 's390', 'v2.1.2', 'broken'],
  ]);
  const cells = async () => {
    const { stdout } = await regline('table', '--releases', 'v2.1.2', '--archs', 's390', '--format', 'json');
    const table = JSON.parse(stdout) as { cells: readonly { consumer: string; status: string }[] };
    return table.cells.map((c) => `${c.consumer} ${c.status}`);
  };
  const before = await cells();
  await regline('retract', backport.slice(0, 10), '--reason', 'it was another branch');
  const after = await cells();
  expect(after.filter((c, i) => c !== before[i])).toEqual(['shell broken', 'shell broken']);
});

it('refuses a file with its place, whatever it is', async () => {
  const bad = file(
    'bad.yaml',
    'dataset: x\nsources:\n  zoe: { cite: "<z@example.org>", by: Zoe, known: "2021-07-01" }\nbreakage:\n  - { key: a, consumer: shel, says: broken, source: zoe }\n',
  );
  const { status, stderr } = await regline('what-if', '--with', bad);
  expect([status, stderr]).toEqual([3, expect.stringMatching(/bad\.yaml:5:.*shel/) as string]);
  expect((await regline('what-if', '--with', file('odd', '\u0001\u0002'))).status).toBe(3);
  expect((await regline('what-if', '--with', join(folder, 'none.yaml'))).status).toBe(3);
});

it('counts what could not be understood, however much it is', async () => {
  const pieces = `{"version": {"major": 5, "minor": 3}, "tests": [${Array(200_000).fill('[]').join()}]}`;
  const path = file('pieces.json', pieces);
  const { status, stderr } = await regline('what-if', '--with', path);
  expect([status, stderr]).toEqual([
    3,
    `200000 pieces could not be understood\n${path}: error: it says nothing that can be taken in thought\n`,
  ]);
});

it('tells the cells of a consumer that would not be recorded, as a retraction takes them away', async () => {
  const id = await idOf('mixer');
  const { flips } = (await thought('--without', id)) as {
    flips: readonly { consumer: string; before: unknown; after: unknown }[];
  };
  expect(flips.length).toBeGreaterThan(0);
  for (const { consumer, before, after } of flips) {
    expect([consumer, after]).toEqual(['mixer', null]);
    expect(before).not.toBeNull();
  }
  expect(await thought('--without', id, '--consumers', 'mixer')).toMatchObject({ flips });
  expect(await thought('--without', id, '--consumers', 'shell')).toMatchObject({ flips: [] });
});

it('takes a fact away once, however often it is named', async () => {
  const id = await idOf('ada-bisect');
  const twice = (await thought('--without', id, '--without', id.slice(0, 12))) as { without: unknown[] };
  expect(twice.without).toHaveLength(1);
});

it('tells what else is answered otherwise where no verdict flips: milestones, who runs the tests, what a CI does', async () => {
  const [began] = (
    JSON.parse((await regline('coverage', '--format', 'json')).stdout) as {
      entries: { state: string; arch: string | null; event: string }[];
    }
  ).entries.filter((e) => e.state === 'began' && e.arch === 's390');
  const text = (await regline('what-if', '--without', began!.event)).stdout.replace(/\s+/g, ' ');
  expect(text).toContain('No verdict flips.');
  expect(text).toMatch(/- R-[0-9a-f]{8}: covered 2021-04-06 → not known: /);
  expect(text).toMatch(/on s390: run by nobody as far as is known, not by lab/);
  expect(text).toMatch(/Coverage - gone: lab runs \S+ on s390, mainline since 2021-04-06/);
});

it('tells what one switch away from its default breaks, and how often a guard refuses needlessly', async () => {
  const apart = async (...args: readonly string[]) =>
    ((await thought(...args)) as { apart: { gone: string[]; new: string[] } }).apart;
  const guard = (needless: string) =>
    expect.stringMatching(
      `^R-[0-9a-f]{8} shell/guarded refuses 2\\.2 and newer on s390, riscv; needlessly in ${needless} cells: v2\\.2-rc1\\.\\.$`,
    ) as string;
  expect(await apart('--without', await idOf('shell/guarded'))).toEqual({ gone: [guard('3 of 4')], new: [] });
  expect(await apart('--without', await idOf('shell-wake'))).toEqual({
    gone: [guard('3 of 4')],
    new: [guard('4 of 4')],
  });
  const facts = file(
    'eager.yaml',
    `dataset: eager
sources: { zoe: { cite: "<zoe-1@example.org>", by: Zoe, known: "2021-04-05" } }
sets: [{ key: eager-half, behaviour: pipes.limit, change: "${'2'.repeat(40)}", value: half, when: CONFIG_EAGER == y, elsewhere: unchanged, source: zoe }]
`,
  );
  expect(await apart('--with', facts)).toEqual({
    gone: [],
    new: [
      expect.stringMatching(
        / pipes\.limit = half breaks contract on s390, riscv with CONFIG_EAGER=y .*: v2\.1-rc1\.\./,
      ),
    ],
  });
});
