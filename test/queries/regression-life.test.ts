import { beforeAll, describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { escape } from '../../queries/regressions/escape.ts';
import { explain } from '../../queries/explain/explain.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { gatherResults } from '../../queries/results/result-index.ts';
import type { ResultIndex } from '../../queries/outcomes/results.ts';
import { weeklyReport } from '../../queries/knowledge/weekly-report.ts';
import { table } from '../../queries/tables/table.ts';
import { newEvent, type NewEvent, type StoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let pipes: readonly StoredEvent[];
let rseq: readonly StoredEvent[];
beforeAll(async () => {
  pipes = stored(await factsOf('test/fixtures/pipes'));
  rseq = stored(await factsOf('data/rseq'));
});

const common = { confidence: 'verified', rev: 1 } as const;
const said = { knownAt: '2021-04-03', source: '<eve-2@example.org>', locator: 'line 1' };
const decided = { knownAt: '2026-11-01T00:00:00Z', source: 'eve', locator: 'regline' };
const all = (m: Model) => culprits(m).regressions;
const withMore = (more: readonly NewEvent[], view = {}) => modelOf([...pipes, ...stored(more)], view);
const claim = (key: string, more: object, when: object = {}): NewEvent =>
  newEvent({
    ...said,
    ...when,
    type: 'BreakageClaimed',
    stream: `test/${key}`,
    payload: { ...common, by: 'Eve', says: 'broken', ...more },
  });

/** Results by test, release and architecture, in the default configuration. */
function resultsOf(rows: readonly (readonly [string, string, string, Outcome])[]): ResultIndex {
  const gathered = gatherResults();
  rows.forEach(([test, release, arch, outcome], index) => {
    const place = { test, release, arch, config: '' };
    gathered.add(place, outcome, `${'e'.repeat(64)}#${index}`, '2026-01-01T00:00:00.000Z');
  });
  return gathered.index;
}

describe('listed apart', () => {
  it('lists guards that refuse, with how often they do so needlessly', () => {
    const refusing = all(modelOf(pipes)).filter((r) => r.kind === 'refuses');
    expect(refusing).toMatchObject([
      { consumers: ['shell'], opened: 'guard', lastGood: ['v2.1'], firstBad: ['v2.2-rc1'] },
    ]);
    expect(refusing[0]!.title).toMatch(/refuses 2\.2 and newer on .*; needlessly in/);
    expect(explain(modelOf(pipes), [refusing[0]!.id]).steps[0]!.rule).toMatch(/own check/);
  });

  it('lists what another configuration breaks and the default does not', () => {
    const found = all(modelOf(rseq)).filter((r) => r.kind === 'configuration');
    const debug = found.find((r) => r.title.includes('CONFIG_DEBUG_RSEQ=y'));
    expect(debug).toMatchObject({ behaviour: 'rseq.ro.enforcement', firstBad: ['v6.14-rc1'] });
    expect(debug!.suspects[0]!.change).toMatch(/^7d5265ffcd8b/);
    // The default of CONFIG_EAGER breaks more than the other value: nothing is new there.
    expect(all(modelOf(pipes)).filter((r) => r.kind === 'configuration')).toEqual([]);
  });
});

describe('claims that name no behaviour', () => {
  it('open a regression of their own where nothing explains them', () => {
    const m = withMore([
      claim('riscv', { consumer: 'shell', archs: ['riscv'], releases: ['v2.1.1'], lastGood: 'v2.1' }),
    ]);
    const opened = all(m).find((r) => r.opened === 'claim');
    expect(opened).toMatchObject({
      behaviour: null,
      archs: ['riscv'],
      consumers: ['shell'],
      lastGood: ['v2.1'],
      firstBad: ['v2.1.1'],
      reported: true,
      contract: 'unknown',
    });
  });

  it('lead to the regression that explains them', () => {
    const m = modelOf(pipes);
    const wake = all(m).find((r) => r.behaviour === 'pipes.wake')!;
    expect(wake.aliases).toHaveLength(1);
    expect(culprits(m, { id: wake.aliases[0]! }).regressions[0]!.id).toBe(wake.id);
    expect(all(m).some((r) => r.opened === 'claim')).toBe(false);
  });

  it('keep their id when the explanation comes later, and its own id leads there', () => {
    const early = claim(
      'early',
      { consumer: 'shell', archs: ['s390'], releases: ['v2.1'] },
      { knownAt: '2021-03-01', source: '<early@example.org>' },
    );
    const before = all(withMore([early], { asOf: '2021-03-02' }));
    const after = all(withMore([early])).find((r) => r.behaviour === 'pipes.wake')!;
    expect(before.map((r) => r.opened)).toEqual(['claim']);
    expect(after.id).toBe(before[0]!.id);
    expect(after.aliases).toContain(all(modelOf(pipes)).find((r) => r.behaviour === 'pipes.wake')!.id);
  });
});

describe('tests alone', () => {
  const TEST = 'kselftest.pipes.limit_test';
  const tested = (
    rows: readonly (readonly [string, string, string, Outcome])[],
    more: readonly NewEvent[] = [],
  ) => all(buildModel([...pipes, ...stored(more)], {}, resultsOf(rows))).filter((r) => r.opened === 'tests');

  it('open a regression when they fail after they passed', () => {
    const found = tested([
      [TEST, 'v2.1', 'riscv', 'pass'],
      [TEST, 'v2.2-rc1', 'riscv', 'skip'],
      [TEST, 'v2.2-rc2', 'riscv', 'fail'],
    ]);
    expect(found).toMatchObject([
      {
        behaviour: 'pipes.limit',
        archs: ['riscv'],
        lastGood: ['v2.1'],
        firstBad: ['v2.2-rc2'],
        observed: 'broken',
        contract: 'unknown',
      },
    ]);
  });

  it('are over in a line where they pass again, open where nobody tested since, and reopened when they fail once more', () => {
    const lives = (rows: Parameters<typeof tested>[0]) =>
      regressionLives(buildModel(pipes, {}, resultsOf(rows)))
        .regressions.filter((r) => r.opened === 'tests')
        .map(({ archs, state, lines, passesAgain = null }) => ({ archs, state, lines, passesAgain }));
    const broke = [
      [TEST, 'v2.1-rc1', 'riscv', 'pass'],
      [TEST, 'v2.1', 'riscv', 'fail'],
      [TEST, 'v2.1.1', 'riscv', 'fail'],
    ] as const;
    const open = { archs: ['riscv'], state: 'open', lines: { mainline: 'open', '2.1.y': 'open' } };
    expect(lives(broke)).toEqual([{ ...open, passesAgain: null }]);
    expect(lives([...broke, [TEST, 'v2.2-rc2', 'riscv', 'skip']])).toEqual([{ ...open, passesAgain: null }]);
    const passed = [...broke, [TEST, 'v2.2-rc2', 'riscv', 'pass']] as const;
    expect(lives(passed)).toEqual([
      {
        ...{ archs: ['riscv'], state: 'partly-fixed' },
        ...{ lines: { mainline: 'v2.2-rc2', '2.1.y': 'open' }, passesAgain: { mainline: 'v2.2-rc2' } },
      },
    ]);
    expect(lives([...passed, [TEST, 'v2.1.2', 'riscv', 'pass']])).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v2.2-rc2', '2.1.y': 'v2.1.2' } },
    ]);
    // One architecture passes again, the other was not tested since.
    expect(
      lives([
        [TEST, 'v2.1-rc1', 'x86_64', 'pass'],
        [TEST, 'v2.1', 'x86_64', 'fail'],
        ...passed.filter(([, release]) => release !== 'v2.1.1'),
      ]),
    ).toMatchObject([{ archs: ['riscv', 'x86_64'], state: 'open', passesAgain: null }]);
    expect(
      lives([
        [TEST, 'v2.0', 'riscv', 'pass'],
        [TEST, 'v2.1-rc1', 'riscv', 'fail'],
        [TEST, 'v2.1', 'riscv', 'pass'],
        [TEST, 'v2.2-rc1', 'riscv', 'fail'],
      ]),
    ).toMatchObject([
      { state: 'fixed', lines: { mainline: 'v2.1' } },
      { state: 'reopened', lines: { mainline: 'open' } },
    ]);
  });

  it('show what they opened, though it is not recorded what they exercise', () => {
    const smoke = newEvent({
      ...said,
      type: 'TestRecorded',
      stream: 'test/smoke',
      payload: { ...common, test: 'lab.smoke', title: 'whatever the lab has' },
    });
    const broke = resultsOf([
      ['lab.smoke', 'v2.1', 'riscv', 'pass'],
      ['lab.smoke', 'v2.2-rc1', 'riscv', 'fail'],
    ]);
    const found = buildModel([...pipes, ...stored([smoke])], {}, broke);
    const { id } = all(found).find((r) => r.opened === 'tests')!;
    const gap = coverage(found).gaps.find((g) => g.regression === id)!;
    expect(gap.tests.map((t) => t.test)).toEqual(['lab.smoke']);
    const covered = escape(found, id).milestones.find((m) => m.milestone === 'covered')!;
    expect(covered.says).toBe('lab.smoke exercises it; nobody is known to run it on riscv');
    const unknown = weeklyReport(found, found).unknown.map(({ says }) => says);
    expect(unknown).not.toContain(`${id}: which test would show it`);
  });

  it('open none when they never passed, pass and fail, fail where it is known, or fail for another reason', () => {
    expect(tested([[TEST, 'v2.1', 'riscv', 'fail']])).toEqual([]);
    expect(
      tested([
        [TEST, 'v2.1', 'riscv', 'pass'],
        [TEST, 'v2.2-rc1', 'riscv', 'fail'],
        [TEST, 'v2.2-rc1', 'riscv', 'pass'],
      ]),
    ).toEqual([]);
    const rows = [
      [TEST, 'v2.0.2', 'riscv', 'pass'],
      [TEST, 'v2.0.3', 'riscv', 'fail'],
    ] as const;
    expect(tested(rows)).toEqual([]);
    const infrastructure = newEvent({
      ...said,
      type: 'OutcomeAttributed',
      stream: 'test/board',
      payload: { ...common, test: TEST, releases: ['v2.1.1'], cause: 'infrastructure', why: 'the board' },
    });
    const failing = [
      [TEST, 'v2.1', 'riscv', 'pass'],
      [TEST, 'v2.1.1', 'riscv', 'fail'],
    ] as const;
    expect(tested(failing)).toHaveLength(1);
    expect(tested(failing, [infrastructure])).toEqual([]);
  });
});

