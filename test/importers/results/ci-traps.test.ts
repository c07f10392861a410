import { describe, expect, it } from 'vitest';
import { toldBy } from '../support.ts';

/** What a file holds, the file, and what it comes to. */
type Trap = readonly [string, string, readonly string[]];

const squad = (tests: Readonly<Record<string, unknown>>) => JSON.stringify(tests);
const SQUAD: readonly Trap[] = [
  [
    'pass and fail in any case, and what is neither',
    squad({ 's/a': 'PASS', 's/b': 'Fail', 's/c': 'skip', 's/d': '', 's/e': 'timeout', 's/f': null }),
    ['pass s.a', 'fail s.b', 'skip s.c', 'skip s.d', 'skip s.e', 'skip s.f'],
  ],
  [
    'results with their logs',
    squad({ 's/a': { result: 'fail', log: 'boom' }, 's/b': { result: 'pass' } }),
    ['fail s.a', 'pass s.b'],
  ],
  [
    'a suite of several folders, a test without one, and a variant with a slash',
    squad({ 'a/b/c': 'pass', alone: 'fail', 'a/b[x/y]': 'pass' }),
    ['pass a.b.c', 'fail alone', 'pass a.b_x_y'],
  ],
  [
    'the names that a suite has had over the years',
    squad({
      'kselftest/rseq_basic_test': 'pass',
      'kselftest-rseq/rseq_basic_test': 'fail',
      'kselftests-native/rseq.basic_test': 'pass',
    }),
    ['pass kselftest.rseq.basic_test', 'fail kselftest.rseq.basic_test', 'pass kselftest.rseq.basic_test'],
  ],
  [
    'a name that is longer than SQUAD keeps',
    squad({ [`s/${'x'.repeat(300)}`]: 'fail' }),
    [`fail s.${'x'.repeat(300)}`],
  ],
  [
    'a page of the REST interface: a known issue is a failure that was expected',
    JSON.stringify({
      count: 99,
      next: null,
      previous: null,
      results: [
        { name: 's/a', status: 'xfail', result: false, has_known_issues: true },
        { name: 's/b', status: 'fail', result: false },
        { name: 's/c', status: 'pass', result: true },
        { name: 's/d', status: 'skip', result: null },
      ],
    }),
    ['xfail s.a', 'fail s.b', 'pass s.c', 'skip s.d'],
  ],
  [
    'a page that tells results by true, false and null alone',
    JSON.stringify({
      count: 3,
      next: null,
      previous: null,
      results: [
        { name: 's/b', result: false, has_known_issues: true },
        { name: 's/c', result: true },
        { name: 's/d', result: null },
      ],
    }),
    ['xfail s.b', 'pass s.c', 'skip s.d'],
  ],
];

const entry = (level: string, msg: unknown) =>
  `- ${JSON.stringify({ dt: '2026-04-01T10:00:00.000000', lvl: level, msg })}\n`;
const result = (definition: string, name: string, word: string, more = {}) =>
  entry('results', { case: name, definition, result: word, ...more });
