import { afterAll, describe, expect, it } from 'vitest';
import { byLastName, ComparedBuilds } from '../support/compared-builds.ts';

const builds = new ComparedBuilds();
const compared = builds.compared.bind(builds);
afterAll(() => {
  builds.remove();
});

/** Classes by the last part of a test's name. */
describe('what tools for JUnit reports expect of a comparison of two builds', () => {
  it('DCI: recovered, regressed, unchanged, removed and added test cases of JUnit, and failures that are no news', () => {
    const suite = (cases: Readonly<Record<string, 'pass' | 'fail'>>) =>
      `<testsuite name="s" tests="99" failures="60">${Object.entries(cases)
        .map(
          ([name, outcome]) =>
            `<testcase classname="c" name="${name}" time="1">${outcome === 'fail' ? '<failure type="Exception">Traceback</failure>' : ''}</testcase>`,
        )
        .join('')}</testsuite>`;
    const files = {
      'a.xml': suite({ one: 'fail', two: 'pass', three: 'pass', four: 'pass', six: 'fail' }),
      'b.xml': suite({ one: 'pass', two: 'fail', three: 'pass', five: 'pass', six: 'fail' }),
    };
    const of = (name: string, release: string) => [
      ...[name, '--release', release, '--arch', 'x86_64'],
      ...['--origin', 'dci', '--known-at', '2026-01-01'],
    ];
    const found = compared(files, [of('a.xml', 'v1.1'), of('b.xml', 'v1.2')], 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({
      one: 'fixed',
      two: 'regression',
      three: 'still-passing',
      four: 'disappeared',
      // DCI calls it added, pass or fail; a failure that is added is news by itself here.
      five: 'new-pass',
      six: 'still-failing',
    });
  });

  it('publish-unit-test-result: tests that are added, removed, skipped and not skipped any more, each its own class', () => {
    const suite = (cases: Readonly<Record<string, 'pass' | 'skip'>>) =>
      `<testsuite name="s">${Object.entries(cases)
        .map(
          ([name, as]) =>
            `<testcase classname="c" name="${name}">${as === 'skip' ? '<skipped/>' : ''}</testcase>`,
        )
        .join('')}</testsuite>`;
    const files = {
      'a.xml': suite({
        'removed-test': 'pass',
        'removed-skip': 'skip',
        'remain-test': 'pass',
        'remain-skip': 'skip',
        skip: 'pass',
        unskip: 'skip',
      }),
      'b.xml': suite({
        'remain-test': 'pass',
        'remain-skip': 'skip',
        skip: 'skip',
        unskip: 'pass',
        'add-test': 'pass',
        'add-skip': 'skip',
      }),
    };
    const imports = [
      ['a.xml', '--release', 'v1.1'],
      ['b.xml', '--release', 'v1.2'],
    ];
    const found = compared(files, imports, 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({
      'removed-test': 'disappeared',
      'removed-skip': 'disappeared',
      'remain-test': 'still-passing',
      'remain-skip': 'inconclusive',
      skip: 'inconclusive',
      unskip: 'new-pass',
      'add-test': 'new-pass',
      'add-skip': 'appeared',
    });
  });

  it('publish-unit-test-result and Jenkins pair by class and name: a machine that came up for one build hides no regression', () => {
    const suite = (host: string, inner: string) =>
      `<testsuite name="pytest" hostname="${host}"><testcase classname="test.test_run" name="test_it">${inner}</testcase></testsuite>`;
    const on = (before: string, after: string) =>
      compared(
        { 'a.xml': suite(before, ''), 'b.xml': suite(after, '<failure/>') },
        [
          ['a.xml', '--release', 'build-1'],
          ['b.xml', '--release', 'build-2'],
        ],
        'build-1',
        'build-2',
      );
    // Two containers, as pytest names them; two runners of GitHub.
    expect(on('b149dd50aa71', '9f5253e98e8a')).toEqual({ 'pytest.test.test_run.test_it': 'regression' });
    expect(on('fv-az96-723', 'fv-az12-77')).toEqual({ 'pytest.test.test_run.test_it': 'regression' });
    // Machines that stay are told apart: what fails on one has not been seen to pass on it.
    expect(on('board-1', 'board-2')).toEqual({
      'pytest.test.test_run.test_it board-1': 'disappeared',
      'pytest.test.test_run.test_it board-2': 'new-failure',
    });
  });

  it('whoever pairs by names as they are written: tests that differ in a sign alone are two, and the failure of one is a regression', () => {
    const report = (inner: string) =>
      `<testsuite name="s"><testcase classname="c" name="a -> b"/><testcase classname="c" name="a &lt;- b">${inner}</testcase></testsuite>`;
    const imports = [
      ['a.xml', '--release', 'v1.1'],
      ['b.xml', '--release', 'v1.2'],
    ];
    const found = compared({ 'a.xml': report(''), 'b.xml': report('<failure/>') }, imports, 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({ 'a_-_b_x3e': 'still-passing', 'a_-_b_x3c': 'regression' });
  });

  it('publish-unit-test-result: one outcome of several runs, a failure before a pass before a skip; here both outcomes count', () => {
    const runs = (cases: Readonly<Record<string, readonly string[]>>) =>
      `<testsuite name="s">${Object.entries(cases)
        .flatMap(([name, all]) =>
          all.map((inner) => `<testcase classname="c" name="${name}">${inner}</testcase>`),
        )
        .join('')}</testsuite>`;
    const [fail, error, skip] = ['<failure/>', '<error/>', '<skipped/>'];
    const after = {
      'pass-pass': ['', ''],
      'pass-skip': ['', skip],
      'skip-skip': [skip, skip],
      'pass-fail': ['', fail],
      'pass-error': ['', error],
      'fail-skip': [fail, skip],
    };
    const before = Object.fromEntries(Object.keys(after).map((name) => [name, ['']]));
    const imports = [
      ['a.xml', '--release', 'v1.1'],
      ['b.xml', '--release', 'v1.2'],
    ];
    const found = compared({ 'a.xml': runs(before), 'b.xml': runs(after) }, imports, 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({
      'pass-pass': 'still-passing',
      'pass-skip': 'still-passing',
      'skip-skip': 'inconclusive',
      // Failures there.
      'pass-fail': 'flaky',
      'fail-skip': 'regression',
      // An error there.
      'pass-error': 'still-passing',
    });
  });

  it('GitLab: new, existing and resolved failures and errors; an error after a pass is inconclusive here', () => {
    const suite = (cases: Readonly<Record<string, string>>) =>
      `<testsuite name="rspec">${Object.entries(cases)
        .map(
          ([name, as]) => `<testcase classname="c" name="${name}">${as === '' ? '' : `<${as}/>`}</testcase>`,
        )
        .join('')}</testsuite>`;
    const files = {
      'base.xml': suite({ a: '', b: 'failure', c: 'failure', d: '', e: 'error', f: 'error' }),
      'head.xml': suite({
        a: 'failure',
        b: 'failure',
        c: '',
        d: 'error',
        e: 'error',
        f: '',
        g: 'failure',
        h: 'error',
      }),
    };
    const imports = [
      ['base.xml', '--release', 'v1.1'],
      ['head.xml', '--release', 'v1.2'],
    ];
    const found = compared(files, imports, 'v1.1', 'v1.2');
    expect(byLastName(found)).toEqual({
      a: 'regression',
      b: 'still-failing',
      c: 'fixed',
      d: 'inconclusive',
      e: 'inconclusive',
      f: 'new-pass',
      g: 'new-failure',
      h: 'appeared',
    });
  });

  it('Allure: new failed and new passed as there; what broke off is neither, and a failure that comes again is a regression', () => {
    const report = (cases: Readonly<Record<string, string>>) =>
      `<testsuite name="s">${Object.entries(cases)
        .map(([name, as]) => `<testcase name="${name}">${as === '' ? '' : `<${as}/>`}</testcase>`)
        .join('')}</testsuite>`;
    const files = {
      '1.xml': report({ failed: '', broken: '', passed: 'failure', came: 'failure' }),
      '2.xml': report({ failed: '', broken: '', passed: 'failure', came: '' }),
      '3.xml': report({ failed: 'failure', broken: 'error', passed: '', came: 'failure' }),
    };
    const imports = ['1', '2', '3'].map((n) => [`${n}.xml`, '--release', `v1.${n}`]);
    const found = compared(files, imports, 'v1.2', 'v1.3');
    expect(byLastName(found)).toEqual({
      failed: 'regression',
      broken: 'inconclusive',
      passed: 'fixed',
      // Allure calls it flaky, for it failed, passed and failed; a fault and its repair look like that too.
      came: 'regression',
    });
  });

  it('Jenkins and action-junit-report: what a skip hides there, and results of one test in one report', () => {
    const report = (cases: readonly (readonly [string, string])[]) =>
      `<testsuite name="s">${cases.map(([name, inner]) => `<testcase name="${name}">${inner}</testcase>`).join('')}</testsuite>`;
    const releases = ['v6.1', 'v6.2', 'v6.3'].map(
      (name, i, all) =>
        `  - { release: ${name}, line: mainline, source: lab${i === 0 ? '' : `, predecessor: ${all[i - 1]!}`} }`,
    );
    const [fail, skip] = ['<failure/>', '<skipped/>'];
    const files = {
      'releases.yaml': `dataset: kernels
sources:
  lab: { cite: "<lab@example.org>", by: Lab, known: "2023-05-01" }

lines:
  - { line: mainline, source: lab }
releases:
${releases.join('\n')}
`,
      '1.xml': report([
        ['hidden', ''],
        ['back', fail],
        ['twice', ''],
        ['rerun', ''],
      ]),
      '2.xml': report([
        ['hidden', skip],
        ['back', skip],
        ['twice', ''],
        ['rerun', ''],
      ]),
      '3.xml': report([
        ['hidden', fail],
        ['back', ''],
        ['twice', fail],
        ['twice', ''],
        ['rerun', '<failure/><rerunFailure/>'],
      ]),
    };
    const imports = [['releases.yaml'], ...['1', '2', '3'].map((n) => [`${n}.xml`, '--release', `v6.${n}`])];
    const found = compared(files, imports, 'v6.2', 'v6.3');
    expect(byLastName(found)).toEqual({
      // Jenkins compares with the skip before it alone, and calls it neither.
      hidden: 'regression',
      back: 'fixed',
      twice: 'flaky',
      rerun: 'regression',
    });
  });
});
