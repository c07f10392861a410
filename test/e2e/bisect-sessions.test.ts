import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab, type Repository } from '../support/bisect-lab.ts';

const lab = new BisectLab();
let repository: Repository;
let commits: readonly string[];
/** A log with the shipped data, to be copied. */
let facts = '';

beforeAll(async () => {
  ({ repository, commits } = lab.mainline('sessions', 21, 'n'));
  const { db, regline } = lab.session();
  await regline('import', 'facts', 'data/rseq');
  facts = db;
}, 120_000);
afterAll(() => {
  lab.remove();
});

const start = (...more: readonly string[]) => [
  'start',
  '--repo',
  repository.path,
  ...more,
  commits[20]!,
  commits[0]!,
];

describe('what another search of the same thing found out', () => {
  const suspectsOf = async (session: ReturnType<BisectLab['session']>, ...more: readonly string[]) => {
    expect((await session.bisect(...start(...more))).status).toBe(0);
    return (await session.standing()).suspects;
  };

  it('is known from the first moment, until it is taken back or refuted', async () => {
    const session = lab.session();
    expect(await suspectsOf(session, '--test', 'boot.smoke')).toBe(20);
    const { session: first } = await session.standing();
    await session.bisect('bad', commits[10]!);
    await session.bisect('good', commits[5]!);
    expect(await suspectsOf(session, '--test', 'boot.smoke')).toBe(5);
    const { prefilled, session: second } = await session.standing();
    const { outcomes } = JSON.parse(
      (await session.bisect('status', '--session', first, '--format', 'json')).out,
    ) as { outcomes: readonly { event: string }[] };
    expect(prefilled.map((p) => [p.release, p.verdict, p.basis, p.evidence])).toEqual([
      [commits[10], 'bad', 'tested', [outcomes[0]!.event]],
      [commits[5], 'good', 'tested', [outcomes[1]!.event]],
    ]);
    await session.bisect('undo', '--session', first);
    expect((await session.standing()).suspects).toBe(10);
    // Its own tests are nearer to it.
    await session.bisect('good', commits[12]!, '--session', second);
    expect((await session.standing()).suspects).toBe(8);
  });

  it('is nothing to a search of another thing, nor where the log is not to answer', async () => {
    const session = lab.session();
    await session.bisect(...start('--test', 'boot.smoke', '--arch', 'arm64'));
    await session.bisect('bad', commits[10]!);
    await session.bisect('good', commits[5]!, '--patched', commits[2]!);
    const same = ['--test', 'boot.smoke', '--arch', 'arm64'];
    expect(await suspectsOf(session, ...same)).toBe(10);
    for (const other of [
      ['--test', 'boot.other', '--arch', 'arm64'],
      ['--test', 'boot.smoke', '--arch', 'x86_64'],
      [],
      [...same, '--no-prefill'],
      [...same, '--chooser', 'git'],
    ])
      expect([other, await suspectsOf(session, ...other)]).toEqual([other, 20]);
  });

  it('is proof of nothing where that search allowed for flakes and this one does not', async () => {
    const session = lab.session();
    await session.bisect(...start('--test', 'boot.smoke', '--rates', '0.1,0.4'));
    await session.bisect('good', commits[10]!);
    expect(await suspectsOf(session, '--test', 'boot.smoke')).toBe(20);
    await session.bisect(...start('--test', 'boot.smoke', '--rates', '0.1,0.4'));
    expect((await session.standing()).prefilled.map((p) => p.release)).toEqual([commits[10]]);
  });
});

