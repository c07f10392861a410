import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-decisions-'));
  expect((await regline('import', 'facts', 'test/fixtures/pipes')).status).toBe(0);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
const json = async (...args: readonly string[]): Promise<unknown> =>
  JSON.parse((await regline(...args, '--format', 'json')).stdout);

interface Life {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly title: string;
  readonly state: string;
  readonly behaviour: string | null;
  readonly consumers: readonly string[];
  readonly archs: readonly string[];
  readonly lines: Readonly<Record<string, string>>;
  readonly disputed: readonly unknown[];
}
const lives = async () => ((await json('regressions')) as { regressions: readonly Life[] }).regressions;
const idOf = async (behaviour: string) => (await lives()).find((r) => r.behaviour === behaviour)!.id;
const regressionsAt = async (release: string, arch: string, consumer: string) =>
  (
    (await json(...['check', '--release', release], ...['--arch', arch, '--consumer', consumer])) as {
      reasons: readonly { regressions: readonly string[] }[];
    }
  ).reasons.flatMap((r) => r.regressions);

async function record(content: string): Promise<void> {
  const file = join(folder, 'more.yaml');
  writeFileSync(
    file,
    `dataset: more\nsources:\n  zoe: { cite: "<zoe@example.org>", by: Zoe, known: "2021-07-01" }\n${content}`,
  );
  expect(await regline('import', 'facts', file)).toMatchObject({ status: 0, stderr: '' });
}

/** Decides, and gives what takes the decision back. */
async function decided(...args: readonly string[]): Promise<() => Promise<void>> {
  const { status, stdout, stderr } = await regline(...args, '--reason', 'so it is');
  expect([status, stderr]).toEqual([0, '']);
  const id = /decided \(([0-9a-f]+)\)/.exec(stdout)![1]!;
  return async () => {
    expect((await regline('retract', id, '--reason', 'it is not')).status).toBe(0);
  };
}

it('splits a regression: the part has an id of its own wherever it is spoken of', async () => {
  const whole = await idOf('pipes.limit');
  const before = (await regline('culprits')).stdout;
  const takeBack = await decided('split', whole, '--archs', 'riscv');
  const parts = (await lives()).filter((r) => r.behaviour === 'pipes.limit');
  expect(parts.map((r) => r.archs)).toEqual([['s390'], ['riscv']]);
  const part = parts[1]!.id;
  expect([parts[0]!.id, part === whole]).toEqual([whole, false]);
  expect(await regressionsAt('v2.0.3', 's390', 'contract')).toEqual([whole]);
  expect(await regressionsAt('v2.0.3', 'riscv', 'contract')).toEqual([part]);
  expect((await regline('release-note', 'v2.0.3', '--archs', 'riscv')).stdout).toContain(
    `${part}: pipes.limit = half`,
  );
  expect((await regline('culprits', part)).stdout).toMatch(/on riscv since v2\.0\.3[^]*444444444444/);
  expect((await regline('culprits', '--arch', 'riscv')).stdout).not.toContain(whole);
  await takeBack();
  expect((await regline('culprits')).stdout).toBe(before);
});

it('merges two: the older id stays, each value keeps its culprit, and the later fix is what ends it', async () => {
  await record(`changes:
  - change: "${'7'.repeat(40)}"
    subject: "pipes: Fill whole pipes"
    source: zoe
    backports: [{ line: 2.1.y, release: "v2.1.3", order: 1, source: zoe }]
  - change: "${'8'.repeat(40)}"
    subject: "pipes: Halve pipes"
    source: zoe
    entered: { release: "v2.1-rc1", order: 2 }
releases:
  - { release: "v2.1.3", line: 2.1.y, date: "2021-06-20", predecessor: "v2.1.2", source: zoe }
sets:
  - { key: halve, behaviour: pipes.limit, change: "${'8'.repeat(40)}", value: half, source: zoe }
  - { key: fill, behaviour: pipes.limit, change: "${'7'.repeat(40)}", value: full, source: zoe }
`);
  const halved = (await lives()).find((r) => r.behaviour === 'pipes.limit' && r.lines['2.1.y'] === 'v2.1.3')!;
  const lazy = await idOf('pipes.wake');
  const takeBack = await decided('merge', halved.id, lazy);
  const merged = (await lives()).find((r) => r.id === lazy)!;
  expect(merged.aliases).toContain(halved.id);
  expect(merged.title).toMatch(/^pipes\.wake = lazily .*; merged with it: pipes\.limit = half$/);
  expect(merged.lines).toMatchObject({ mainline: 'pending', '2.1.y': 'v2.1.3' });
  expect([merged.state, merged.archs]).toEqual(['partly-fixed', ['s390', 'riscv']]);
  const culprits = async (consumer: string) =>
    (
      (await json(...['table', '--releases', 'v2.1.1', '--archs', 's390'], ...['--consumers', consumer])) as {
        cells: readonly { culprits: readonly string[] }[];
      }
    ).cells[0]!.culprits.map((c) => c[0]);
  expect([await culprits('shell'), await culprits('contract')]).toEqual([['2'], ['8']]);
  expect(await regressionsAt('v2.1.2', 'riscv', 'contract')).toEqual([lazy]);
  expect((await regline('culprits', halved.id)).stdout).toContain(lazy);
  await takeBack();
  expect((await lives()).map((r) => r.id)).toContain(halved.id);
});

