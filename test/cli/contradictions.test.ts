import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-contradictions-'));
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineHere(folder, ...args);

async function take(name: string, content: string, ...options: readonly string[]): Promise<void> {
  const file = join(folder, name);
  writeFileSync(file, content);
  expect(await regline('import', 'auto', file, ...options)).toMatchObject({ status: 0, stderr: '' });
}

interface Found {
  readonly kind: string;
  readonly about: string;
  readonly sides: readonly { readonly says: string; readonly evidence: readonly string[] }[];
  readonly settles: string;
  readonly run: unknown;
  readonly settlesBy: readonly string[];
}

/** The contradictions of a kind: each side has its events, and so has what would settle it. */
async function found(kind: string): Promise<readonly Found[]> {
  const { stdout } = await regline('contradictions', '--format', 'json');
  const all = (JSON.parse(stdout) as { contradictions: readonly Found[] }).contradictions;
  const mine = all.filter((c) => c.kind === kind);
  for (const c of mine)
    expect(c.sides.every((side) => side.evidence.length > 0) && c.settlesBy.length > 0).toBe(true);
  return mine;
}

/** Opens every event that a contradiction names, by its short id. */
async function open({ sides, settlesBy }: Found): Promise<void> {
  for (const id of new Set([...sides.flatMap((side) => side.evidence), ...settlesBy])) {
    const [event, item] = id.split('#');
    const short = `${event!.slice(0, 8)}${item === undefined ? '' : `#${item}`}`;
    const opened = await regline('explain', short);
    expect([opened.status, opened.stderr]).toEqual([0, '']);
    expect(opened.stdout).toContain(short);
  }
}

const ktap = (outcome: 'ok' | 'not ok', test = 'wake_test') =>
  `TAP version 13\n1..1\n${outcome} 1 selftests: pipes: ${test}\n`;
const at = (release: string, arch: string, origin: string) => [
  ...['--release', release, '--arch', arch],
  ...['--origin', origin, '--known-at', '2021-05'],
];
const facts = (records: string) => `dataset: more
sources:
  zoe: { cite: "<zoe@example.org>", by: Zoe, known: "2021-07-01" }
  tim: { cite: "<tim@example.org>", by: Tim, known: "2021-07-02" }
${records}`;
const mail = (id: string, subject: string, body: string) => `From x Mon Sep 17 00:00:00 2001
From: Zoe <zoe@example.org>
To: regressions@lists.linux.dev
Date: Tue, 4 May 2021 10:00:00 +0000
Message-ID: <${id}@example.org>
Subject: ${subject}

${body}
`;

it('sets a passing test against records that break what it exercises, once for all who need it', async () => {
  await take('a.log', ktap('ok'), ...at('v2.1', 's390', 'lab'));
  await take('b.log', `# another board\n${ktap('ok')}`, ...at('v2.2-rc1', 's390', 'lab'));
  expect(await found('prediction-observation')).toMatchObject([
    {
      about: 'kselftest.pipes.wake_test on s390 at v2.1, v2.2-rc1',
      sides: [
        { says: 'the test passes' },
        { says: 'the records say pipes.wake = lazily, which breaks shell, shell/guarded' },
      ],
      settles: 'run kselftest.pipes.wake_test on v2.1, s390: where it passes again, the records are wrong',
      run: { test: 'kselftest.pipes.wake_test', version: 'v2.1', arch: 's390', config: null },
    },
  ]);
  const [, run] = /([0-9a-f]{8}) \S+ +RunObserved/.exec(
    (await regline('log', '--only', 'RunObserved')).stdout,
  )!;
  await regline('retract', `${run!}#0`, '--reason', 'wrong kernel');
  expect((await found('prediction-observation'))[0]!.about).toMatch(/at v2\.(1|2-rc1)$/);
  expect((await regline('explain', `${run!}#0`)).stdout).toMatch(/does not count[^]*it was retracted/);
});

it('sets a failing test against records by which all is well', async () => {
  await take('a.log', ktap('not ok'), ...at('v2.1', 'riscv', 'lab'));
  expect(await found('prediction-observation')).toMatchObject([
    { about: 'kselftest.pipes.wake_test on riscv at v2.1', sides: [{ says: 'the test fails' }, {}] },
  ]);
});

