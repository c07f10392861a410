import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { toldBy } from '../support.ts';

/** What a file holds, the file, and what it comes to. */
type Trap = readonly [string, string | Uint8Array, readonly string[]];

const submission = (minor: number, test: object, major = 5) =>
  JSON.stringify({
    version: { major, minor },
    tests: [{ id: 'ci:t', origin: 'ci', build_id: 'ci:b', path: 'kselftest.rseq.basic_test', ...test }],
  });
const KCIDB: readonly Trap[] = [
  ...(
    [
      ['FAIL', 'fail'],
      ['ERROR', 'error'],
      ['MISS', 'miss'],
      ['PASS', 'pass'],
      ['DONE', 'unknown'],
      ['SKIP', 'skip'],
    ] as const
  ).map(([status, outcome]): Trap => [
    `a status ${status}`,
    submission(3, { status }),
    [`${outcome} kselftest.rseq.basic_test`],
  ]),
  ['a test that still runs', submission(3, {}), ['unknown kselftest.rseq.basic_test']],
  [
    'the names that Maestro and others give one test',
    JSON.stringify({
      version: { major: 5, minor: 3 },
      tests: [
        'kselftest.rseq.basic_test',
        'kselftest.rseq.rseq_basic_test',
        'kselftest-rseq.rseq_basic_test',
      ].map((path, at) => ({ id: `ci:${at}`, origin: 'ci', build_id: 'ci:b', path, status: 'PASS' })),
    }),
    Array.from({ length: 3 }, () => 'pass kselftest.rseq.basic_test'),
  ],
  [
    'what a console left of letters',
    submission(3, { status: 'FAIL', log_excerpt: 'a\ufffdb\u001b[31m\n' }),
    ['fail kselftest.rseq.basic_test'],
  ],
  ['a field that its version does not have yet', submission(0, { input_files: [] }), ['1 rejected']],
  ['a field that its version has no more', submission(0, { waived: true }), ['1 rejected']],
  ['a null', submission(3, { status: null }), ['1 rejected']],
  ['an id of somebody else', submission(3, { id: 'other:t' }), ['unknown kselftest.rseq.basic_test']],
];

const suite = (inner: string, name = 's') => `<testsuite name="${name}">${inner}</testsuite>`;
const JUNIT: readonly Trap[] = [
  [
    'counts that are declared and wrong',
    '<testsuite name="s" tests="9" failures="9"><testcase name="a"/></testsuite>',
    ['pass s.a'],
  ],
  [
    'suites in suites, of any depth, under either root',
    `<testsuites>${suite(suite(suite('<testcase name="a"/>', 'z'), 'y'), 'x')}</testsuites>`,
    ['pass x.y.z.a'],
  ],
  [
    'several failures of one case, beside an error and a skip',
    suite(
      '<testcase name="a"><failure/><failure/></testcase><testcase name="b"><failure/><error/></testcase>' +
        '<testcase name="c"><skipped/><failure/></testcase>',
    ),
    ['fail s.a', 'error s.b', 'fail s.c'],
  ],
  [
    'skip and skipped, with and without a message',
    suite('<testcase name="a"><skip/></testcase><testcase name="b"><skipped message="x"/></testcase>'),
    ['skip s.a', 'skip s.b'],
  ],
  [
    'what was not run and says so only by a word (googletest, CTest)',
    suite(
      '<testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="run" result="completed"/>' +
        '<testcase name="c" status="run" result="skipped"/><testcase name="d" status="disabled"/>' +
        '<testcase name="e" status="fail"/>',
    ),
    ['skip s.a', 'pass s.b', 'skip s.c', 'skip s.d', 'fail s.e'],
  ],
  [
    'what was expected to fail, which pytest writes as skipped',
    suite(
      '<testcase name="a"><skipped type="pytest.xfail" message="known"/></testcase>' +
        '<testcase name="b"><skipped type="pytest.xfail" message="[NOTRUN] known"/></testcase>' +
        '<testcase name="c"><skipped type="pytest.skip" message="no device"/></testcase>' +
        '<testcase name="d"><skipped type="pytest.xfail"/></testcase>',
    ),
    ['xfail s.a', 'skip s.b', 'skip s.c', 'xfail s.d'],
  ],
  [
    'runs again: of a failure that stayed, and of one that went (surefire)',
    suite(
      '<testcase name="a"><failure/><rerunFailure/></testcase><testcase name="b"><flakyFailure/></testcase>',
    ),
    ['fail s.a', 'pass s.b'],
  ],
  ['a failure that is soft (openQA)', suite('<testcase name="a"><softfailure/></testcase>'), ['xfail s.a']],
  [
    'names that are empty, missing and equal',
    suite('<testcase name=""/><testcase/><testcase name="a"/><testcase name="a"><failure/></testcase>'),
    ['pass s.unnamed', 'pass s.unnamed', 'pass s.a', 'fail s.a'],
  ],
  ['no test case', '<testsuites></testsuites>', []],
  [
    'escapes of a terminal that XML forbids',
    suite('<testcase name="a"><failure>\u001b[31m&#27;\u0000</failure></testcase>'),
    ['fail s.a'],
  ],
  [
    'ampersands that begin no reference, in attributes and texts',
    suite(
      '<testcase name="a"><failure message="x & y">x && y &&amp;</failure></testcase><testcase name="b&c"/><testcase name="d"><error>p&q=1;</error></testcase>',
    ),
    ['fail s.a', 'pass s.b_c', 'error s.d'],
  ],
  [
    'an entity that nobody knows',
    suite('<testcase name="a"><failure>&nbsp;</failure></testcase><testcase name="b"/>'),
    ['fail s.a', 'pass s.b', '1 rejected'],
  ],
  [
    'an end in the middle',
    `${suite('<testcase name="a"/>').slice(0, -12)}<testcase name="b"><fail`,
    ['pass s.a', 'unknown s.b', '1 rejected'],
  ],
];