describe('decisions', () => {
  const idOf = (m: Model, behaviour: string) => all(m).find((r) => r.behaviour === behaviour)!.id;

  it('split: the part gets an id of its own, the rest keeps its own, and taking it back restores both', () => {
    const id = idOf(modelOf(pipes), 'pipes.limit');
    const split = newEvent({
      ...decided,
      type: 'RegressionSplit',
      stream: 'test/split',
      payload: { regression: id, archs: ['riscv'], by: 'eve', reason: 'another board' },
    });
    const parts = all(withMore([split])).filter((r) => r.behaviour === 'pipes.limit');
    expect(parts.map((r) => r.archs)).toEqual(expect.arrayContaining([['s390'], ['riscv']]));
    expect(parts.find((r) => r.archs[0] === 's390')!.id).toBe(id);
    const [event] = stored([split]);
    const back = newEvent({
      ...decided,
      type: 'EventRetracted',
      stream: 'test/back',
      payload: { target: event!.id, by: 'eve', reason: 'no', at: '1' },
    });
    expect(all(withMore([split, back]))).toEqual(all(modelOf(pipes)));
  });

  it('merge: the older id stays and the other leads to it', () => {
    const m = modelOf(pipes);
    const [wake, limit] = [idOf(m, 'pipes.wake'), idOf(m, 'pipes.limit')];
    const merge = newEvent({
      ...decided,
      type: 'RegressionMerged',
      stream: 'test/merge',
      payload: { regression: wake, into: limit, by: 'eve', reason: 'one fault' },
    });
    const merged = withMore([merge]);
    const found = culprits(merged, { id: limit }).regressions;
    // wake was known first, and so keeps its id although it was the one to go.
    expect(found.map((r) => r.id)).toEqual([wake]);
    expect(found[0]!.archs).toEqual(['s390', 'riscv']);
    expect(all(merged).some((r) => r.id === limit)).toBe(false);
  });

  it('settle: what a dispute does not keep counts no more', () => {
    const m = modelOf(rseq);
    const settled = newEvent({
      ...decided,
      type: 'DisputeSettled',
      stream: 'test/settle',
      payload: { dispute: 'which-culprit', keeps: ['rseq/issue-292-bisect'], by: 'eve', reason: 'bisected' },
    });
    const names = (of: Model) => of.of('CulpritClaimed').map((e) => e.stream);
    const after = modelOf([...rseq, ...stored([settled])]);
    expect(names(m)).toContain('rseq/patch-04-fixes');
    expect(names(after)).not.toContain('rseq/patch-04-fixes');
    expect(names(after)).toContain('rseq/issue-292-bisect');
  });
});