describe('a session is its events', () => {
  it('goes on from a copy of the log alone, with the same next test', async () => {
    const here = lab.session();
    await here.bisect(...start());
    await here.bisect('bad', commits[14]!);
    const there = lab.copied(here.db);
    expect((await there.bisect('status')).err).toContain('--repo DIR');
    const { out } = await there.bisect('status', '--repo', repository.path, '--format', 'json');
    expect(JSON.parse(out)).toEqual(await here.standing());
  });

  it('goes on from what was exported, in a log that holds other things, whatever came first', async () => {
    const here = lab.session();
    await here.bisect(...start());
    for (const [word, n] of [
      ['bad', 6],
      ['good', 12],
      ['bad', 6],
      ['good', 12],
    ] as const)
      await here.bisect(word, commits[n]!);
    await here.bisect('good');
    const { out } = await here.regline('export');
    const lines = out.trimEnd().split('\n');
    const asked = [...new Set(out.match(/B-[0-9a-f]{8}/g))];
    expect(asked.length).toBeGreaterThanOrEqual(3);
    for (const order of [lines, lines.toReversed()]) {
      const there = lab.session();
      await there.regline('import', 'facts', 'test/fixtures/pipes');
      const file = join(lab.folder, 'exported.ndjson');
      writeFileSync(file, `${order.join('\n')}\n`);
      expect((await there.regline('import', 'events', file)).status).toBe(0);
      for (const session of asked) {
        const ask = ['status', '--session', session, '--format', 'json'];
        const told = JSON.parse((await there.bisect(...ask, '--repo', repository.path)).out) as object;
        expect(told).toEqual(JSON.parse((await here.bisect(...ask)).out));
      }
    }
  });

  it('takes its conclusion back with what it rests on, and when later outcomes speak against it', async () => {
    const { bisect, regline, standing } = lab.copied(facts);
    await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    await bisect('good', 'e2d4f4227115');
    await bisect('bad', '39a167560a61');
    const { session, outcomes } = await standing();
    const says = async () =>
      (await regline('culprits', '--consumer', 'tcmalloc', '--format', 'json')).out.includes(
        `session ${session}`,
      );
    expect(await says()).toBe(true);
    await regline('retract', outcomes[0]!.event, '--reason', 'the wrong machine');
    expect(await standing()).toMatchObject({ state: 'running' });
    expect(await says()).toBe(false);
    await bisect('good', 'e2d4f4227115');
    expect(await says()).toBe(true);
    await bisect('good', '39a167560a61');
    expect(await standing()).toMatchObject({ state: 'running' });
    expect(await says()).toBe(false);
    await bisect('undo');
    expect(await says()).toBe(true);
  });

  it('tells the second of two who answer at once, and records nothing of it', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const answers = await Promise.all([bisect('good'), bisect('bad'), bisect('good')]);
    expect(answers.map((a) => a.status).sort()).toEqual([0, 4, 4]);
    expect(answers.find((a) => a.status === 4)!.err).toContain('somebody else went on with B-');
    const { outcomes, revision } = await standing();
    expect(outcomes).toHaveLength(1);
    expect((await bisect('good', '--expect', String(revision - 1))).status).toBe(4);
    expect((await standing()).outcomes).toHaveLength(1);
    expect((await bisect('good', '--expect', String(revision))).status).toBe(0);
  });

  it('is not disturbed by what is recorded of other things', async () => {
    const { bisect, regline, standing } = lab.session();
    await bisect(...start());
    const { session } = await standing();
    const told = await Promise.all([
      bisect('good', '--session', session),
      regline('import', 'facts', 'test/fixtures/pipes'),
      bisect(...start('--test', 'other')),
    ]);
    expect(told.map((t) => t.status)).toEqual([0, 0, 0]);
    const { out } = await bisect('status', '--format', 'json', '--session', session);
    expect((JSON.parse(out) as { outcomes: unknown[] }).outcomes).toHaveLength(1);
  });

  it('is given up alone: an older one that is open is told of and goes on', async () => {
    const { bisect, standing } = lab.session();
    await bisect(...start());
    const older = (await standing()).session;
    await bisect(...start());
    const reset = await bisect('reset');
    expect(reset.err).toContain(`still open: ${older}`);
    expect((await standing()).session).toBe(older);
    expect((await bisect('good', '--session', reset.out.slice(0, 10))).status).toBe(2);
  });

  it('is named after it was given up, to those who write of it then', async () => {
    const { bisect, standing } = lab.session();
    expect((await bisect(...start())).status).toBe(0);
    const { session } = await standing();
    await bisect('reset');
    const { status, err } = await bisect('report');
    expect([status, err]).toEqual([
      2,
      expect.stringContaining(`--session ${session} --repo DIR names the last`),
    ]);
    expect((await bisect('report', '--session', session, '--repo', repository.path)).status).toBe(0);
  });
});

describe('a build with a change on top', () => {
  it('tells of the regression, and nothing of the release in tables', async () => {
    const { bisect, regline, standing } = lab.copied(facts);
    const ends = ['--over', 'releases', '--good', 'v6.12', '--bad', 'v6.19'];
    await bisect('start', ...ends, '--consumer', 'tcmalloc', '--arch', 'x86_64');
    const before = (await standing()).suspects;
    const cell = async () => {
      const { out } = await regline(
        'table',
        ...['--consumers', 'tcmalloc', '--archs', 'x86_64', '--releases', 'v6.14', '--format', 'json'],
      );
      return (JSON.parse(out) as { cells: { status: string }[] }).cells[0]!.status;
    };
    expect((await bisect('bad', 'v6.14', '--patched', '39a167560a61')).status).toBe(0);
    const { outcomes, suspects } = await standing();
    expect(outcomes).toMatchObject([{ version: 'v6.14', outcome: 'bad' }]);
    expect(suspects).toBeLessThan(before);
    expect(await cell()).toBe('works');
    await bisect('bad', 'v6.14');
    expect(await cell()).toBe('broken');
  });
});

