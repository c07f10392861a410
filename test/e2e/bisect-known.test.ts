import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BisectLab } from '../support/bisect-lab.ts';

const lab = new BisectLab();
/** A log with the shipped data, to be copied. */
let facts = '';

beforeAll(async () => {
  const { db, regline } = lab.session();
  await regline('import', 'facts', 'data/rseq');
  facts = db;
}, 120_000);
afterAll(() => {
  lab.remove();
});

describe('what the log knows', () => {
  it('answers before the first test, marked, and only once', async () => {
    const { bisect, regline, standing } = lab.copied(facts);
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
      // git, which replays it, is told as well.
      const told = join(lab.folder, `told-${chooser}.log`);
      writeFileSync(told, (await bisect('log', '--git')).out);
      clone.git('bisect', 'replay', told);
      const ofGit = clone.git('rev-list', 'refs/bisect/bad', '--not', '--glob=refs/bisect/good-*');
      expect(ofGit.split('\n')).toEqual(tested.slice(16, 21).toReversed());
      clone.git('bisect', 'reset');
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
    const { bisect, regline, standing } = lab.copied(facts);
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
    const { bisect, regline, standing } = lab.copied(facts);
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

  it('answers with each run, where runs of one version differ, to a search that allows for that', async () => {
    const { repository: clone, commits: tested } = lab.mainline('differs', 31, 'lines');
    clone.git('tag', '-a', '-m', 'a release', 'v6.18-rc3', tested[10]!);
    const { bisect, regline, standing } = lab.session();
    await regline('init');
    const log = join(lab.folder, 'differs.log');
    for (const [run, verdict] of ['ok', 'not ok', 'ok', 'ok', 'ok'].entries()) {
      writeFileSync(log, `TAP version 13\n# run ${run}\n1..1\n${verdict} 1 selftests: rseq: basic_test\n`);
      const at = ['--release', 'v6.18-rc3', '--arch', 'x86_64', '--origin', 'lab'];
      expect((await regline('import', 'ktap', log, ...at)).status).toBe(0);
    }
    const answers = async (...rates: readonly string[]) => {
      const search = ['--test', 'rseq.basic_test', '--arch', 'x86_64', tested[30]!, tested[0]!];
      await bisect('start', '--repo', clone.path, ...search, ...rates);
      const { prefilled, top } = await standing();
      return { known: prefilled.map((p) => [p.release, p.verdict]), most: top[0]!.p };
    };
    // A crash is a crash, however often it stays away: nothing after that can have brought it.
    const crash = await answers('--rates', '0,0.9');
    expect(crash.known).toEqual([
      ['v6.18-rc3', 'bad'],
      ['v6.18-rc3', 'good'],
    ]);
    expect(crash.most).toBeGreaterThan(0.09);
    expect((await answers('--flaky')).known).toEqual(crash.known);
    expect((await answers('--exact')).known).toEqual([]);
  });

  it('learns its rates of every run that the log holds, and not of one for each outcome', async () => {
    const search = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--test', 'rseq.basic_test'];
    const bits = async (passes: number) => {
      const { bisect, regline, standing } = lab.copied(facts);
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
      const { bisect, standing } = lab.copied(facts);
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

  it('asks a test that may lie for as much confidence as somebody wants, and says so in its command', async () => {
    const search = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--consumer', 'tcmalloc'];
    const { bisect } = lab.copied(facts);
    const start = (...more: readonly string[]) => bisect('start', ...search, '--arch', 'x86_64', ...more);
    expect((await start('--flaky', '--confidence', '98%')).status).toBe(0);
    expect((await bisect('report')).out).toContain('--flaky --confidence 0.98');
    for (const wrong of ['0.5', '1', '98', 'high', '-1%']) {
      const { status, err } = await start('--flaky', `--confidence=${wrong}`);
      expect([status, err]).toEqual([2, expect.stringContaining(`--confidence "${wrong}" is none`)]);
    }
    const { status, err } = await start('--confidence', '0.98');
    expect([status, err]).toEqual([2, expect.stringContaining('add --flaky or --rates')]);
  });

  it.each(['0', '0,.5,.2', '.5,.5', 'learn', 'learn,1', '-0.1,learn', '0,Learn'])(
    'takes no --rates %s',
    async (rates) => {
      const { bisect } = lab.copied(facts);
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
    const { bisect, standing } = lab.copied(facts);
    expect((await bisect('start', '--consumer', consumer, '--arch', arch)).status).toBe(0);
    expect(await standing()).toMatchObject({ good: [good], bad: [bad] });
  });

  it('names the ends that it only predicts, and no others', async () => {
    const { bisect } = lab.copied(facts);
    const predicted = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    expect(predicted.err).toContain('of v6.18 and v6.19-rc1 only records tell how tcmalloc x86_64 fares');
    const one = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64', '--good', 'v6.18');
    expect(one.err).toContain('of v6.19-rc1 only records tell');
    const ends = ['--good', 'v6.18', '--bad', 'v6.19-rc1'];
    const given = await bisect('start', '--consumer', 'tcmalloc', '--arch', 'x86_64', ...ends);
    expect(given.err).not.toContain('only records tell');
  });

  it('is found by whichever name a tool or a distribution gives an architecture', async () => {
    const { bisect, standing } = lab.copied(facts);
    const search = ['start', '--consumer', 'tcmalloc', '--arch'];
    const begun = async (...archs: readonly string[]) => {
      expect((await bisect(...search, ...archs)).status).toBe(0);
      const { regressions, good, bad, next, top, suspects } = await standing();
      return { regressions, good, bad, next, top, suspects };
    };
    expect(await begun('amd64')).toEqual(await begun('x86_64'));
    expect(await begun('aarch64,x86-64')).toEqual(await begun('arm64,x86_64'));
    expect(await begun('arm64', '--arch', 'x86_64')).toEqual(await begun('arm64,x86_64'));
    await bisect('good', '--arch', 'aarch64');
    await bisect('bad', '--only', 'tcmalloc', '--arch', 'amd64');
    expect((await standing()).outcomes.map((o) => [o.outcome, o.regression])).toEqual([
      ['good', 'tcmalloc arm64'],
      ['bad', 'tcmalloc x86_64'],
    ]);
    expect((await bisect(...search, 'arm64,aarch64')).err).toContain('tcmalloc arm64 is named twice');
    // The kernel's folder is of two of them.
    expect((await bisect(...search, 'x86')).err).toContain('did you mean: x86_64');
    const test = ['--over', 'releases', '--good', 'v6.18', '--bad', 'v7.0.9', '--test', 'rseq.basic_test'];
    await bisect('start', ...test, '--arch', 'aarch64');
    expect((await standing()).regressions.map((r) => r.key)).toEqual(['kselftest.rseq.basic_test arm64']);
  });

  it('names other turns, and consumers that did not turn there', async () => {
    const { bisect } = lab.copied(facts);
    const fix = await bisect('start', '--fixed', '--consumer', 'tcmalloc', '--arch', 'x86_64');
    expect(fix.err).toContain('--good v7.0.9 --bad v7.0.10 searches it');
    const both = await bisect('start', '--consumer', 'tcmalloc,glibc', '--arch', 'x86_64');
    expect(both.err).toContain(
      'does not know that glibc/2.34-vendor x86_64 turned between v6.18 and v6.19-rc1',
    );
  });
});