it('tells what came back after it was mended as reopened, and fixed when it is mended again', async () => {
  const again = (more: string) => `releases:
  - { release: "v2.2", line: mainline, date: "2021-05-10", predecessor: "v2.2-rc2", source: zoe }
  - { release: "v2.3-rc1", line: mainline, date: "2021-06-10", predecessor: "v2.2", source: zoe }
changes:
  - change: "${'9'.repeat(40)}"
    subject: "pipes: Be lazy once more"
    source: zoe
    entered: { release: "v2.2", order: 1 }
${more}sets:
  - { key: lazy-again, behaviour: pipes.wake, change: "${'9'.repeat(40)}", archs: [s390], value: lazily, source: zoe }
`;
  await record(again(''));
  const states = async () =>
    (await lives()).flatMap((r) => (r.behaviour === 'pipes.wake' ? [[r.state, r.lines]] : []));
  expect(await states()).toEqual([
    ['fixed', { mainline: 'v2.2-rc2', '2.1.y': 'v2.1.2' }],
    ['reopened', { mainline: 'open' }],
  ]);
  await record(
    again(`  - change: "${'a'.repeat(40)}"
    subject: "pipes: Be quick once more"
    source: zoe
    entered: { release: "v2.3-rc1", order: 1 }
`).replace(
      'sets:\n',
      `sets:\n  - { key: quick, behaviour: pipes.wake, change: "${'a'.repeat(40)}", value: at-once, source: zoe }\n`,
    ),
  );
  expect((await states()).map(([state]) => state)).toEqual(['fixed', 'fixed']);
});

it('lists a dispute until it is settled; what is not kept counts no more', async () => {
  const disputed = async () => (await lives()).find((r) => r.behaviour === 'pipes.wake')!.disputed.length;
  expect(await disputed()).toBe(2);
  const takeBack = await decided('settle', 'may-it-be-lazy', '--keep', 'ada-breakage');
  expect(await disputed()).toBe(0);
  expect((await regline('contradictions')).stdout).toMatch(/Settled by [0-9a-f]{8}/);
  await takeBack();
  expect(await disputed()).toBe(2);
  // The other way round it is nobody's report that shell is broken on v2.1: the records still say so.
  await decided('settle', 'may-it-be-lazy', '--keep', 'max-no-bug');
  expect(await json('table', '--consumers', 'shell', '--releases', 'v2.1', '--archs', 's390')).toMatchObject({
    cells: [{ status: 'broken', basis: 'predicted' }, {}],
  });
});

it('proposes to split what one mail reports of two behaviours, and knows a report that is a duplicate', async () => {
  await record(`breakage:
  - { key: one, consumer: shell, behaviour: pipes.wake, says: broken, archs: [s390], releases: ["v2.1.1"], source: zoe }
  - { key: two, behaviour: pipes.limit, value: half, says: broken, releases: ["v2.0.3"], source: zoe }
`);
  const { proposedSplits } = (await json('regressions')) as {
    proposedSplits: readonly { of: string; into: readonly string[] }[];
  };
  expect(proposedSplits).toMatchObject([
    { of: '<zoe@example.org>', into: [await idOf('pipes.limit'), await idOf('pipes.wake')].sort() },
  ]);
  const mail = (id: string, day: string, body: string) => `From x Mon Sep 17 00:00:00 2001
From: Zoe <zoe@example.org>
To: regressions@lists.linux.dev
Date: Tue, ${day} May 2021 10:00:00 +0000
Message-ID: <${id}@example.org>
Subject: [REGRESSION] shells hang

${body}
`;
  const mbox = join(folder, 'reports.mbox');
  writeFileSync(
    mbox,
    mail('first', '4', '#regzbot introduced: v2.0..v2.1-rc1') +
      mail(
        'second',
        '11',
        '#regzbot introduced: v2.0..v2.1-rc1\n#regzbot dup: https://lore.kernel.org/all/first@example.org/',
      ),
  );
  expect((await regline('import', 'mail', mbox)).status).toBe(0);
  expect(await json('regressions')).toMatchObject({
    reports: [
      { report: '<first@example.org>', state: 'introduced' },
      { report: '<second@example.org>', state: 'duplicate', duplicateOf: '<first@example.org>' },
    ],
  });
});