const LAVA: readonly Trap[] = [
  [
    'what the lab says of itself, and a suite with its number',
    result('lava', 'validate', 'pass') + result('12_kselftest-rseq', 'rseq_basic_test', 'fail'),
    ['fail kselftest.rseq.basic_test', 'pass lava.validate'],
  ],
  [
    'a case that comes twice',
    result('0_x', 'a', 'fail') + result('0_x', 'a', 'pass'),
    ['fail x.a', 'pass x.a'],
  ],
  [
    'messages that are a text, a list, a map, a number, and nothing',
    entry('info', ['a', 'b']) +
      entry('debug', { a: 1 }) +
      entry('info', 7) +
      entry('info', null) +
      result('0_x', 'a', 'pass'),
    ['pass x.a'],
  ],
  [
    'four words that are results, and others',
    result('0_x', 'a', 'pass') +
      result('0_x', 'b', 'fail') +
      result('0_x', 'c', 'skip') +
      result('0_x', 'd', 'unknown') +
      result('0_x', 'e', 'perhaps'),
    ['pass x.a', 'fail x.b', 'skip x.c', 'unknown x.d', 'unknown x.e'],
  ],
  [
    'a job that failed for want of a lab',
    result('lava', 'job', 'fail', { error_type: 'Infrastructure', error_msg: 'no board' }),
    ['fail lava.job'],
  ],
  [
    'results as they are exported, where everything is a text',
    "- {job: '1', suite: 1_s, name: a, result: pass, measurement: None, unit: '', url: None, level: None}\n",
    ['pass s.a'],
  ],
  [
    'results as a table',
    'name,job,suite,result,measurement,unit,duration,url,id,logged,log_start_line,log_end_line,metadata,level\n' +
      'rseq_basic_test,77,1_kselftest-rseq,fail,None,,,/results/1,9,2026-04-01 10:00:00.000000+00:00,1,2,{},None\n' +
      'job,77,lava,pass,None,,,/results/1,10,2026-04-01 10:00:00.000000+00:00,1,2,{},None\n',
    ['fail kselftest.rseq.basic_test', 'pass lava.job'],
  ],
  [
    'results as TAP: a heading names the suite, and what is indented is of the log',
    'TAP version 13\n1..5\n# TAP results for lava\nok 1 validate\n# TAP results for 1_kselftest-rseq\n' +
      'not ok 2 rseq_basic_test\n ---\n ok 1 selftests: x: y\n ...\nok 3 rseq_param_test # SKIP test skipped\n' +
      'not ok 4 odd # TODO unknown result\nok 5 - even\n',
    [
      'fail kselftest.rseq.basic_test',
      'skip kselftest.rseq.param_test',
      'unknown kselftest.rseq.odd',
      'pass kselftest.rseq.even',
      'pass lava.validate',
    ],
  ],
];

const block = (tag: string, body: string, status: string) =>
  `<<<test_start>>>\ntag=${tag} stime=1652397450\ncmdline="${tag}"\ncontacts=""\nanalysis=exit\n<<<test_output>>>\n${body}` +
  `<<<execution_status>>>\ninitiation_status="ok"\nduration=0 ${status} corefile=no\ncutime=0 cstime=0\n<<<test_end>>>\n`;
