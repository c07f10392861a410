import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

/** A session on a copy of a log: what another machine would have. */
function copied(from: string) {
  const session = lab.session();
  for (const name of readdirSync(dirname(from)))
    if ([basename(from), `${basename(from)}-wal`].includes(name))
      cpSync(join(dirname(from), name), session.db + name.slice(basename(from).length));
  return session;
}

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
    const there = copied(here.db);
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
    const { bisect, regline, standing } = copied(facts);
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
});

describe('what the log knows', () => {
  it('answers before the first test, marked, and only once', async () => {
    const { bisect, regline, standing } = copied(facts);
    const wide = ['--over', 'releases', '--good', 'v6.12', '--bad', 'v7.0.9'];
    const log = join(lab.folder, 'kselftest.log');
    writeFileSync(log, 'TAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n');
    await regline('import', 'ktap', log, '--release', 'v6.16', '--arch', 'x86_64', '--origin', 'lab');
    await bisect('start', ...wide, '--test', 'rseq.basic_test', '--arch', 'x86_64');
    const { prefilled } = await standing();
    expect(prefilled.map((p) => [p.release, p.verdict, p.basis])).toContainEqual(['v6.16', 'good', 'tested']);
    expect((await bisect('status')).out).toContain('the log answers for');
    await bisect('start', ...wide, '--test', 'rseq.basic_test', '--arch', 'x86_64', '--no-prefill');
    expect((await standing()).prefilled).toEqual([]);
    await bisect('start', ...wide, '--consumer', 'tcmalloc', '--arch', 'x86_64');
    const before = (await standing()).prefilled;
    await bisect('good', 'v6.15');
    expect((await standing()).prefilled).toEqual(before);
  });

  it.each(['information', 'git'])(
    'narrows a clone by results of releases that it knows by nothing else, until they are retracted (%s)',
    async (chooser) => {
      const { repository: clone, commits: tested } = lab.mainline(`candidates-${chooser}`, 41, 'lines');
      const { bisect, regline, standing } = lab.session();
      await regline('init');
      const log = join(lab.folder, 'candidate.log');
      for (let rc = 1; rc <= 7; rc++) {
        // What was repaired again is no bad end for git, which knows of one turn only.
        const isBad = rc >= 4 || (rc === 1 && chooser === 'git');
        clone.git('tag', '-a', '-m', 'a candidate', `v6.18-rc${rc}`, tested[rc * 5]!);
        writeFileSync(
          log,
          `TAP version 13\n# rc${rc}\n1..1\n${isBad ? 'not ok' : 'ok'} 1 selftests: rseq: basic_test\n`,
        );
        const at = ['--release', `v6.18-rc${rc}`, '--arch', 'x86_64', '--origin', 'lab'];
        expect((await regline('import', 'ktap', log, ...at)).status).toBe(0);
      }
      const search = ['--test', 'rseq.basic_test', '--arch', 'x86_64', tested[40]!, tested[0]!];
      const begin = (...more: readonly string[]) =>
        bisect('start', '--repo', clone.path, '--chooser', chooser, ...search, ...more);
      await begin('--no-prefill');
      expect(await standing()).toMatchObject({ suspects: 40, prefilled: [] });
      await begin();
      const { suspects, prefilled, next } = await standing();
      expect(suspects).toBe(5);
      expect(prefilled.map((p) => [p.release, p.verdict, p.basis])).toContainEqual([
        'v6.18-rc4',
        'bad',
        'tested',
      ]);
      expect(prefilled).toHaveLength(7);
      expect(tested.slice(16, 20)).toContain(next[0]!.version);
      const known = prefilled.find((p) => p.release === 'v6.18-rc4')!;
      await regline('retract', known.evidence[0]!.split('#')[0]!, '--reason', 'another board');
      expect(await standing()).toMatchObject({ suspects: 10, bad: [tested[40]] });
      // What the log has seen to work is enough for an answer, too.
      await bisect('start', '--repo', clone.path, '--chooser', chooser, ...search.slice(0, -1));
      expect((await bisect('run', 'sh', '-c', '[ $(wc -l <lines) -le 16 ]')).status).toBe(0);
      expect((await standing()).top[0]!.change).toBe(tested[16]);
      expect((await bisect('report')).out).toContain(`introduced: ${tested[16]!}`);
    },
  );

  it('is of the default configuration: what other switches show is another thing', async () => {
    const { bisect, regline, standing } = copied(facts);
    const search = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--test', 'rseq.basic_test'];
    const rates = async () => {
      await bisect('start', ...search, '--arch', 'x86_64', '--flaky');
      const { regressions, prefilled } = await standing();
      return { rates: regressions, prefilled: prefilled.length };
    };
    const before = await rates();
    const log = join(lab.folder, 'switches.log');
    const told = ['--arch', 'x86_64', '--origin', 'lab', '--config', 'CONFIG_DEBUG_RSEQ=y'];
    for (const release of ['v6.17', 'v6.18', 'v6.19']) {
      writeFileSync(log, `TAP version 13\n# ${release}\n1..1\nnot ok 1 selftests: rseq: basic_test\n`);
      await regline('import', 'ktap', log, '--release', release, ...told);
    }
    expect(await rates()).toEqual(before);
  });

  it('doubts a test that the log has seen to pass and to fail at one version on one machine', async () => {
    const search = ['--over', 'releases', '--good', 'v6.12', '--bad', 'v7.0.9', '--test', 'rseq.basic_test'];
    const { bisect, regline, standing } = copied(facts);
    const file = join(lab.folder, 'submission.json');
    const of = { origin: 'lab' };
    const run = async (id: string, status: string, platform: string) => {
      const submission = {
        version: { major: 5, minor: 3 },
        checkouts: [{ ...of, id: 'lab:c', git_commit_name: 'v6.16', git_commit_tags: ['v6.16'] }],
        builds: [{ ...of, id: 'lab:b', checkout_id: 'lab:c', architecture: 'x86_64', status: 'PASS' }],
        tests: [
          {
            ...of,
            id,
            build_id: 'lab:b',
            path: 'kselftest.rseq.basic_test',
            status,
            environment: { misc: { platform } },
          },
        ],
      };
      writeFileSync(file, JSON.stringify(submission));
      expect((await regline('import', 'kcidb', file)).status).toBe(0);
    };
    const begun = async (...more: readonly string[]) => {
      const { err, status } = await bisect('start', ...search, '--arch', 'x86_64', ...more);
      expect(status).toBe(0);
      const { next } = await standing();
      const { out: report } = await bisect('report');
      return { err, next, repeated: / --(flaky|exact)\b/.exec(report)?.[1] };
    };
    await run('lab:1', 'PASS', 'one');
    await run('lab:2', 'FAIL', 'two');
    const certain = await begun();
    expect(certain.err).not.toContain('doubted');
    expect(certain.repeated).toBeUndefined();
    await run('lab:3', 'FAIL', 'one');
    const doubted = await begun();
    expect(doubted.err).toContain(
      'kselftest.rseq.basic_test failed in 1 of 2 runs at v6.16 on x86_64, one: its outcomes are doubted, as with --flaky (--exact takes each for certain)',
    );
    expect(doubted.repeated).toBe('flaky');
    expect(doubted.next).toEqual((await begun('--flaky')).next);
    const exact = await begun('--exact');
    expect(exact.err).not.toContain('doubted');
    expect(exact.repeated).toBe('exact');
    expect(exact.next).toEqual(certain.next);
    expect((await begun('--no-prefill')).err).not.toContain('doubted');
    expect((await bisect('start', ...search, '--exact', '--flaky')).status).toBe(2);
  });

  it('learns its rates of every run that the log holds, and not of one for each outcome', async () => {
    const search = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--test', 'rseq.basic_test'];
    const bits = async (passes: number) => {
      const { bisect, regline, standing } = copied(facts);
      const log = join(lab.folder, 'runs.log');
      for (let run = 0; run <= passes; run++) {
        const verdict = run === 0 ? 'not ok' : 'ok';
        writeFileSync(log, `TAP version 13\n# run ${run}\n1..1\n${verdict} 1 selftests: rseq: basic_test\n`);
        const at = ['--release', 'v6.18', '--arch', 'x86_64', '--origin', 'lab'];
        expect((await regline('import', 'ktap', log, ...at)).status).toBe(0);
      }
      await bisect('start', ...search, '--arch', 'x86_64', '--flaky');
      return (await standing()).next[0]!.bits;
    };
    // One failure in ten runs leaves more to be relied on than one in two.
    expect(await bits(9)).toBeGreaterThan(await bits(1));
  });

  it('may know one of the rates at which a test lies, and says so in its command', async () => {
    const search = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--consumer', 'tcmalloc'];
    const state = async (...rates: readonly string[]) => {
      const { bisect, standing } = copied(facts);
      expect((await bisect('start', ...search, '--arch', 'x86_64', '--no-prefill', ...rates)).status).toBe(0);
      const { out } = await bisect('report');
      return { out, next: (await standing()).next };
    };
    const crash = await state('--rates', '0,learn');
    const flaky = await state('--flaky');
    expect(crash.out).toContain('--rates 0,learn');
    expect(flaky.out).toContain('--flaky');
    expect((await state('--rates', 'learn,learn')).next).toEqual(flaky.next);
    // Whoever can rely on failures learns more of a run.
    expect(crash.next[0]!.bits).toBeGreaterThan(flaky.next[0]!.bits);
  });

  it.each(['0', '0,.5,.2', '.5,.5', 'learn', 'learn,1', '-0.1,learn', '0,Learn'])(
    'takes no --rates %s',
    async (rates) => {
      const { bisect } = copied(facts);
      const { status, err } = await bisect('start', '--over', 'releases', `--rates=${rates}`);
      expect(status).toBe(2);
      expect(err).toContain(`--rates "${rates}" are no two rates`);
    },
  );

  it.each([
    ['tcmalloc', 'x86_64', 'v6.18', 'v6.19-rc1'],
    ['mongodb', 'x86_64', 'v6.18', 'v6.19-rc1'],
    ['librseq', 'arm64', 'v6.18', 'v6.19-rc1'],
    ['glibc', 'x86_64', 'v7.1-rc2', 'v7.1-rc3'],
  ])('gives the ends for %s on %s, variants and slowness too', async (consumer, arch, good, bad) => {
    const { bisect, standing } = copied(facts);
    expect((await bisect('start', '--consumer', consumer, '--arch', arch)).status).toBe(0);
    expect(await standing()).toMatchObject({ good: [good], bad: [bad] });
  });

  it('names the ends that it only predicts, and no others', async () => {
    const { bisect } = copied(facts);
    const predicted = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    expect(predicted.err).toContain('of v6.18 and v6.19-rc1 only records tell how tcmalloc x86_64 fares');
    const one = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64', '--good', 'v6.18');
    expect(one.err).toContain('of v6.19-rc1 only records tell');
    const ends = ['--good', 'v6.18', '--bad', 'v6.19-rc1'];
    const given = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64', ...ends);
    expect(given.err).not.toContain('only records tell');
  });

  it('names other turns, and consumers that did not turn there', async () => {
    const { bisect } = copied(facts);
    const fix = await bisect('start', '--fixed', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    expect(fix.err).toContain('--good v7.0.9 --bad v7.0.10 searches it');
    const both = await bisect('start', '--consumer', 'tcmalloc,glibc', '--arch', 'x86_64');
    expect(both.err).toContain(
      'does not know that glibc/2.34-vendor x86_64 turned between v6.18 and v6.19-rc1',
    );
  });
});

describe('a build with a change on top', () => {
  it('tells of the regression, and nothing of the release in tables', async () => {
    const { bisect, regline, standing } = copied(facts);
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
    const { bisect } = copied(facts);
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
    const { bisect } = copied(facts);
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
});
