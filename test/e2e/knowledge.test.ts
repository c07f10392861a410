import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineIn } from '../support/built-command.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-knowledge-'));
  expect(regline('import', 'facts', 'test/fixtures/pipes').status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineIn(folder, ...args);

const json = (...args: readonly string[]) =>
  JSON.parse(regline(...args, '--format', 'json').stdout) as Record<string, unknown>;

it('exits 1 with the reason where a check fails, 0 where it passes', () => {
  const failing = regline('check', '--release', 'v2.1', '--arch', 's390', '--consumer', 'shell');
  expect([failing.status, failing.stdout]).toEqual([
    1,
    expect.stringMatching(/shell on v2\.1, s390: broken \(reported\)/),
  ]);
  expect(regline('check', '--release', 'v2.1.2', '--arch', 's390', '--consumer', 'shell').status).toBe(0);
  const early = [
    'check',
    '--release',
    'v2.1',
    '--arch',
    's390',
    '--consumer',
    'shell',
    '--as-of',
    '2021-03-04',
  ];
  expect(regline(...early).status).toBe(1);
  expect(json(...early)).toMatchObject({
    schema: 'regline.check/1',
    reasons: [{ reason: 'unknown' }],
  });
});

it('thinks a file of facts through, refuses a wrong one with its place, and leaves the log alone', () => {
  const before = regline('log', '--format', 'json').stdout;
  const file = join(folder, 'thought.yaml');
  const fact = (release: string) => `dataset: thought
sources:
  zoe: { cite: "<zoe@example.org>", by: Zoe, known: "2021-07-01" }
breakage:
  - { key: zoe-1, consumer: shell, says: broken, archs: [riscv], releases: ["${release}"], source: zoe }
`;
  writeFileSync(file, fact('v2.1.1'));
  expect(json('what-if', '--with', file)).toMatchObject({
    schema: 'regline.what-if/1',
    flips: [
      {
        consumer: 'shell',
        variant: null,
        arch: 'riscv',
        from: 'v2.1.1',
        to: 'v2.1.1',
        after: { status: 'broken' },
      },
      // What embeds the shell is broken with it.
      { consumer: 'shell', variant: 'guarded', arch: 'riscv', from: 'v2.1.1', after: { status: 'broken' } },
    ],
  });
  writeFileSync(file, fact('v9.9'));
  expect(regline('what-if', '--with', file)).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/thought\.yaml:5.*v9\.9/) as string,
  });
  expect(regline('log', '--format', 'json').stdout).toBe(before);
});

it('pairs the results of two releases', () => {
  for (const [release, outcome] of [
    ['v2.1', 'ok'],
    ['v2.1.1', 'not ok'],
  ] as const) {
    const file = join(folder, `${release}.log`);
    writeFileSync(file, `TAP version 13\n1..1\n${outcome} 1 selftests: pipes: limit_test\n`);
    regline(
      'import',
      'ktap',
      file,
      '--release',
      release,
      '--arch',
      'riscv',
      '--origin',
      'ci',
      '--known-at',
      '2021-05',
    );
  }
  expect(json('changes', 'v2.1', 'v2.1.1')).toMatchObject({
    schema: 'regline.changes/1',
    changes: [{ test: 'kselftest.pipes.limit_test', class: 'regression', arch: 'riscv' }],
  });
  expect(regline('changes', 'v2.1', 'v2.1.1').stdout).toMatch(
    /^kselftest\.pipes\.limit_test +riscv +pass +fail +[0-9a-f]{8}#0/m,
  );
  expect(regline('changes', 'v2.1', 'nowhere').status).toBe(2);
  // A mistyped class would show nothing, as if there were no regression.
  const mistyped = regline('changes', 'v2.1', 'v2.1.1', '--only', 'regresion');
  expect([mistyped.status, mistyped.stdout, mistyped.stderr]).toEqual([
    2,
    '',
    expect.stringMatching(/there is no class "regresion"[\s\S]*regression/) as string,
  ]);
  // Nothing that is recorded explains the failure: it opens a regression by itself.
  expect((json('regressions').regressions as { title: string }[]).map((r) => r.title)).toContain(
    'kselftest.pipes.limit_test fails on riscv since v2.1.1',
  );
});

it('believes in a known issue until its day; later it has to be proved again', () => {
  const file = join(folder, 'known.log');
  writeFileSync(file, 'TAP version 13\n1..1\nnot ok 1 selftests: pipes: splice_test\n');
  const place = ['--release', 'v2.1.1', '--arch', 'riscv', '--origin', 'ci', '--known-at', '2021-05'];
  regline('import', 'ktap', file, ...place);
  const kind = () => {
    const { changes } = json('changes', 'v2.1', 'v2.1.1', '--tests', '*splice_test') as {
      changes: { class: string }[];
    };
    return changes.map((c) => c.class);
  };
  const state = (until: string) =>
    regline(
      'record',
      'attributed',
      'test=kselftest.pipes.splice_test',
      'cause=known-issue',
      `until=${until}`,
      'why=a race in the test',
      '--source',
      `<${until}@example.org>`,
      '--by',
      'Eve',
      '--known',
      '2021-03-01',
    );
  expect(kind()).toEqual(['new-failure']);
  expect(state('2021-04-30').stderr).toBe('');
  expect(kind()).toEqual(['new-failure']);
  expect(state('2021-06-30').status).toBe(0);
  expect(kind()).toEqual(['known-issue']);
});

it('takes no decision without a reason, or of what is not there', () => {
  const [{ id }] = json('regressions').regressions as [{ id: string }];
  expect(regline('split', id, '--archs', 'riscv').status).toBe(2);
  expect(regline('split', id, '--archs', 'mips', '--reason', 'x').stderr).toMatch(/does not have "mips"/);
  expect(regline('merge', id, id, '--reason', 'x')).toMatchObject({ status: 2 });
  expect(regline('settle', 'nothing', '--keep', 'x', '--reason', 'x').stderr).toMatch(/no dispute/);
});

it.each([
  [['contradictions'], 'regline.contradictions/1'],
  [['diff', '--from', '2021-03-04', '--to', '2021-04-30'], 'regline.diff/1'],
  [['report', '--since', '2021-03-04', '--until', '2021-04-30'], 'regline.report/1'],
  [['regressions'], 'regline.regressions/1'],
])('%j answers as text, Markdown and JSON, in the same bytes every time', (args, schema) => {
  expect(json(...args).schema).toBe(schema);
  for (const format of ['text', 'markdown']) {
    const once = regline(...args, '--format', format);
    expect([once.status, once.stdout.length > 0, once.stderr]).toEqual([0, true, '']);
    expect(regline(...args, '--format', format).stdout).toBe(once.stdout);
  }
});