const group = (
  name: string,
  cases: readonly (readonly [string, string])[],
  groups: readonly object[] = [],
) => ({
  name,
  arch: 'UM',
  defconfig: '',
  build_environment: '',
  lab_name: '',
  kernel: '',
  job: '',
  git_branch: 'kselftest',
  test_cases: cases.map(([each, status]) => ({ name: each, status })),
  sub_groups: groups,
});
const KUNIT: readonly Trap[] = [
  [
    'four words, groups in groups, a case that crashed and has no name',
    JSON.stringify(
      group(
        'KUnit Test Group',
        [],
        [
          group(
            'suite',
            [
              ['a', 'PASS'],
              ['b', 'FAIL'],
              ['c', 'SKIP'],
              ['', 'ERROR'],
            ],
            [group('deep', [['d', 'PASS']])],
          ),
        ],
      ),
    ),
    [
      'pass kunit.suite.a',
      'fail kunit.suite.b',
      'skip kunit.suite.c',
      'error kunit.suite.unnamed',
      'pass kunit.suite.deep.d',
    ],
  ],
  ['no test at all', JSON.stringify(group('KUnit Test Group', [])), []],
];

const TAP = 'TAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n';
const PACKED: readonly Trap[] = [
  ['gzip', gzipSync(TAP), ['pass kselftest.rseq.basic_test']],
  [
    'gzip in two members',
    Buffer.concat([gzipSync(TAP.slice(0, 20)), gzipSync(TAP.slice(20))]),
    ['pass kselftest.rseq.basic_test'],
  ],
  ['gzip in gzip', gzipSync(gzipSync(TAP)), ['pass kselftest.rseq.basic_test']],
  ['gzip that is cut', gzipSync(TAP).subarray(0, -6), ['pass kselftest.rseq.basic_test']],
];

describe.each([
  ['KCIDB', KCIDB],
  ['JUnit', JUNIT],
  ['kunit.py', KUNIT],
  ['packed logs', PACKED],
] as const)('what files of %s really hold', (_, traps) => {
  it.each(traps)('%s', async (__, file, outcomes) => {
    expect(await toldBy(file)).toEqual(outcomes);
  });
});