const exited = (id: number) => `termination_type=exited termination_id=${id}`;
const LTP: readonly Trap[] = [
  [
    'the mask that a test exits with',
    [0, 1, 2, 4, 32, 33, 34, 36].map((id) => block(`t${id}`, '', exited(id))).join(''),
    [
      'pass ltp.t0',
      'fail ltp.t1',
      'error ltp.t2',
      'fail ltp.t4',
      'skip ltp.t32',
      'fail ltp.t33',
      'error ltp.t34',
      'fail ltp.t36',
    ],
  ],
  ['a program that is not installed', block('gone', '', exited(127)), ['error ltp.gone']],
  [
    'a program that a signal ended',
    block('sig', '', 'termination_type=signaled termination_id=11'),
    ['fail ltp.sig'],
  ],
  [
    'both ways in which tests print, with totals that are not believed',
    block('old', 'old01       1  TPASS  :  fine\nold01       2  TFAIL  :  wrong\n', exited(0)) +
      block('new', 'new.c:12: TPASS: fine\nSummary:\npassed   7\nfailed   3\n', exited(0)),
    ['pass ltp.old', 'pass ltp.new'],
  ],
  [
    "the kernel's messages in the middle of a line",
    block('dev', 'tst_device.c:93:[  147.226163] loop0: detected\n TINFO: x\n', exited(1)),
    ['fail ltp.dev'],
  ],
  [
    'a text that speaks of the marks, inside and outside of a test',
    `blocks (<<<test_start>>>/<<<execution_status>>>/<<<test_end>>>)\n[ 1.5] ${block('a', 'see <<<test_end>>> below\n', exited(0))}`,
    ['pass ltp.a'],
  ],
  [
    'a block without a status, and one that is the last',
    `<<<test_start>>>\ntag=a stime=1\n<<<test_output>>>\n${block('b', '', exited(0))}<<<test_start>>>\ntag=c stime=1\n`,
    ['miss ltp.a', 'pass ltp.b', 'miss ltp.c'],
  ],
  [
    'the log that runltp writes beside its transcript',
    [
      'Test Start Time: Thu May 12 21:45:12 2022',
      '-----------------------------------------',
      'Testcase                                           Result     Exit Value',
      '--------                                           ------     ----------',
      'abort01                                            PASS       0    ',
      'accept02                                           CONF       32   ',
      'fork14                                             FAIL       1    ',
      'brok01                                             FAIL       2    ',
      'gone01                                             FAIL       127  ',
      '',
      '-----------------------------------------------',
      'Total Tests: 99',
      'Total Failures: 99',
      'Kernel Version: 5.18.0-rc5',
      'Machine Architecture: x86_64',
      '',
    ].join('\n'),
    ['pass ltp.abort01', 'skip ltp.accept02', 'fail ltp.fork14', 'error ltp.brok01', 'error ltp.gone01'],
  ],
  [
    'the log that ltp-pan writes for machines',
    [
      "startup='Thu May 12 21:45:12 2022'",
      'tag=abort01 stime=1652391912 dur=3 exit=exited stat=0 core=no cu=1 cs=2',
      'tag=accept02 stime=1652391915 dur=0 exit=exited stat=32 core=no cu=1 cs=2',
      'tag=fork14 stime=1652391915 dur=0 exit=signaled stat=6 core=yes cu=1 cs=2',
      '',
    ].join('\n'),
    ['pass ltp.abort01', 'skip ltp.accept02', 'fail ltp.fork14'],
  ],
  [
    'a program that could not be started, whatever the number of its error is',
    block('gone01', '', exited(13)).replace(
      'initiation_status="ok"',
      'initiation_status="pan(1): execvp of \'gone\' (tag gone01) failed.  errno:13  Permission denied"',
    ),
    ['error ltp.gone01'],
  ],
  [
    "kirk's report: tests are counted, assertions are not; what was not there, and what was not supported in part",
    JSON.stringify({
      results: [
        {
          test_fqn: 'mixed',
          status: 'pass',
          test: {
            command: 'mixed',
            passed: 3,
            skipped: 1,
            failed: 0,
            retval: ['0'],
            result: 'pass',
            log: '',
          },
        },
        { test_fqn: 'gone', status: 'fail', test: { command: 'gone', retval: ['127'], log: '' } },
        { test_fqn: 'w', status: 'warn', test: { command: 'w', retval: ['4'], log: '' } },
      ],
      stats: { runtime: 1, passed: 284, failed: 0, broken: 0, skipped: 0, warnings: 0 },
      environment: { kernel: 'Linux 6.18.0 #1 SMP', arch: 'x86_64' },
    }),
    ['pass ltp.mixed', 'error ltp.gone', 'fail ltp.w'],
  ],
  [
    "openQA's second form",
    JSON.stringify({
      results: [
        { test_fqn: 'LTP:a', status: 'pass', test: { result: 'PASS', log: 'TPASS', duration: '1.5' } },
        { test_fqn: 'LTP:b', status: 'brok', test: { result: 'BROK', log: '' } },
        { test_fqn: 'LTP:c', status: 'conf', test: { result: 'CONF', log: '' } },
      ],
      format: 'result_array:v2',
    }),
    ['pass ltp.a', 'error ltp.b', 'skip ltp.c'],
  ],
  [
    'a report that was cut: the results that came whole',
    '{"results": [{"test_fqn": "a", "status": "fail", "test": {"log": ""}}, {"test_fqn": "b", "status": "fail", "te',
    ['fail ltp.a', '1 rejected'],
  ],
];

describe.each([
  ['SQUAD', SQUAD],
  ['LAVA', LAVA],
  ['LTP', LTP],
] as const)('what files of %s really hold', (_, traps) => {
  it.each(traps)('%s', async (__, file, outcomes) => {
    expect(await toldBy(file)).toEqual(outcomes);
  });
});
