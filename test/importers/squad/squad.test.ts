import { describe, expect, it } from 'vitest';
import { InputError } from '../../../store/errors.ts';
import { squadImporter } from '../../../importers/squad/importer.ts';
import { read, readAs, readFolder, rejectsOf, resultsOf, runsOf } from '../support.ts';

const TESTS = JSON.stringify({
  'kselftest-rseq/rseq_basic_test': 'PASS',
  'kselftest-rseq/rseq_run_param_test_sh_dup2': { result: 'fail', log: 'boom' },
  'kselftest-net/net_forwarding': 'n/a',
  'ltp-cve/cve-2011-0999': null,
  'perf/stat[a/b]': 'xfail',
  'lava/validate': 'pass',
});
const METADATA = JSON.stringify({
  job_id: '77',
  datetime: '2025-09-08T12:00:00+02:00',
  'git describe': 'v6.6.105-rc2',
  git_commit: 'A'.repeat(40),
  make_kernelversion: '6.6.105-rc2',
  arch: 'aarch64',
  kselftest_version: 'v6.16',
});

describe('a submission to SQUAD', () => {
  it('names tests as every other format does, and knows pass and fail only', async () => {
    const { format, events } = await read(TESTS, { release: 'v6.6' });
    expect(format).toBe('squad');
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['kselftest.rseq.run_param_test.sh', 'fail'],
      ['kselftest.net.forwarding', 'skip'],
      ['ltp.cve-2011-0999', 'skip'],
      ['perf.stat_a_b', 'xfail'],
      ['lava.validate', 'pass'],
    ]);
    expect(events[0]).toMatchObject({
      payload: {
        release: 'v6.6',
        results: [
          { raw: 'kselftest-rseq/rseq_basic_test' },
          { excerpt: 'boom' },
          { reason: 'the source says "n/a"' },
          { reason: 'the source says null' },
          {},
        ],
      },
    });
  });

  it('lays what the lab says of itself to infrastructure', async () => {
    const { events } = await read(TESTS);
    const [, lab, why] = events;
    expect(lab).toMatchObject({ type: 'RunObserved', payload: { results: [{ test: 'lava.validate' }] } });
    const { id } = (lab as { payload: { id?: string } }).payload;
    expect(why).toMatchObject({ type: 'OutcomeAttributed', payload: { cause: 'infrastructure', run: id } });
  });

  it('finds its place in the metadata beside it', async () => {
    const [metadata, tests, metrics] = await readFolder({
      'job-a/metadata.json': METADATA,
      'job-a/tests.json': TESTS,
      'job-a/metrics.json': '{"time": 42, "series": [1, 2]}',
      'job-b/tests.json': '{"kselftest-rseq/rseq_basic_test": "fail"}',
    }).then((all) => [all[0]!, all[1]!, all[2]!]);
    expect(metadata!.events).toEqual([]);
    expect(runsOf(tests!.events)[0]).toMatchObject({
      release: 'v6.6.105-rc2',
      arch: 'arm64',
      commit: 'a'.repeat(40),
      id: '77',
      selftests: 'v6.16',
      knownAt: '2025-09-08T10:00:00Z',
    });
    expect(rejectsOf(metrics!.events)).toEqual(['2 metrics: measurements are no results of tests']);
  });

  it('takes no place from a folder that is not its own', async () => {
    const [, other] = await readFolder({
      'm1/metadata.json': METADATA,
      'm2/tests.json': '{"a/b": "pass"}',
    });
    expect(runsOf(other!.events)[0]).not.toHaveProperty('release');
  });

  it("reads SQUAD's own folders: build, environment, job", async () => {
    const [one, two] = await readFolder({
      'v6.12.3/arm64/9/tests.json': '{"a/b": "pass"}',
      'build-1/arm64/9/tests.json': '{"a/c": "pass"}',
    });
    expect(runsOf(one!.events)[0]).toMatchObject({ release: 'v6.12.3', arch: 'arm64' });
    expect(runsOf(two!.events)[0]).not.toHaveProperty('release');
  });

  it('tells metadata alone as a run without results', async () => {
    const { events } = await read(METADATA);
    expect(runsOf(events)).toEqual([expect.objectContaining({ results: 0, release: 'v6.6.105-rc2' })]);
  });

  it('tells names that JSON would lose in silence', async () => {
    const { events } = await read('{"s/a": "pass", "s/b": {"result": "pass"}, "s/a": "fail"}');
    expect(resultsOf(events)).toEqual([
      ['s.a', 'fail'],
      ['s.b', 'pass'],
    ]);
    expect(rejectsOf(events)).toEqual([expect.stringMatching(/"s\/a" stands twice/)]);
  });

  it('is no other JSON that has a result somewhere', async () => {
    const build = { building: false, result: 'FAIL', actions: [], url: 'https://ci', number: 7 };
    await expect(read(JSON.stringify({ lastBuild: build, name: 'job', color: 'blue' }))).rejects.toThrow(
      'not recognised',
    );
  });

  it.each([
    ['{\n"a/b": "pass",\n"c": "pa', [['a.b', 'pass']], 3],
    ['{"a/b": {"result": "fail", "log": "x"}, "c/d": {"result": "fail", "log": "x', [['a.b', 'fail']], 1],
    [
      '{"lava": {"a": {"result": "pass"}}, "s": {"b": {"result": "fail"}, "c": {"result": "pa',
      [['s.b', 'fail']],
      1,
    ],
    [
      '{"count": 2, "next": null, "results": [{"name": "s/a", "status": "pass"}, {"name": "s/b"',
      [['s.a', 'pass']],
      1,
    ],
  ])('is taken as far as it came whole when it is cut: %s', async (text, results, line) => {
    const { events } = await read(text);
    expect(resultsOf(events).filter(([test]) => !test.startsWith('lava'))).toEqual(results);
    expect(rejectsOf(events)).toEqual(['the file ends within its JSON: what was whole before that was read']);
    expect(events.at(-1)?.payload).toMatchObject({ line });
  });

  it('is refused with its line where nothing came whole, or what came are no results', async () => {
    await expect(readAs(squadImporter, '{\n"a/b": "pas')).rejects.toThrow(InputError);
    await expect(readAs(squadImporter, '{"job_id": "7')).rejects.toThrow('no JSON');
    const job = '{"uid": "1", "job_id": "7", "project": "p", "sta';
    await expect(readAs(squadImporter, job)).rejects.toThrow('no JSON');
  });

  it('has the place that cut metadata beside it still say, and metadata alone say what they say', async () => {
    const metadata = '{"job_id": "7", "git_describe": "v6.6.105-rc2", "arch": "arm64", "kernel_defc';
    const folder = { 'metadata.json': metadata, 'tests.json': '{"s/a": "fail"}' };
    const [beside, tests] = await readFolder(folder);
    expect(beside!.events).toEqual([]);
    expect(runsOf(tests!.events)).toMatchObject([{ release: 'v6.6.105-rc2', arch: 'arm64' }]);
    const { events } = await read(metadata);
    expect(runsOf(events)).toMatchObject([{ id: '7', release: 'v6.6.105-rc2', results: 0 }]);
    expect(rejectsOf(events)).toHaveLength(1);
  });

  it('may be YAML', async () => {
    const { format, events } = await read('# submitted\nsuite/one: pass\n"suite/two": FAIL\n');
    expect(format).toBe('squad');
    expect(resultsOf(events)).toEqual([
      ['suite.one', 'pass'],
      ['suite.two', 'fail'],
    ]);
    const nested = await read(
      '---\nsuite/one:\n    log: |\n      - boom: pass\n    result: fail\nsuite/two: skip\n',
    );
    expect(nested.format).toBe('squad');
    expect(resultsOf(nested.events)).toEqual([
      ['suite.one', 'fail'],
      ['suite.two', 'skip'],
    ]);
    expect(JSON.stringify(nested.events)).toContain('- boom: pass');
    const catalogue =
      '_anchors:\n  job: &job\n    event:\n      result: pass\nscheduler:\n  - job: x\n    <<: *job\n';
    await expect(read(catalogue)).rejects.toThrow('not recognised');
  });
});