it('sets two CIs against each other, and names whose build belongs on whose machine', async () => {
  await take('a.log', ktap('ok'), ...at('v2.0', 'riscv', 'lab'));
  await take(
    'b.json',
    JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: [{ id: 'ci:c', origin: 'ci', git_commit_name: 'v2.0', start_time: '2021-05-01T00:00:00Z' }],
      builds: [{ id: 'ci:b', origin: 'ci', checkout_id: 'ci:c', architecture: 'riscv', status: 'PASS' }],
      tests: [
        {
          id: 'ci:t',
          origin: 'ci',
          build_id: 'ci:b',
          path: 'kselftest.pipes.wake_test',
          status: 'FAIL',
          environment: { misc: { platform: 'hifive' } },
          start_time: '2021-05-01T00:00:00Z',
        },
      ],
    }),
  );
  const [contradiction] = await found('ci-ci');
  await open(contradiction!);
  expect(contradiction).toMatchObject({
    about: 'kselftest.pipes.wake_test on v2.0, riscv',
    sides: [{ says: 'it passes at lab' }, { says: expect.stringMatching(/^it fails at ci/) as string }],
    run: { test: 'kselftest.pipes.wake_test', version: 'v2.0', arch: 'riscv' },
  });
  expect(contradiction!.settles).toMatch(/the build of ci.* on the machine of lab/);
  // A failure of the lab's own machinery counts against nobody.
  await take(
    'c.yaml',
    facts(
      'attributed:\n  - { key: lab, test: kselftest.pipes.wake_test, releases: ["v2.0"], outcomes: [fail], cause: infrastructure, why: the board hung, source: zoe }\n',
    ),
  );
  expect(await found('ci-ci')).toEqual([]);
});

it('tells of disagreeing runs release by release, in whichever order the log met them', async () => {
  const releases = ['v2.1', 'v2.0', 'v2.1-rc1'];
  for (const [name, outcome] of [
    ['lab', 'ok'],
    ['ci', 'not ok'],
  ] as const)
    for (const release of releases)
      await take(`${name}-${release}.log`, ktap(outcome), ...at(release, 'riscv', name));
  const abouts = (await found('ci-ci')).map(({ about }) => about);
  expect(abouts).toEqual(
    ['v2.0', 'v2.1-rc1', 'v2.1'].map((release) => `kselftest.pipes.wake_test on ${release}, riscv`),
  );
});

it('tells builds of two compilers apart: a pass of one does not contradict a failure of the other', async () => {
  const runOf = (name: string, compiler: string | null, status: 'PASS' | 'FAIL') =>
    JSON.stringify({
      version: { major: 5, minor: 3 },
      checkouts: [{ id: 'ci:c', origin: 'ci', git_commit_name: 'v2.0', start_time: '2021-05-01T00:00:00Z' }],
      builds: [
        {
          ...{ id: `ci:${name}`, origin: 'ci', checkout_id: 'ci:c', architecture: 'riscv', status: 'PASS' },
          ...(compiler === null ? {} : { compiler }),
        },
      ],
      tests: [
        {
          ...{ id: `ci:${name}`, origin: 'ci', build_id: `ci:${name}`, path: 'kselftest.pipes.limit_test' },
          ...{ status, environment: { misc: { platform: name } }, start_time: '2021-05-01T00:00:00Z' },
        },
      ],
    });
  await take('a.json', runOf('a', 'gcc-12', 'PASS'));
  await take('b.json', runOf('b', 'Debian clang version 17', 'FAIL'));
  expect(await found('ci-ci')).toEqual([]);
  const [apart] = await found('compilers');
  expect(apart).toMatchObject({
    about: 'kselftest.pipes.limit_test on v2.0, riscv',
    sides: [{ says: 'it passes with gcc at ci (a)' }, { says: 'it fails with clang at ci (b)' }],
    settles: expect.stringContaining(
      'the build with clang on the machine of ci (a); if it fails there too, the compiler did it, and both sides hold',
    ) as string,
  });
  await open(apart!);
  const note = async () => {
    const { stdout } = await regline(
      'table',
      '--consumers',
      'contract',
      '--archs',
      'riscv',
      '--format',
      'json',
    );
    const { cells } = JSON.parse(stdout) as { cells: { release: string; status: string; note: string }[] };
    return cells.filter(({ release }) => release === 'v2.0').map((c) => [c.status, c.note]);
  };
  // Asked again, it is told from what is kept.
  for (let times = 0; times < 2; times++)
    expect(await note()).toEqual([
      ['conflict', 'passes with gcc, fails with clang; contradicted (predicted: works)'],
    ]);
  // Another build with gcc fails: now one stands against the other.
  await take('c.json', runOf('c', 'gcc-13', 'FAIL'));
  expect(await found('compilers')).toEqual([]);
  expect(await found('ci-ci')).toHaveLength(1);
  expect(await note()).toEqual([['conflict', 'contradicted (predicted: works)']]);
});

