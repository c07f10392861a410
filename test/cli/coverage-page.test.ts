import { expect, it } from 'vitest';
import { coveragePage } from '../../cli/output/page/coverage-page.ts';
import { textPage } from '../../cli/output/page/text.ts';
import type { CoverageEntry, GapOnArch } from '../../queries/knowledge/coverage.ts';

const nightly = (ci: string, event: string): CoverageEntry => ({
  ci,
  test: 'kselftest.pipes',
  arch: null,
  tree: null,
  platforms: [],
  state: 'seen',
  since: null,
  until: null,
  confidence: 'verified',
  note: null,
  ran: null,
  event: event.repeat(64),
});
const on = (arch: string): GapOnArch => ({
  arch,
  run: [],
  notRun: [],
  maybe: [nightly('Lab', 'a'), nightly('Farm', 'b')],
  unknown: true,
});
const test = (name: string, event: string) => ({
  test: name,
  exercises: ['pipes.wake'],
  existed: false,
  archs: [on('s390'), on('arm')],
  event: event.repeat(64),
});

it('tells once what holds for several tests, architectures and CIs, and lists regressions without a test in one place', () => {
  const text = textPage(
    coveragePage({
      schema: 'regline.coverage/1',
      asOf: null,
      entries: [],
      gaps: [
        { regression: 'R-1', title: 'one', tests: [test('pipes.one', 'c'), test('pipes.two', 'd')] },
        { regression: 'R-2', title: 'two', tests: [] },
        { regression: 'R-3', title: 'three', tests: [] },
      ],
      unknown: [],
      others: 0,
    }),
    160,
    (_style, text) => text,
  );
  expect(text).toContain('  - pipes.one, pipes.two catch it, and came after it (cccccccc, dddddddd)');
  expect(text.match(/^ {2}- on .*$/gm)).toEqual([
    '  - on s390, arm: whether Lab aaaaaaaa or Farm bbbbbbbb, which ran kselftest.pipes, ran it here is not known',
  ]);
  expect(text).toMatch(/No recorded test exercises\n\n {2}- R-2 two\n {2}- R-3 three\n/);
});