describe('tables of results', () => {
  it('are runs by build and environment', async () => {
    const { format, events } = await read(
      [
        'build,environment,suite,test,status,log,datetime',
        'v6.1.132-rc2,x86_64,kselftest-rseq,rseq_basic_test,pass,,2025-03-26T00:00:00Z',
        'v6.1.132-rc2,x86_64,kselftest-rseq,"rseq_param,test",fail,"line 1\nline 2",2025-03-26T00:00:00Z',
        'v6.1.132-rc2,juno-r2,kselftest-rseq,kselftest-rseq/rseq_basic_test,skip,,',
        ',,,,pass,,',
      ].join('\n'),
    );
    expect(format).toBe('squad');
    expect(runsOf(events)).toEqual([
      expect.objectContaining({
        release: 'v6.1.132-rc2',
        arch: 'x86_64',
        results: 2,
        knownAt: '2025-03-26T00:00:00Z',
      }),
      expect.objectContaining({ release: 'v6.1.132-rc2', platform: 'juno-r2', results: 1 }),
    ]);
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['kselftest.rseq.param_test', 'fail'],
      ['kselftest.rseq.basic_test', 'skip'],
    ]);
    expect(rejectsOf(events)).toEqual(['a row without the name of a test']);
  });

  it('need no names of columns', async () => {
    const { events } = await read('suite/one,pass\nsuite/two,FAIL\n');
    expect(resultsOf(events).map(([, outcome]) => outcome)).toEqual(['pass', 'fail']);
  });

  it('are refused with the line of a quote that never ends', async () => {
    await expect(read('name,status\nb,fail\n"a,pass\n')).rejects.toThrow(/:3: no CSV/);
  });

  it('are told in parts where they are long', async () => {
    const rows = Array.from({ length: 45_000 }, (_, i) => `v6.1,s/t${i},pass\n`).join('');
    const { events } = await read(`build,name,status\n${rows}v6.2,s/t,fail\n`);
    expect(runsOf(events)).toEqual([
      expect.objectContaining({ release: 'v6.1', part: 1, results: 20_000 }),
      expect.objectContaining({ release: 'v6.1', part: 2, results: 20_000 }),
      expect.objectContaining({ release: 'v6.1', part: 3, results: 5000 }),
      expect.objectContaining({ release: 'v6.2', results: 1 }),
    ]);
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(4);
  });
});