it('tells a script the id of what was recorded, decided and taken back', async () => {
  const id = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  const because = ['--reason', 'so it is'];
  expect(await json('settle', 'may-it-be-lazy', '--keep', 'ada-breakage', ...because)).toEqual({
    schema: 'regline.decided/1',
    id,
  });
  const fact = [
    'notes',
    'key=n',
    'about=shell',
    'text=it hangs',
    '--source',
    '<zoe@example.org>',
    '--known',
    '2021-07',
  ];
  const recorded = (await json('record', ...fact)) as { readonly ids: readonly string[] };
  expect(recorded).toEqual({ schema: 'regline.recorded/1', isNew: true, ids: [id] });
  expect(await json('record', ...fact)).toMatchObject({ isNew: false, ids: recorded.ids });
  expect(await json('retract', recorded.ids[0]!, ...because)).toEqual({
    schema: 'regline.retracted/1',
    retracted: recorded.ids[0],
    id,
  });
});

it('says what a decision comes to, also where nothing is left of what it speaks of', async () => {
  const whole = await idOf('pipes.limit');
  const told = async () => (await lives()).filter((r) => r.behaviour === 'pipes.limit').map((r) => r.id);
  const takeBack = await decided('split', whole, '--archs', 'riscv64');
  const part = (await told()).find((id) => id !== whole)!;
  const { document, split } = await lastDecision();
  expect(document.verdict).toBe('counts');
  expect(document.steps[0]!.says).toContain(`split riscv off ${whole}: so it is`);
  expect(document.steps[1]!.says).toContain(`${part} is apart from ${whole}: pipes.limit = half`);
  // What it was made of is no more: the decision stays, and does nothing.
  const sets = (await regline('log', '--only', 'BehaviourSet', '--limit', '1000')).stdout;
  const halved = /([0-9a-f]{8}) .*4444444.*pipes\.limit = half/.exec(sets)![1]!;
  const retraction = await regline('retract', halved, '--reason', 'misread');
  expect(retraction.status).toBe(0);
  expect(JSON.stringify(await json('explain', split))).toContain('it has no effect');
  const again = /regline retract ([0-9a-f]+)/.exec(retraction.stdout)![1]!;
  expect((await regline('retract', again, '--reason', 'it was right')).status).toBe(0);
  expect(await told()).toContain(part);
  await takeBack();
  expect(await told()).toEqual([whole]);
  expect(JSON.stringify(await json('explain', split))).toContain('"verdict":"retracted"');
});

/** The newest split, and what explains it. */
async function lastDecision() {
  const { stdout } = await regline('log', '--only', 'RegressionSplit', '--format', 'json');
  const split = /"id": ?"([0-9a-f]{64})"/.exec(stdout)![1]!;
  const document = (await json('explain', split)) as {
    verdict: string;
    steps: readonly { says: string }[];
  };
  return { document, split };
}

it.each([
  [['--archs', 's390,riscv'], 'that is all of'],
  [['--consumers', 'contract/none'], 'does not have "contract/none"'],
  [['--archs', 'sparc'], 'does not have "sparc"'],
])('refuses to split what leaves nothing, or names nothing: %s', async (part, says) => {
  const { status, stderr } = await regline(
    ...['split', await idOf('pipes.limit'), ...part, '--reason', 'why'],
  );
  expect([status, stderr]).toEqual([2, expect.stringContaining(says) as string]);
  expect((await regline('log', '--only', 'RegressionSplit')).stdout).toBe('no event is there\n');
});

it('refuses to split what was merged, and to merge twice or with what is not there', async () => {
  const [limit, wake] = [await idOf('pipes.limit'), await idOf('pipes.wake')];
  const refused = async (...args: readonly string[]) => {
    const { status, stderr } = await regline(...args, '--reason', 'why');
    expect(status).toBe(2);
    return stderr;
  };
  expect(await refused('merge', limit, 'R-00000000')).toContain('no regression "R-00000000"');
  await decided('merge', limit, wake);
  expect(await refused('merge', wake, limit)).toContain('both are');
  expect(await refused('split', limit, '--archs', 'riscv')).toContain('is what several were merged into');
});