it('tells no compilers apart where one is not told', async () => {
  await take('a.log', ktap('ok', 'limit_test'), ...at('v2.0', 'riscv', 'lab'));
  await take('b.log', ktap('not ok', 'limit_test'), ...at('v2.0', 'riscv', 'other'));
  expect(await found('compilers')).toEqual([]);
  expect(await found('ci-ci')).toHaveLength(1);
});

it('takes equal bytes of two kernels, as somebody states, for two runs, and of one kernel for one', async () => {
  await take('a.log', ktap('ok', 'thing_test'), ...at('v2.0', 'riscv', 'lab'));
  await take('b.log', ktap('ok', 'thing_test'), ...at('v2.1', 'riscv', 'lab'));
  await take('c.log', ktap('ok', 'thing_test'), ...at('v2.1', 'riscv', 'lab'));
  expect(await found('versions')).toEqual([]);
  const { stdout } = await regline('changes', 'v2.0', 'v2.1', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    changes: [{ class: 'still-passing', before: { good: 1, bad: 0 }, after: { good: 1, bad: 0 } }],
  });
});

it('sets two CIs against each other over a test of a consumer', async () => {
  await take(
    't.yaml',
    facts(
      'tests:\n  - { test: mixer.suite, title: its own tests, consumers: [{ consumer: mixer }], source: zoe }\n',
    ),
  );
  const suite = (outcome: 'ok' | 'not ok') => `TAP version 13\n1..1\n${outcome} 1 mixer.suite\n`;
  await take('a.tap', suite('ok'), ...at('v2.0', 'riscv', 'lab'));
  await take('b.tap', suite('not ok'), ...at('v2.0', 'riscv', 'ci'));
  const [contradiction] = await found('ci-ci');
  expect(contradiction).toMatchObject({
    about: 'mixer.suite on v2.0, riscv',
    run: { test: 'mixer.suite', version: 'v2.0', arch: 'riscv' },
  });
  await open(contradiction!);
});

it('sets claims against claims, against tests and against records', async () => {
  await take(
    'claims.yaml',
    facts(`breakage:
  - { key: zoe-1, consumer: shell, says: broken, archs: [riscv], releases: ["v2.1", "v2.1.1"], source: zoe }
  - { key: tim-1, consumer: shell, says: works, archs: [riscv], releases: ["v2.1"], source: tim }
  - { key: tim-2, consumer: shell, says: works, archs: [s390], releases: ["v2.1.1"], source: tim }
`),
  );
  expect(await found('claim-claim')).toMatchObject([
    {
      about: 'shell and 1 that embed it on riscv at v2.1',
      settles: 'run shell on v2.1, riscv',
      run: { test: null, subject: 'shell', version: 'v2.1', arch: 'riscv' },
    },
  ]);
  expect((await found('claim-prediction')).map((c) => [c.about, c.sides[1]!.says, c.settles])).toEqual([
    [
      'shell and 1 that embed it on s390 at v2.1.1',
      'the records say broken: pipes.wake is lazily',
      'run kselftest.pipes.wake_test on v2.1.1, s390',
    ],
    ['shell and 1 that embed it on riscv at v2.1.1', 'the records say works', 'run shell on v2.1.1, riscv'],
  ]);
  await take('a.log', ktap('not ok'), ...at('v2.1.1', 's390', 'lab'));
  expect(await found('claim-observation')).toMatchObject([
    { about: 'shell and 1 that embed it on s390 at v2.1.1' },
  ]);
});