describe("SQUAD's REST interface", () => {
  it('gives pages; what is counted there is not believed', async () => {
    const { events } = await read(
      JSON.stringify({
        count: 9999,
        next: null,
        previous: null,
        results: [
          {
            name: 'kselftest-rseq/rseq_basic_test',
            status: 'fail',
            has_known_issues: true,
            build: 'https://q/b/1/',
          },
          { name: 's/two', result: false, log: 'why' },
          { name: 's/three', result: null },
          { status: 'pass' },
        ],
      }),
    );
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'xfail'],
      ['s.two', 'fail'],
      ['s.three', 'skip'],
    ]);
    expect(rejectsOf(events)).toHaveLength(1);
  });
});

describe('TuxSuite and TuxRun', () => {
  it('reads suites of cases, and downloads by their label', async () => {
    const { events } = await read(
      JSON.stringify({
        lava: {
          validate: { result: 'pass' },
          'http-download': { kernel: { result: 'pass' }, rootfs: { result: 'fail', duration: '1.5' } },
          job: { result: 'fail', error_type: 'Infrastructure', error_msg: 'no board' },
        },
        '1_kselftest-rseq': { rseq_basic_test: { result: 'pass' }, broken: {}, odd: { result: 'what' } },
        nonsense: 7,
      }),
    );
    expect(resultsOf(events)).toEqual([
      ['kselftest.rseq.basic_test', 'pass'],
      ['kselftest.rseq.odd', 'unknown'],
      ['lava.validate', 'pass'],
      ['lava.http-download.kernel', 'pass'],
      ['lava.http-download.rootfs', 'fail'],
      ['lava.job', 'fail'],
    ]);
    expect(JSON.stringify(events)).toContain('Infrastructure: no board');
    expect(rejectsOf(events)).toEqual(['/1_kselftest-rseq/broken is no result', '/nonsense is no result']);
  });

  it('joins a plan: tests with their builds, and what has no verdict yet', async () => {
    const { events } = await read(
      JSON.stringify({
        builds: {
          b1: {
            uid: 'b1',
            git_repo: 'https://git/linux.git',
            git_sha: 'b'.repeat(40),
            git_describe: 'v6.12-rc3',
            target_arch: 'x86_64',
            kconfig: ['defconfig', 'X=y'],
            toolchain: 'gcc-13',
            result: 'pass',
          },
        },
        tests: {
          t1: {
            uid: 't1',
            waiting_for: 'b1',
            device: 'qemu-x86_64',
            state: 'finished',
            tests: ['boot', 'kselftest-rseq', 'ltp-smoke'],
            results: { boot: 'pass', 'kselftest-rseq': 'fail' },
          },
        },
      }),
    );
    expect(events.map((e) => e.type)).toEqual(['CheckoutObserved', 'BuildObserved', 'RunObserved']);
    expect(events[0]).toMatchObject({ payload: { release: 'v6.12-rc3', commit: 'b'.repeat(40) } });
    expect(events[1]).toMatchObject({ payload: { build: 'b1', arch: 'x86_64', config: 'defconfig' } });
    expect(events[2]).toMatchObject({ payload: { id: 't1', build: 'b1' } });
    expect(resultsOf(events).map(([, outcome]) => outcome)).toEqual(['pass', 'fail', 'miss']);
  });

  it('reads the builds and tests of a plan as the lists that they also come in', async () => {
    const build = { uid: 'b1', project: 'p/q', build_status: 'fail', target_arch: 'arm64', result: 'fail' };
    const test = { uid: 't1', project: 'p/q', waiting_for: 'b1', state: 'finished', tests: ['boot'] };
    const { format, events } = await read(JSON.stringify([build, test]));
    expect(format).toBe('squad');
    expect(events.map((e) => e.type)).toEqual(['CheckoutObserved', 'BuildObserved', 'RunObserved']);
    expect(events[1]).toMatchObject({ payload: { build: 'b1', arch: 'arm64', outcome: 'fail' } });
    expect(events[2]).toMatchObject({ payload: { build: 'b1', results: [{ outcome: 'miss' }] } });
    await expect(read(JSON.stringify([build, 'x']))).rejects.toThrow('not recognised');
  });

  it('reads what TuxMake says of a build, beside the words that look like results', async () => {
    const { format, events } = await read(
      JSON.stringify({
        build: {
          kconfig: ['defconfig', 'x.config'],
          target_arch: 'aarch64',
          toolchain: 'gcc-13',
          verbose: 'skip',
        },
        compiler: { name: 'gcc', version: '13' },
        results: {
          status: 'FAIL',
          errors: 1,
          duration: { build: 12.5 },
          targets: { config: { status: 'PASS', duration: 1 }, kernel: { status: 'FAIL', duration: 2 } },
        },
        source: { kernelrelease: '6.19.0-rc3-00012-g1234567890ab', kernelversion: '6.19.0-rc3' },
        tuxmake: { version: '1.43.0' },
      }),
    );
    expect(format).toBe('squad');
    expect(events.map((e) => e.type)).toEqual(['CheckoutObserved', 'BuildObserved']);
    expect(events[0]).toMatchObject({
      payload: { release: 'v6.19-rc3-12-g1234567890ab', commit: '1234567890ab' },
    });
    expect(events[1]).toMatchObject({
      payload: {
        outcome: 'fail',
        arch: 'arm64',
        config: 'defconfig',
        compiler: 'gcc-13',
        durationMs: 12_500,
        checkout: 'tuxmake:6.19.0-rc3-00012-g1234567890ab',
      },
    });
  });

  it("takes what was stated of TuxMake's build only where the file does not say it", async () => {
    const stated = { release: 'v6.1', arch: 'riscv', config: 'tinyconfig' };
    const said = (build: object, source: object) =>
      read(JSON.stringify({ build, results: { status: 'PASS' }, source, tuxmake: {} }), stated);
    const full = await said(
      { target_arch: 'arm64', kconfig: 'defconfig' },
      { kernelrelease: '6.19.0-rc3', kernelversion: '6.19.0-rc3' },
    );
    expect(full.events.map((e) => e.payload)).toMatchObject([
      { release: 'v6.19-rc3' },
      { arch: 'arm64', config: 'defconfig' },
    ]);
    const bare = await said({}, {});
    expect(bare.events.map((e) => e.payload)).toMatchObject([
      { release: 'v6.1' },
      { arch: 'riscv', config: 'tinyconfig' },
    ]);
  });

  it('takes a status of TuxMake that is none for not known', async () => {
    const { events } = await read(
      JSON.stringify({ build: {}, results: { status: 'constructor' }, source: {}, tuxmake: {} }),
    );
    expect(events[1]).toMatchObject({ payload: { outcome: 'unknown' } });
  });
});
