import { beforeAll, describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import { check } from '../../queries/knowledge/check.ts';
import { contradictions } from '../../queries/knowledge/contradictions.ts';
import type { View } from '../../queries/model/view.ts';
import { knowledgeDiff } from '../../queries/knowledge/knowledge-diff.ts';
import type { Model } from '../../queries/model/model.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { weeklyReport } from '../../queries/knowledge/weekly-report.ts';
import { imagine, whatIf } from '../../queries/knowledge/what-if.ts';
import { newEvent, type NewEvent, type StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let rseq: readonly StoredEvent[];
let pipes: readonly StoredEvent[];
beforeAll(async () => {
  rseq = stored(await factsOf('data/rseq'));
  pipes = stored(await factsOf('test/fixtures/pipes'));
});

const models = new Map<string, Model>();
function model(view: View = {}): Model {
  const key = JSON.stringify(view);
  const made = models.get(key) ?? modelOf(rseq, view);
  models.set(key, made);
  return made;
}

const idOf = (m: Model, behaviour: string) =>
  answersOf(m).regressions.find((r) => r.document.behaviour === behaviour)!.document.id;

const common = { confidence: 'verified', rev: 1 } as const;
const said = { knownAt: '2021-04-03', source: '<eve-2@example.org>', locator: 'line 1' };

describe('check', () => {
  const asks = (releases: string, arch: string, consumer: string, more: object = {}) =>
    check(model(), { releases, archs: [arch], consumers: [consumer], ...more });

  it('fails where the release breaks a consumer, and names the regression', () => {
    const document = asks('v7.0.12', 'arm64', 'tcmalloc');
    expect(document.ok).toBe(false);
    expect(document.reasons[0]).toMatchObject({ reason: 'broken', consumer: 'tcmalloc', variant: null });
    expect(document.reasons[0]!.regressions).toEqual([idOf(model(), 'rseq.cs.abort')]);
    expect(document.reasons.every((r) => r.evidence.length > 0)).toBe(true);
    expect(asks('v7.0.12', 'x86_64', 'tcmalloc').ok).toBe(true);
    expect(asks('v7.0.14', 'arm64', 'tcmalloc').ok).toBe(true);
  });

  it('fails for refusing consumers, with that reason', () => {
    expect(asks('v6.19', 'x86_64', 'mongodb/8.0.30-8.0.34').reasons.map((r) => r.reason)).toEqual([
      'refuses',
    ]);
  });

  it('never passes what nobody knows', () => {
    const early = check(model({ asOf: '2026-03-14' }), {
      releases: 'v6.19',
      archs: ['arm64'],
      consumers: ['librseq'],
    });
    expect(early.ok).toBe(false);
    expect(early.reasons.map((r) => r.reason)).toEqual(['unknown']);
    const same = check(model({ asOf: '2026-03-14' }), {
      releases: 'v6.19',
      archs: ['arm64'],
      consumers: ['librseq'],
      baseline: 'v6.19',
    });
    expect(same.reasons.map((r) => r.reason)).toEqual(['unknown']);
  });

  it('never passes a kernel of which nobody says what it continues', () => {
    const next = newEvent({
      ...said,
      type: 'ReleaseRecorded',
      stream: 'test/next',
      payload: { ...common, release: 'next-20260901', line: 'next', date: '2026-09-01' },
    });
    const adrift = modelOf([...rseq, ...stored([next])]);
    expect(
      check(adrift, { releases: 'next-20260901', archs: ['arm64'], consumers: ['librseq'] }).reasons,
    ).toMatchObject([
      {
        reason: 'unknown',
        says: expect.stringContaining('what next-20260901 continues is not recorded') as string,
      },
    ]);
  });

  it('with a baseline lets pass what was as bad, and names what is new', () => {
    const known = asks('v7.0.12', 'arm64', 'tcmalloc', { baseline: 'v7.0.10' });
    expect([known.ok, known.known.length > 0]).toEqual([true, true]);
    const fresh = asks('v6.19', 'arm64', 'tcmalloc', { baseline: 'v6.18' });
    expect(new Set(fresh.reasons.map((r) => r.reason))).toEqual(new Set(['new-regression']));
    // v7.0.10 mended the ids and left the abort: less is broken, nothing is new.
    expect(asks('v7.0.10', 'arm64', 'tcmalloc', { baseline: 'v7.0.9' }).ok).toBe(true);
  });

  it('says how it is known that what passes works', () => {
    expect(asks('v7.0.12', 'x86_64', 'tcmalloc')).toMatchObject({
      cells: 3,
      works: { tested: 0, reported: 0, predicted: 2, inferred: 1 },
    });
    // Slower than it could be is no failure, and not what works.
    const slow = asks('v7.1', 'x86_64', 'glibc/2.35-2.40');
    expect([slow.ok, slow.known.map((f) => f.reason), Object.values(slow.works)]).toEqual([
      true,
      ['degraded'],
      [0, 0, 0, 0],
    ]);
  });

  it('refuses to pass where nothing can be judged', () => {
    expect(() => asks('v6.12', 'csky', 'librseq')).toThrow(QueryError);
  });
});

describe('contradictions', () => {
  it('sets the bisect against the trailer, and says what to build', () => {
    const found = contradictions(model()).contradictions.find((c) => c.kind === 'culprits');
    expect(found?.sides.map((s) => s.says.slice(0, 12))).toEqual(['39a167560a61', '566d8015f7ee']);
    expect(found?.settles).toMatch(
      /^run kselftest\.rseq\.legacy_check on a kernel built from 566d8015f7ee, x86_64 .* if it fails there, 566d8015f7ee did it/,
    );
    expect(found?.run).toEqual({
      test: 'kselftest.rseq.legacy_check',
      subject: 'kselftest.rseq.legacy_check',
      version: '566d8015f7ee',
      arch: 'x86_64',
      config: null,
    });
    expect(found?.sides.every((s) => s.evidence.length > 0)).toBe(true);
  });

  it('sets who denies a regression against who reports it, until that is declared a dispute', () => {
    const asked = (asOf: string) =>
      contradictions(model({ asOf })).contradictions.map((c) => [c.kind, ...c.sides.map((s) => s.says)]);
    expect(asked('2026-04-21')).toEqual([]);
    expect(asked('2026-04-22')).toEqual([
      [
        'claim-claim',
        expect.stringMatching(/a tcmalloc user: .*broken.*Mathias Stearn: .*broken/) as string,
        'Peter Zijlstra: tcmalloc not-a-regression',
      ],
    ]);
    expect(asked('2026-04-23').filter(([, ...sides]) => sides.some((s) => s.includes('Zijlstra')))).toEqual([
      ['dispute', 'Peter Zijlstra: tcmalloc not-a-regression', 'Linus Torvalds: tcmalloc broken'],
    ]);
    // Declared is not settled.
    const day = knowledgeDiff(model({ asOf: '2026-04-22' }), model({ asOf: '2026-04-23' }));
    expect(day.settled).toEqual([]);
  });

  it('sets "since day one" against December 2024', () => {
    const { contradictions: all } = contradictions(model());
    const disputed = (name: string) =>
      all
        .find((c) => c.kind === 'dispute' && c.about.startsWith(name))
        ?.sides.map((s) => s.says.split(/ says|:/)[0]);
    expect(disputed('since-when-enforced')).toEqual(['Thomas Gleixner', 'Chris Kennelly']);
    expect(disputed('is-it-a-regression')).toEqual(['Peter Zijlstra', 'Linus Torvalds']);
    const day = all.find((c) => c.kind === 'claim-prediction' && c.about.startsWith('rseq.ro.enforcement'));
    expect(day?.about).toMatch(/v4\.18 to v6\.13 .*CONFIG_DEBUG_RSEQ == y/);
    expect(day?.sides[1]!.says).toBe('the records say unchecked');
  });

  it('sets two sources of one guard against each other, with the kernel on which it can be seen', () => {
    const guard = contradictions(model()).contradictions.find((c) => c.about.startsWith('the guard of'));
    expect(guard).toMatchObject({
      kind: 'claim-claim',
      about: 'the guard of mongodb/9.0.3 at 7.0.0-28-generic',
      run: { test: null, subject: 'mongodb/9.0.3', version: '7.0.0-28-generic', arch: 'x86_64' },
    });
  });

  it('sets a claim against the records on another interface', () => {
    const claim = newEvent({
      ...said,
      type: 'BreakageClaimed',
      stream: 'test/works',
      payload: {
        ...common,
        by: 'Eve',
        says: 'works',
        consumer: 'shell',
        archs: ['s390'],
        releases: ['v2.1', 'v2.1.1'],
      },
    });
    const all = contradictions(modelOf([...pipes, ...stored([claim])])).contradictions;
    expect(all.map((c) => c.kind).sort()).toEqual(['claim-claim', 'claim-prediction', 'dispute']);
    // What embeds the shell is spoken of with it.
    expect(all.find((c) => c.kind === 'claim-prediction')).toMatchObject({
      about: 'shell and 1 that embed it on s390 at v2.1.1',
      settles: 'run kselftest.pipes.wake_test on v2.1.1, s390',
    });
  });
});

describe('what if', () => {
  it('takes the evidence away: what was broken is not known any more, and the log is as it was', () => {
    const m = modelOf(pipes);
    const record = pipes.find((e) => e.stream === 'pipes/limit-half')!;
    const before = JSON.stringify(answersOf(m).regressions.map((r) => r.document));
    const document = whatIf(m, imagine(m, { without: [record.id.slice(0, 10)] }));
    expect(document.flips).toMatchObject([
      { consumer: 'contract', arch: 's390', from: 'v2.0.3', to: 'v2.0.3', after: { status: 'works' } },
      { consumer: 'contract', arch: 'riscv', from: 'v2.0.3', to: 'v2.0.3', after: { status: 'works' } },
    ]);
    expect(document.regressions.gone.map((r) => r.title)).toEqual([
      expect.stringContaining('pipes.limit = half') as string,
    ]);
    expect(JSON.stringify(answersOf(m).regressions.map((r) => r.document))).toBe(before);
  });

  it('adds a fact: a backport of the fix mends the release after', () => {
    const backport = newEvent({
      ...said,
      type: 'BackportRecorded',
      stream: 'test/backport',
      payload: {
        ...common,
        change: '411c1cf430392c905e39f12bc305dd994da0b426',
        line: '7.0.y',
        release: 'v7.0.10',
        order: 99,
      },
    });
    const m = model();
    const document = whatIf(m, imagine(m, { with: [backport] }), {
      consumers: ['librseq'],
      archs: ['arm64'],
    });
    expect(document.flips.map((f) => [f.from, f.to, f.before?.status, f.after?.status])).toEqual([
      // A report names v7.0.10 itself, and is stronger than a prediction.
      ['v7.0.11', 'v7.0.13', 'broken', 'works'],
    ]);
  });

  it('tells whose cells are gone where no interface is described any more', () => {
    const m = modelOf(pipes);
    const described = m.of('InterfaceDescribed').map((e) => e.id);
    const document = whatIf(m, imagine(m, { without: described }));
    expect(document.flips.length).toBeGreaterThan(0);
    expect(document.flips.filter((f) => f.after !== null)).toEqual([]);
    // So does whoever names an architecture that nobody has any more.
    const there = whatIf(m, imagine(m, { without: described }), { archs: ['s390'] });
    expect(there.flips).toEqual(document.flips.filter((f) => f.arch === 's390'));
  });

  it('tells what a behaviour is instead, where nobody fares otherwise', () => {
    const m = model();
    // The change that made pages read-only entered with the fix; without it they are what they were.
    const entered = m
      .of('ChangeEntered')
      .find((e) => e.payload.change.startsWith('82f572449cfe') && e.payload.release === 'v7.1-rc3')!;
    const document = whatIf(m, imagine(m, { without: [entered.id] }));
    expect(document.flips).toEqual([]);
    expect(document.behaviours.gone).toContainEqual(
      expect.stringMatching(/^rseq\.ro\.enforcement = fatal on x86_64, .* at v7\.1-rc3\.\./),
    );
    expect(document.behaviours.new).toContainEqual(
      expect.stringMatching(/^rseq\.ro\.enforcement = unchecked on x86_64, .* at v7\.1-rc3\.\./),
    );
    const record = m.of('BehaviourSet').find((e) => e.payload.behaviour === 'rseq.mode')!;
    const { behaviours } = whatIf(m, imagine(m, { without: [record.id] }));
    expect(behaviours.gone).toContainEqual(expect.stringMatching(/^rseq\.mode = /));
    const claim = m.of('BreakageClaimed')[0]!;
    expect(whatIf(m, imagine(m, { without: [claim.id] })).behaviours).toEqual({ gone: [], new: [] });
  });

  it('refuses an event that is not there, and a question without one', () => {
    expect(() => imagine(model(), { without: ['ffffffffffff'] })).toThrow(QueryError);
    expect(() => imagine(model(), {})).toThrow(QueryError);
  });
});

describe('proposals', () => {
  const proposal = (name: string, status: 'proposed' | 'accepted' | 'rejected', value?: string): NewEvent =>
    newEvent({
      ...said,
      type: 'ProposalStated',
      stream: `test/${name}.${status}`,
      payload: {
        ...common,
        proposal: name,
        by: 'Eve',
        title: `what ${name} is`,
        status,
        ...(value === undefined
          ? {}
          : { sets: [{ behaviour: 'pipes.wake', value, archs: ['s390'], order: 1 }] }),
      },
    });

  it('predicts every consumer, and scores what was taken in against what happened', () => {
    const m = modelOf([
      ...pipes,
      ...stored([
        proposal('again', 'accepted', 'at-once'),
        proposal('stay', 'rejected', 'lazily'),
        proposal('vague', 'proposed'),
      ]),
    ]);
    const document = proposals(m, {}, true);
    expect(document.release).toBe('v2.2-rc1');
    const of = (name: string) => {
      const p = document.proposals.find((x) => x.proposal === name)!;
      const cell = p.cells.find((c) => c.consumer === 'shell' && c.variant === null && c.arch === 's390')!;
      return [p.outcomeAt, cell.before, cell.predicted, cell.happened, cell.score];
    };
    expect(of('again')).toEqual(['v2.2-rc2', 'broken', 'works', 'works', 'right']);
    expect(of('stay')).toEqual([null, 'broken', 'broken', 'unknown', 'open']);
    expect(of('vague')).toEqual([null, 'broken', 'unknown', 'unknown', 'open']);
  });

  it('never predicts what nobody wrote down', () => {
    for (const p of proposals(model()).proposals) {
      if (!p.described) expect(new Set(p.cells.map((c) => c.predicted))).toEqual(new Set(['unknown']));
    }
  });
});

describe('between two moments', () => {
  it('tells what the thread of April and May 2026 brought', () => {
    const document = knowledgeDiff(model({ asOf: '2026-04-21' }), model({ asOf: '2026-05-24' }));
    const of = (list: readonly { id: string; says: readonly string[] }[], behaviour: string) =>
      list.find((r) => r.id === idOf(model(), behaviour))?.says.join('; ') ?? '';
    expect(of(document.newRegressions, 'rseq.cs.abort')).toMatch(/^reported; led by 39a167560a61/);
    expect(of(document.changedRegressions, 'rseq.ids.rewrite')).toMatch(/also on arm64/);
    expect(of(document.fixed, 'rseq.ids.rewrite')).toMatch(
      /fixed in 7\.0\.y by b9eac6a9d93c since v7\.0\.10/,
    );
    expect(of(document.fixed, 'rseq.cs.abort')).not.toMatch(/7\.0\.y/);
    expect(document.contradicted.map((c) => c.kind)).toContain('culprits');
    // That more consumers were found to be hit makes no new contradiction of an old one.
    const later = knowledgeDiff(model({ asOf: '2026-08-20' }), model({ asOf: '2026-10-31' }));
    expect(later.contradicted.map((c) => c.about)).toEqual([expect.stringMatching(/^the guard of mongodb/)]);
    expect(document.decided.filter((d) => d.type === 'ProposalStated').length).toBeGreaterThan(0);
    expect(document.newReleases).toContain('v7.0.10');
  });

  it('finds nothing between a moment and itself', () => {
    const m = model({ asOf: '2026-05-24' });
    const { from, to, schema, ...rest } = knowledgeDiff(m, m);
    expect([schema, from === to]).toEqual(['regline.diff/1', true]);
    expect(Object.values(rest).flat()).toEqual([]);
  });

  it('writes the week: what is new, resolved, still open, and what nobody has said yet', () => {
    const week = weeklyReport(model({ asOf: '2026-05-17' }), model({ asOf: '2026-05-24' }));
    const ids = (list: readonly { id: string }[]) => list.map((r) => r.id);
    expect(ids(week.resolved)).toContain(idOf(model(), 'rseq.ids.rewrite'));
    expect(week.open.find((r) => r.id === idOf(model(), 'rseq.cs.abort'))?.says[0]).toMatch(/7\.0\.y/);
    const unmet = (list: readonly { says: string }[]) =>
      list.filter((u) => u.says.endsWith('whether anybody has met it')).length;
    expect(unmet(week.unknown)).toBe(0);
    const wednesday = weeklyReport(model({ asOf: '2026-05-17' }), model({ asOf: '2026-05-21' })).open;
    expect(wednesday.find((r) => r.id === idOf(model(), 'rseq.ids.rewrite'))?.says).toEqual([
      'open in 7.0.y (2026-05-20 Greg Kroah-Hartman: b9eac6a9d93c queued in v7.0.10)',
    ]);
    // What is new and has a remedy in the same week is told with it.
    const first = weeklyReport(model({ asOf: '2026-04-19' }), model({ asOf: '2026-04-26' })).new;
    const told = (behaviour: string) =>
      first.find((r) => r.id === idOf(model(), behaviour))?.says.join('; ') ?? '';
    expect(told('rseq.cs.abort')).toMatch(/a fix is announced: e21251109c7d.*posted, Mark Rutland/);
    expect(told('rseq.feature_size')).toMatch(/in criu\/zdtm-rseq01: CRIU PR 3007.*merged/);
    const unheard = rseq.filter((e) => e.stream !== 'rseq/slice-told-wrong');
    const silent = modelOf(unheard, { asOf: '2026-05-24' });
    expect(unmet(weeklyReport(silent, silent).unknown)).toBe(1);
  });
});
