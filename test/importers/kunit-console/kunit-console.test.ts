import { describe, expect, it } from 'vitest';
import { kunitConsoleImporter } from '../../../importers/kunit-console/importer.ts';
import { read, readAs, resultsOf, toldBy } from '../support.ts';

const wide = (inner: string) => {
  const side = '='.repeat(Math.max(3, Math.floor((60 - inner.length - 2) / 2)));
  return `${side} ${inner} ${side}`;
};
const HEAD = [
  'Configuring KUnit Kernel ...',
  '$ make ARCH=x86_64 O=.kunit olddefconfig',
  'Starting KUnit Kernel (1/1)...',
  '='.repeat(60),
];
const TAIL = ['='.repeat(60), 'Testing complete. Ran 99 tests: passed: 99'];
const timed = (...lines: readonly string[]) =>
  lines.map((line) => `[10:00:0${line.length % 10}] ${line}`).join('\n');

describe('what kunit.py prints', () => {
  it('gives its cases with their suites, parameters and what was said of a failure', async () => {
    const { format, events } = await read(
      timed(
        ...HEAD,
        wide('list sort (4 subtests)'),
        '[PASSED] add',
        '    # del: EXPECTATION FAILED at lib/x.c:3',
        '    Expected 1 == 2',
        '\u001b[1;31m[FAILED]\u001b[0m del',
        wide('params '),
        '[SKIPPED] delim=" "',
        '[PASSED] b',
        wide('[PASSED] params'),
        '[ERROR] Test: list sort: missing expected subtest!',
        '[CRASHED] ',
        '# list sort: pass:2 fail:1',
        wide('[CRASHED] list sort'),
        ...TAIL,
      ),
    );
    expect(format).toBe('kunit-console');
    expect(resultsOf(events)).toEqual([
      ['kunit.list_sort.add', 'pass'],
      ['kunit.list_sort.del', 'fail'],
      ['kunit.list_sort.params.delim', 'skip'],
      ['kunit.list_sort.params.b', 'pass'],
      ['kunit.list_sort.unnamed', 'error'],
    ]);
    expect(events[0]).toMatchObject({
      payload: {
        arch: 'x86_64',
        tool: 'kunit.py',
        results: [
          { line: 6 },
          { line: 9, excerpt: '# del: EXPECTATION FAILED at lib/x.c:3\nExpected 1 == 2' },
          {},
          {},
          {},
        ],
      },
    });
  });

  it('counts a suite that says more than its cases, and no suite that says less', async () => {
    expect(
      await toldBy(
        timed(
          ...HEAD,
          wide('a (1 subtest)'),
          '[PASSED] x',
          wide('[FAILED] a'),
          wide('b (1 subtest)'),
          '[FAILED] y',
          wide('[FAILED] b'),
          wide('c (0 subtests)'),
          wide('[SKIPPED] c'),
          wide('d'),
          wide('[NO TESTS RUN] d'),
        ),
      ),
    ).toEqual(['pass kunit.a.x', 'fail kunit.a', 'fail kunit.b.y', 'skip kunit.c', 'miss kunit.d']);
  });

  it('reads how it was before v5.16: a suite first, then its cases, and why below them', async () => {
    const border = '='.repeat(60);
    const log = timed(
      ...[border, '======== [FAILED] list ========', '[PASSED] add', '[FAILED] del', 'Expected 1 == 2', ''],
      ...['[SKIPPED] hot # SKIP not here', border, '======== [CRASHED] early ========'],
      ...[border, '======== [PASSED] sort ========', '[PASSED] a'],
      ...[border, 'Testing complete. 4 tests run. 1 failed. 0 crashed. 1 skipped.'],
    );
    expect(await toldBy(log)).toEqual([
      'pass kunit.list.add',
      'fail kunit.list.del',
      'skip kunit.list.hot',
      'error kunit.early',
      'pass kunit.sort.a',
    ]);
    expect((await read(log)).events[0]).toMatchObject({
      payload: { results: [{}, { line: 4, excerpt: 'Expected 1 == 2' }, { reason: 'not here' }, {}, {}] },
    });
    // The same eight signs end a suite whose name is as long.
    const name = 'n'.repeat(32);
    expect(await toldBy(timed(wide(`${name} (1 subtest)`), '[PASSED] x', wide(`[PASSED] ${name}`)))).toEqual([
      `pass kunit.${name}.x`,
    ]);
  });

  it('reads what it makes of a log without suites', async () => {
    const log = timed('='.repeat(60), '[PASSED] selftests: membarrier: one', '[FAILED] two', ...TAIL);
    expect(await toldBy(log)).toEqual(['pass kselftest.membarrier.one', 'fail kunit.two']);
  });

  it('misses what a suite owed when the output ended', async () => {
    expect(
      await toldBy(
        timed(...HEAD, wide('drm_exec (3 subtests)'), '[PASSED] sanity', 'BUG: kernel NULL pointer'),
      ),
    ).toEqual(['pass kunit.drm_exec.sanity', 'miss kunit.drm_exec.test_2', 'miss kunit.drm_exec.test_3']);
  });

  it('misses no more of a plan than can be meant', async () => {
    const told = await toldBy(timed(wide('a (999999999 subtests)'), '[PASSED] x'));
    expect(told).toHaveLength(1001);
  });

  it('is read without times, and is no KTAP', async () => {
    expect(
      await toldBy([wide('a (1 subtest)'), '[PASSED] x', 'not ok 1 - x', wide('[PASSED] a')].join('\n')),
    ).toEqual(['pass kunit.a.x']);
  });

  it('is refused where it holds no result: an import of nothing is no success', async () => {
    await expect(readAs(kunitConsoleImporter, timed(...HEAD, ...TAIL))).rejects.toThrow(
      'no result of a test in this output of kunit.py',
    );
  });
});
