import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reglineIn } from '../support/built-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-decisions-'));
  expect(regline('import', 'facts', 'test/fixtures/pipes').status).toBe(0);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const regline = (...args: readonly string[]) => reglineIn(folder, ...args);
const json = <T>(...args: readonly string[]) => JSON.parse(regline(...args, '--format', 'json').stdout) as T;

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
const lives = () => json<{ regressions: readonly Life[] }>('regressions').regressions;
const idOf = (behaviour: string) => lives().find((r) => r.behaviour === behaviour)!.id;
const regressionsAt = (release: string, arch: string, consumer: string) =>
  json<{ reasons: readonly { regressions: readonly string[] }[] }>(
    ...['check', '--release', release],
    ...['--arch', arch, '--consumer', consumer],
  ).reasons.flatMap((r) => r.regressions);

function record(content: string): void {
  const file = join(folder, 'more.yaml');
  writeFileSync(
    file,
    `dataset: more\nsources:\n  zoe: { cite: "<zoe@example.org>", by: Zoe, known: "2021-07-01" }\n${content}`,
  );
  expect(regline('import', 'facts', file)).toMatchObject({ status: 0, stderr: '' });
}

/** Decides, and gives what takes the decision back. */
function decided(...args: readonly string[]): () => void {
  const { status, stdout, stderr } = regline(...args, '--reason', 'so it is');
  expect([status, stderr]).toEqual([0, '']);
  const id = /decided \(([0-9a-f]+)\)/.exec(stdout)![1]!;
  return () => {
    expect(regline('retract', id, '--reason', 'it is not').status).toBe(0);
  };
}

it('splits a regression: the part has an id of its own wherever it is spoken of', () => {
  const whole = idOf('pipes.limit');
  const before = regline('culprits').stdout;
  const takeBack = decided('split', whole, '--archs', 'riscv');
  const parts = lives().filter((r) => r.behaviour === 'pipes.limit');
  expect(parts.map((r) => r.archs)).toEqual([['s390'], ['riscv']]);
  const part = parts[1]!.id;
  expect([parts[0]!.id, part === whole]).toEqual([whole, false]);
  expect(regressionsAt('v2.0.3', 's390', 'contract')).toEqual([whole]);
  expect(regressionsAt('v2.0.3', 'riscv', 'contract')).toEqual([part]);
  expect(regline('release-note', 'v2.0.3', '--archs', 'riscv').stdout).toContain(
    `${part}: pipes.limit = half`,
  );
  expect(regline('culprits', part).stdout).toMatch(/on riscv since v2\.0\.3[^]*444444444444/);
  expect(regline('culprits', '--arch', 'riscv').stdout).not.toContain(whole);
  takeBack();
  expect(regline('culprits').stdout).toBe(before);
});

it('merges two: the older id stays, each value keeps its culprit, and the later fix is what ends it', () => {
  record(`changes:
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
  const halved = lives().find((r) => r.behaviour === 'pipes.limit' && r.lines['2.1.y'] === 'v2.1.3')!;
  const lazy = idOf('pipes.wake');
  const takeBack = decided('merge', halved.id, lazy);
  const merged = lives().find((r) => r.id === lazy)!;
  expect(merged.aliases).toContain(halved.id);
  expect(merged.title).toMatch(/^pipes\.wake = lazily .*; merged with it: pipes\.limit = half$/);
  expect(merged.lines).toMatchObject({ mainline: 'pending', '2.1.y': 'v2.1.3' });
  expect([merged.state, merged.archs]).toEqual(['partly-fixed', ['s390', 'riscv']]);
  const culprits = (consumer: string) =>
    json<{ cells: readonly { culprits: readonly string[] }[] }>(
      ...['table', '--releases', 'v2.1.1', '--archs', 's390'],
      ...['--consumers', consumer],
    ).cells[0]!.culprits.map((c) => c[0]);
  expect([culprits('shell'), culprits('contract')]).toEqual([['2'], ['8']]);
  expect(regressionsAt('v2.1.2', 'riscv', 'contract')).toEqual([lazy]);
  expect(regline('culprits', halved.id).stdout).toContain(lazy);
  takeBack();
  expect(lives().map((r) => r.id)).toContain(halved.id);
});

it('tells what came back after it was mended as reopened, and fixed when it is mended again', () => {
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
  record(again(''));
  const states = () => lives().flatMap((r) => (r.behaviour === 'pipes.wake' ? [[r.state, r.lines]] : []));
  expect(states()).toEqual([
    ['fixed', { mainline: 'v2.2-rc2', '2.1.y': 'v2.1.2' }],
    ['reopened', { mainline: 'open' }],
  ]);
  record(
    again(`  - change: "${'a'.repeat(40)}"
    subject: "pipes: Be quick once more"
    source: zoe
    entered: { release: "v2.3-rc1", order: 1 }
`).replace(
      'sets:\n',
      `sets:\n  - { key: quick, behaviour: pipes.wake, change: "${'a'.repeat(40)}", value: at-once, source: zoe }\n`,
    ),
  );
  expect(states().map(([state]) => state)).toEqual(['fixed', 'fixed']);
});

it('lists a dispute until it is settled; what is not kept counts no more', () => {
  const disputed = () => lives().find((r) => r.behaviour === 'pipes.wake')!.disputed.length;
  expect(disputed()).toBe(2);
  const takeBack = decided('settle', 'may-it-be-lazy', '--keep', 'ada-breakage');
  expect(disputed()).toBe(0);
  expect(regline('contradictions').stdout).toMatch(/Settled by [0-9a-f]{8}/);
  takeBack();
  expect(disputed()).toBe(2);
  // The other way round it is nobody's report that shell is broken on v2.1: the records still say so.
  decided('settle', 'may-it-be-lazy', '--keep', 'max-no-bug');
  expect(json('table', '--consumers', 'shell', '--releases', 'v2.1', '--archs', 's390')).toMatchObject({
    cells: [{ status: 'broken', basis: 'predicted' }, {}],
  });
});

it('proposes to split what one mail reports of two behaviours, and knows a report that is a duplicate', () => {
  record(`breakage:
  - { key: one, consumer: shell, behaviour: pipes.wake, says: broken, archs: [s390], releases: ["v2.1.1"], source: zoe }
  - { key: two, behaviour: pipes.limit, value: half, says: broken, releases: ["v2.0.3"], source: zoe }
`);
  const { proposedSplits } = json<{ proposedSplits: readonly { of: string; into: readonly string[] }[] }>(
    'regressions',
  );
  expect(proposedSplits).toMatchObject([
    { of: '<zoe@example.org>', into: [idOf('pipes.limit'), idOf('pipes.wake')].sort() },
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
  expect(regline('import', 'mail', mbox).status).toBe(0);
  expect(json('regressions')).toMatchObject({
    reports: [
      { report: '<first@example.org>', state: 'introduced' },
      { report: '<second@example.org>', state: 'duplicate', duplicateOf: '<first@example.org>' },
    ],
  });
});