it('sets a bisect that was mailed against the trailer of the fix that closes it', async () => {
  const hash = (digit: string) => digit.repeat(40);
  await take(
    'a.mbox',
    mail('r', '[REGRESSION] shells hang', `#regzbot introduced: ${hash('5')}\n#regzbot title: shells hang`) +
      mail(
        'f',
        '[PATCH] pipes: Do not hang',
        `Because.\n\nFixes: ${hash('2')} ("pipes: Wake readers lazily")\nCloses: https://lore.kernel.org/all/r@example.org/\nSigned-off-by: Zoe <zoe@example.org>\n---\n pipe.c | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\ndiff --git a/pipe.c b/pipe.c\n--- a/pipe.c\n+++ b/pipe.c\n@@ -1 +1 @@\n-a\n+b\n`,
      ),
  );
  expect(await found('culprits')).toMatchObject([
    {
      about: 'shells hang (<r@example.org>)',
      sides: [
        { says: 'Zoe <zoe@example.org>: introduced 555555555555' },
        { says: 'the fix "pipes: Do not hang" names 222222222222 in its Fixes:' },
      ],
      settles:
        'try what was reported on a kernel built from 222222222222: if it fails there, 222222222222 did it; if not, 555555555555 remains',
      run: { test: null, subject: 'shells hang', version: '222222222222' },
    },
  ]);
});

it('sets a recorded bisect against another change, and tells what settles a declared dispute', async () => {
  await take(
    'more.yaml',
    facts(`changes:
  - change: "${'6'.repeat(40)}"
    subject: "pipes: Count readers"
    source: zoe
    entered: { release: "v2.1-rc1", order: 2 }
culprits:
  - { key: zoe-bisect, change: "${'6'.repeat(40)}", role: culprit, method: bisect, behaviour: pipes.wake, archs: [s390], source: zoe }
disputes:
  - { dispute: which, statements: [zoe-bisect], why: two bisects differ, source: tim }
`),
  );
  const [rivals] = await found('culprits');
  expect(rivals?.sides.map((s) => s.says.slice(0, 4))).toEqual(['2222', '6666']);
  const disputes = await found('dispute');
  expect(disputes.map((d) => d.about.split(':')[0]).sort()).toEqual(['may-it-be-lazy', 'which']);
  const of = (name: string) => disputes.find((d) => d.about.startsWith(name))!;
  expect(of('may-it-be-lazy').settles).toBe(
    'no run can tell what counts as a regression; a decision: regline settle may-it-be-lazy --keep ada-breakage (or max-no-bug) --reason "…"',
  );
  expect(of('which').settles).toMatch(
    /^run kselftest\.pipes\.wake_test on a kernel built from 222222222222, s390: .*; then regline settle which --keep zoe-bisect/,
  );
  expect(of('which').run).toMatchObject({ test: 'kselftest.pipes.wake_test', version: '222222222222' });
});

it('shows two versions of one statement that have equal order', async () => {
  const version = (value: string) =>
    facts(
      `sets:\n  - { key: half, behaviour: pipes.limit, at: [{ from: "v2.0.1", to: "v2.0.1" }], value: ${value}, source: zoe }\n`,
    );
  await take('a.yaml', version('half'));
  writeFileSync(join(folder, 'b.yaml'), version('full'));
  // The data set itself refuses changed content under one revision; another log has it already.
  expect((await regline('import', 'facts', join(folder, 'b.yaml'))).status).toBe(3);
  const other = mkdtempSync(join(tmpdir(), 'regline-other-'));
  const there = (...args: readonly string[]) => reglineHere(other, ...args);
  await there('import', 'facts', 'test/fixtures/pipes');
  await there('import', 'facts', join(folder, 'b.yaml'));
  await take('export.ndjson', (await there('export')).stdout);
  rmSync(other, { recursive: true, force: true });
  expect(await found('versions')).toMatchObject([{ about: 'more/half', run: null }]);
});

it('takes what lists put around a mail for no other mail, and another text or author for one', async () => {
  const copy = mail('m', '[REGRESSION] pipes hang', 'They do.');
  await take('one.mbox', copy);
  const listed = copy
    .replace('Subject: ', 'Subject: [LTP] ')
    .replace('They do.', 'They do.\n\n-- \nMailing list info');
  await take('two.mbox', listed.replace('Zoe <', 'Zoe via list <'));
  expect(await found('versions')).toEqual([]);
  await take('three.mbox', copy.replace('They do.', 'They do not.'));
  await take('four.mbox', mail('n', 'pipes hang', 'They do.'));
  await take('five.mbox', mail('n', 'pipes hang', 'They do.').replace('zoe@', 'tim@'));
  expect((await found('versions')).map(({ about }) => about)).toEqual([
    'mail/<m@example.org>',
    'mail/<n@example.org>',
  ]);
});
