import { expect, it } from 'vitest';
import { changesPage } from '../../cli/output/page/changes-page.ts';
import { changeClasses } from '../../queries/results/change-classes.ts';
import type { SeenResult } from '../../queries/outcomes/seen-result.ts';
import type { Outcome } from '../../store/events/observation.ts';

const results = (test: string, ...outcomes: readonly Outcome[]): readonly SeenResult[] =>
  outcomes.map((outcome, index) => ({
    ...{ test, arch: 'riscv', config: null, platform: null, origin: 'ci' },
    ...{ outcome, address: `${'0'.repeat(64)}#${index}` },
  }));

/** What the page says of a test before and after. */
function cells(
  before: readonly SeenResult[],
  after: readonly SeenResult[],
  past: readonly SeenResult[] = [],
) {
  const found = changeClasses({ name: 'v2', results: before }, { name: 'v3', results: after }, [
    { name: 'v1', results: past },
  ]);
  const page = changesPage({ schema: 'regline.changes/1', asOf: null, ...found });
  const table = page.blocks.find((b) => b.kind === 'table')!;
  return [table.rows[0]![2], table.rows[0]![3]].flat();
}

it('tells one result in a word, several as a rate, and what says nothing apart', () => {
  expect(cells(results('t', 'pass'), results('t', 'fail'))).toEqual(['pass', 'fail']);
  expect(cells(results('t', 'pass'), results('t', 'skip'))).toEqual(['pass', '1 inconclusive']);
  expect(cells(results('t', 'pass'), results('t', 'fail', 'fail', 'miss'))).toEqual([
    'pass',
    '0/2 pass, 1 inconclusive',
  ]);
  expect(cells([], results('t', 'fail'))).toEqual(['–', 'fail']);
});

it('names the version before only where it is not the one that was asked for', () => {
  expect(cells(results('t', 'skip'), results('t', 'fail'), results('t', 'pass'))).toEqual([
    'pass (v1)',
    'fail',
  ]);
});

it('says of a flaky test how likely that is which it shows, at the rate that it had', () => {
  expect(cells(results('t', 'pass', 'fail'), results('t', 'fail', 'pass'))).toEqual([
    '1/2 pass',
    expect.stringMatching(/^1\/2 pass, \d+% likely at the usual 1\/2$/) as string,
  ]);
  // Without a rate that it had there is nothing to compare with.
  expect(cells([], results('t', 'fail', 'pass'))).toEqual(['–', '1/2 pass']);
  // Better than usual: the chance is that of so few failures or fewer.
  const better = cells(
    results('t', ...Array<Outcome>(10).fill('fail'), 'pass'),
    results('t', 'pass', 'pass', 'pass'),
  );
  expect(better[1]).toBe('3/3 pass, 1.1% likely at the usual 1/11');
  const certain = cells(results('t', ...Array<Outcome>(30).fill('fail'), 'pass'), results('t', 'fail'));
  expect(certain[1]).toMatch(/^fail, 9\d% likely at the usual 1\/31$/);
});

it('counts what says nothing on either side, and lists it only where nothing else is asked for', () => {
  const page = (...more: readonly SeenResult[]) =>
    changesPage({
      ...{ schema: 'regline.changes/1', asOf: null },
      ...changeClasses(
        { name: 'v2', results: [...results('away', 'skip'), ...results('lost', 'pass')] },
        { name: 'v3', results: [...results('away', 'skip'), ...more] },
      ),
    });
  const both = page(...results('lost', 'skip'));
  expect(both.title).toBe('From v2 to v3: 2 inconclusive (1 as before)');
  const crashed = page(...results('lost', 'error'), ...results('new', 'fail'));
  expect(crashed.title).toBe('From v2 to v3: 1 new-failure, 2 inconclusive (1 as before)');
  const named = ({ blocks }: typeof both) =>
    blocks.flatMap((b) => (b.kind === 'table' ? b.rows.map((r) => r[0]) : []));
  expect(named(crashed)).toEqual([['new'], ['lost']]);
  expect(named(both)).toEqual([['away'], ['lost']]);
});
