import { afterAll, describe, expect, it } from 'vitest';
import { ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
const compared = builds.compared.bind(builds);
afterAll(() => {
  builds.remove();
});

describe('what those expect who list the failures that they know', () => {
  it("GCC's validate_failures: a failure that is expected, unexpected, of another kind, or whose entry has expired", () => {
    type Inner = '' | '<failure/>' | '<error/>';
    const report = (day: string, tests: Readonly<Record<string, Inner>>) =>
      `<testsuite name="gcc" timestamp="${day}T12:00:00Z">${Object.entries(tests)
        .map(([name, inner]) => `<testcase name="${name}">${inner}</testcase>`)
        .join('')}</testsuite>`;
    const entry = (test: string, until = '') =>
      `  - { key: ${test}, test: gcc.${test}, outcomes: [fail], cause: known-issue,${until} why: on the list, source: list }\n`;
    const files = {
      'before.xml': report('2020-01-01', { other: '' }),
      'after.xml': report('2020-06-15', {
        other: '',
        expected: '<failure/>',
        mended: '',
        unexpected: '<failure/>',
        unresolved: '<error/>',
        expired: '<failure/>',
        lastday: '<failure/>',
        lasting: '<failure/>',
      }),
      'manifest.yaml': `dataset: manifest
sources:
  list: { cite: "<list@example.org>", by: Ann, known: "2020-01-01" }
attributed:
${entry('expected')}${entry('mended')}${entry('unresolved')}${entry('expired', ' until: "2020-06-14",')}${entry('lastday', ' until: "2020-06-15",')}${entry('lasting', ' until: "2030-01-01",')}`,
    };
    const imports = [
      ['before.xml', '--release', 'v1.1'],
      ['after.xml', '--release', 'v1.2'],
      ['manifest.yaml'],
    ];
    expect(compared(files, imports, 'v1.1', 'v1.2')).toEqual({
      'gcc.other': 'still-passing',
      'gcc.expected': 'known-issue',
      // Listed there as expected and not present.
      'gcc.mended': 'new-pass',
      'gcc.unexpected': 'new-failure',
      // An entry of a failure does not expect what was not resolved.
      'gcc.unresolved': 'appeared',
      'gcc.expired': 'new-failure',
      'gcc.lastday': 'known-issue',
      'gcc.lasting': 'known-issue',
    });
  });

  it('testrepository: a failure that the run after it left out is one still; one that passed, or is gone from a run, is none', () => {
    const run = (tests: Readonly<Record<string, string>>) => JSON.stringify(tests);
    const files = {
      'v6.1/here/1/tests.json': run({ passing: 'pass', failing: 'fail', missing: 'fail' }),
      'v6.2/here/2/tests.json': run({ passing: 'fail', failing: 'pass' }),
      'v6.3/here/3/tests.json': run({ passing: 'fail', failing: 'pass', missing: 'fail' }),
      'releases.yaml': `dataset: kernels
sources:
  lab: { cite: "<lab@example.org>", by: Lab, known: "2023-05-01" }
lines:
  - { line: mainline, source: lab }
releases:
  - { release: v6.1, line: mainline, source: lab }
  - { release: v6.2, line: mainline, predecessor: v6.1, source: lab }
  - { release: v6.3, line: mainline, predecessor: v6.2, source: lab }
`,
    };
    expect(compared(files, [['.']], 'v6.1', 'v6.2')).toEqual({
      'passing here': 'regression',
      'failing here': 'fixed',
      'missing here': 'disappeared',
    });
    expect(compared(files, [['.']], 'v6.2', 'v6.3')).toEqual({
      'passing here': 'still-failing',
      'failing here': 'still-passing',
      'missing here': 'still-failing',
    });
  });

  it("Yocto's resulttool: machines are not compared with one another; of several runs of one it drops those that match, here both count", () => {
    const files = {
      'v5.1/qemux86/1/tests.json': '{"test1":"pass","test2":"pass","test3":"fail"}',
      'v5.1/qemuarm/2/tests.json': '{"test1":"pass"}',
      'v5.2/qemux86/3/tests.json': '{"test1":"pass","test2":"fail","test3":"pass"}',
      'v5.2/qemux86/4/tests.json': '{"test1":"pass","test2":"pass","test3":"fail"}',
      'v5.2/qemuppc/5/tests.json': '{"test1":"fail"}',
    };
    expect(compared(files, [['.']], 'v5.1', 'v5.2')).toEqual({
      'test1 qemux86': 'still-passing',
      'test2 qemux86': 'flaky',
      'test3 qemux86': 'flaky',
      'test1 qemuarm': 'disappeared',
      'test1 qemuppc': 'new-failure',
    });
  });

  it('Bazel: a program that exits with an error failed; one that passed at another attempt is flaky', () => {
    const test = (inner: string) =>
      `<testsuites><testsuite name="pkg/t" tests="1"><testcase name="pkg/t" status="run" time="1">${inner}</testcase></testsuite></testsuites>`;
    const exited = (code: number) => test(`<error message="exited with error code ${code}"></error>`);
    const after = { fails: [exited(1), exited(139)], flaky: [exited(1), test('')], absent: [exited(127)] };
    const found = Object.entries(after).map(([name, attempts]) => {
      const names = attempts.map((_, at) => `attempt_${at + 1}.xml`);
      const files = {
        'test.xml': test(''),
        ...Object.fromEntries(attempts.map((xml, at) => [names[at]!, xml])),
      };
      const imports = [
        ['test.xml', '--release', 'v1.1'],
        ...names.map((file) => [file, '--release', 'v1.2']),
      ];
      return [name, Object.values(compared(files, imports, 'v1.1', 'v1.2'))];
    });
    expect(Object.fromEntries(found)).toEqual({
      fails: ['regression'],
      flaky: ['flaky'],
      // Nothing was run that could have failed.
      absent: ['inconclusive'],
    });
  });
});