describe('a session over recorded changes', () => {
  it('says in its report what it did not see, and how to go deeper', async () => {
    const { bisect, regline } = lab.session();
    await regline('import', 'facts', 'test/fixtures/pipes');
    await bisect('start', '--consumer', 'shell', '--arch', 's390');
    await bisect('bad');
    const found = await bisect('report');
    expect(found.out.replace(/\s+/g, ' ')).toContain(
      'Only the changes that the log records were searched (1 between the ends), not every commit.',
    );
    await bisect('undo');
    await bisect('good');
    const unrecorded = await bisect('report');
    expect(unrecorded.out).toContain('a change that the log does not record, in v2.1-rc1');
    expect(unrecorded.out).toMatch(/regline bisect start --repo DIR --good 2{40} --bad v2\.1-rc1/);
  });

  it('names the fixes that a bad end lacks, where it does not descend from the good one', async () => {
    const { bisect } = lab.copied(facts);
    const ends = ['--over', 'changes', '--good', 'v7.0.14', '--bad', 'v7.1-rc2'];
    const { status, err } = await bisect('start', ...ends, '--consumer', 'tcmalloc', '--arch', 'arm64');
    expect(status).toBe(2);
    expect(err).toMatch(
      /v7\.1-rc2 does not descend from v7\.0\.14, and lacks \d+ changes of it, fixes of known regressions among them: .*411c1cf43039/,
    );
  });

  it('goes down to the commits of a clone that has its ends', async () => {
    const clone = lab.repository('linux');
    const made = [clone.add('0', 'n')];
    clone.git('tag', 'v6.18');
    for (let n = 1; n <= 8; n++) made.push(clone.add(String(n), 'n'));
    clone.git('tag', '-a', '-m', 'rc', 'v6.19-rc1');
    const { bisect } = lab.copied(facts);
    await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    const { out } = await bisect('status', '--repo', clone.path, '--format', 'json');
    const { suspects, top } = JSON.parse(out) as { suspects: number; top: { change: string }[] };
    expect(suspects).toBe(8);
    expect(top.map((t) => t.change).sort()).toEqual(made.slice(1).sort());
  });
});

describe('hostile words', () => {
  it('do not end a search: a tag of an object that the clone lacks', async () => {
    const { bisect, standing } = lab.session();
    repository.git('tag', '-a', '-m', 'a tag', 'v1', commits[3]!);
    const gone = join(repository.path, '.git', 'refs', 'tags', 'gone');
    writeFileSync(gone, `${'1'.repeat(40)}\n`);
    try {
      const { status, err } = await bisect(...start());
      expect([status, err]).toEqual([0, expect.stringContaining('later commits were not searched: ')]);
      expect((await bisect('good', 'v1')).status).toBe(0);
      expect((await bisect('run', lab.script('from9.sh', '[ $(wc -l <n) -lt 10 ]'))).status).toBe(0);
      expect((await standing()).top[0]!.change).toBe(commits[9]);
      await bisect('reset');
    } finally {
      rmSync(gone);
      repository.git('tag', '-d', 'v1');
    }
  });

  it('do nothing: revisions, paths with line ends, names of refs', async () => {
    const { bisect, standing } = lab.session();
    const ref = '$(touch${IFS}hacked)';
    repository.git('update-ref', `refs/tags/${ref}`, commits[7]!);
    await bisect(...start('--paths-only'), '--', 'n');
    expect((await bisect(...start(), '--', 'n\ngit bisect bad x', '--upload-pack=touch x')).status).toBe(0);
    const log = (await bisect('log', '--git')).out;
    expect(log).not.toMatch(/^git bisect bad/m);
    expect((await bisect('good', ref)).status).toBe(0);
    for (const word of ['--output=x', '-h', ';', '\u001b[2J', 'a\nb', ''])
      expect((await bisect('bad', '--', word)).status, word).toBe(2);
    expect((await standing()).outcomes.map((o) => o.version)).toEqual([commits[7]]);
    expect(readdirSync('.')).not.toContain('hacked');
  });

  it('are shown in order in the log for git: subjects that turn the direction of writing', async () => {
    const { bisect } = lab.session();
    const tree = `${commits[7]!}^{tree}`;
    const odd = repository
      .git('commit-tree', '-p', commits[7]!, '-m', 'x \u202e\u001b[2J\u200by', tree)
      .trim();
    await bisect('start', '--repo', repository.path, odd, commits[0]!);
    const [first] = (await bisect('log', '--git')).out.split('\n');
    expect(first).toBe(`# bad: [${odd}] x   [2J y`);
  });
});