describe('the life of a regression', () => {
  it('goes from open over to-be-fixed and partly fixed to fixed, line by line', () => {
    const state = (asOf: string, behaviour: string) => {
      const m = modelOf(rseq, { asOf });
      return regressionLives(m).regressions.find((r) => r.id === idIn(m, behaviour))?.state;
    };
    expect(state('2026-03-14', 'rseq.ids.rewrite')).toBe('open');
    expect(state('2026-04-30', 'rseq.ids.rewrite')).toBe('to-be-fixed');
    expect(state('2026-05-24', 'rseq.cs.abort')).toBe('partly-fixed');
    expect(state('2026-08-01', 'rseq.cs.abort')).toBe('fixed');
  });

  it('is over where whoever was broken has been mended, and the kernel stays as it is', () => {
    const m = modelOf(rseq);
    const id = idIn(m, 'rseq.feature_size');
    const { state, title, fixes } = regressionLives(m).regressions.find((r) => r.id === id)!;
    expect([state, fixes]).toEqual(['fixed-outside', []]);
    // The program is not broken, its test is.
    expect(title).toContain('breaks criu/zdtm-rseq01 on');
    const week = weeklyReport(modelOf(rseq, { asOf: '2026-05-17' }), modelOf(rseq, { asOf: '2026-05-24' }));
    expect(week.open.map((r) => r.id)).toEqual([idIn(m, 'rseq.cs.abort')]);
    const unmended = modelOf(rseq.filter((e) => e.type !== 'FixClaimed'));
    expect(regressionLives(unmended).regressions.find((r) => r.id === id)?.state).toBe('open');
  });

  it('proposes to split the mail that speaks of two behaviours', () => {
    const { proposedSplits } = regressionLives(modelOf(rseq));
    const m = modelOf(rseq);
    const report = proposedSplits.find((p) => p.into.includes(idIn(m, 'rseq.cs.abort')));
    expect(report?.into).toContain(idIn(m, 'rseq.ids.rewrite'));
    expect(report?.evidence.length).toBeGreaterThan(1);
  });

  const idIn = (m: Model, behaviour: string) =>
    answersOf(m).regressions.find((r) => r.document.behaviour === behaviour)!.document.id;
});

it('answers unknown on a line that is not complete', () => {
  const events = [
    newEvent({
      ...said,
      type: 'LineRecorded',
      stream: 'test/vendor',
      payload: { ...common, line: 'vendor', base: 'v2.1', complete: false },
    }),
    newEvent({
      ...said,
      type: 'ReleaseRecorded',
      stream: 'test/vendor-1',
      payload: {
        ...common,
        release: 'v2.1-100.vendor',
        line: 'vendor',
        date: '2021-04-30',
        predecessor: 'v2.1',
      },
    }),
  ];
  const cell = table(withMore(events), {
    releases: 'v2.1-100.vendor',
    archs: ['s390'],
    consumers: ['shell'],
  }).cells.find((c) => c.variant === null);
  expect(cell).toMatchObject({ status: 'unknown', note: expect.stringContaining('not recorded') as string });
});
