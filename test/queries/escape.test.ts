import { beforeAll, describe, expect, it } from 'vitest';
import { answersOf } from '../../queries/regressions/answers.ts';
import type { View } from '../../queries/model/view.ts';
import type { Model } from '../../queries/model/model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { knowledgeDiff } from '../../queries/knowledge/knowledge-diff.ts';
import { escape } from '../../queries/regressions/escape.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let rseq: readonly StoredEvent[];
let pipes: readonly StoredEvent[];
beforeAll(async () => {
  rseq = stored(await factsOf('data/rseq'));
  pipes = stored(await factsOf('test/fixtures/pipes'));
});
const model = (view: View = {}): Model => modelOf(rseq, view);
const idOf = (m: Model, behaviour: string) =>
  answersOf(m).regressions.find((r) => r.document.behaviour === behaviour)!.document.id;

describe('escape', () => {
  it('names a fix by its posting until its commit is there, and tells then which commit that is', () => {
    const [posted, committed] = ['2026-05-04', '2026-05-08'].map((asOf) => model({ asOf }));
    const posting = '<20260428224427.517051752@kernel.org>';
    const hash = 'b9eac6a9d93c952c4b7775a24d5c7a1bbf4c3c00';
    const fixesIn = (m: Model) =>
      answersOf(m)
        .regressions.find((r) => r.document.behaviour === 'rseq.ids.rewrite')!
        .document.fixes.map((f) => [f.change, f.subject]);
    const subject = 'rseq: Revert to historical performance killing behaviour';
    expect(fixesIn(posted!)).toEqual([[posting, subject]]);
    expect(fixesIn(committed!)).toEqual([[hash, subject]]);
    const id = idOf(posted!, 'rseq.ids.rewrite');
    expect(JSON.stringify(escape(posted!, id))).not.toContain(hash.slice(0, 12));
    expect(JSON.stringify(knowledgeDiff(model({ asOf: '2026-04-20' }), posted!))).not.toContain(
      hash.slice(0, 12),
    );
    const told = knowledgeDiff(posted!, committed!).changedRegressions.find((r) => r.id === id)!;
    expect(told.says).toEqual([`the fix ${posting} is b9eac6a9d93c`]);
  });

  it('tells how the abort on arm64 got out and came back, line by line', () => {
    const document = escape(model(), idOf(model(), 'rseq.cs.abort'));
    const of = (name: string, line: string | null = null) =>
      document.milestones.find((m) => m.milestone === name && (line === null || m.line === line))!;
    expect(of('introduced').at).toMatch(/^2025-11-04/);
    expect(of('released')).toMatchObject({ release: 'v6.19', at: '2026-02-08' });
    expect(of('reported').at).toMatch(/^2026-04-22/);
    expect(of('proposed').at).toMatch(/^2026-04-24/);
    expect(of('merged')).toMatchObject({ release: 'v7.1-rc3' });
    expect(of('backported', '7.0.y')).toMatchObject({ release: 'v7.0.14' });
    expect(of('backported', '6.19.y')).toMatchObject({ at: null, release: null });
    expect(of('backported', '6.19.y').says).toMatch(/ended on 2026-04-22 without 411c1cf43039/);
    expect(document.gaps.every((g) => g.days >= 0)).toBe(true);
    const missing = (asOf: string) =>
      escape(model({ asOf }), idOf(model(), 'rseq.cs.abort'))
        .milestones.filter((m) => m.milestone === 'backported')
        .map((m) => [m.line, m.missing]);
    expect(missing('2026-06-26')).toEqual([
      ['6.19.y', 'never'],
      ['7.0.y', 'pending'],
    ]);
    expect(missing('2026-06-27')).toEqual([
      ['6.19.y', 'never'],
      ['7.0.y', undefined],
    ]);
  });

  it('takes no CI for one that covers it before the test was there, and names what was mended outside', () => {
    const step = (behaviour: string, name: string) =>
      escape(model(), idOf(model(), behaviour)).milestones.find((m) => m.milestone === name)!;
    // KernelCI ran the collection some days before the test came into it.
    expect(step('rseq.ids.rewrite', 'covered')).toMatchObject({ at: '2026-05-10' });
    expect(step('rseq.ids.rewrite', 'covered').says).toMatch(
      /^v7\.1-rc3 brought kselftest\.rseq\.legacy_check to KernelCI, which ran kselftest\.rseq on arm64 before/,
    );
    expect(step('rseq.cs.abort', 'covered')).toMatchObject({ at: '2026-04-24' });
    expect(step('rseq.cs.abort', 'proposed').says).toMatch(
      /^the fix was posted by Mark Rutland: .* the first form/,
    );
    for (const name of ['proposed', 'merged'])
      expect(step('rseq.feature_size', name)).toMatchObject({ at: null, evidence: [expect.any(String)] });
    expect(step('rseq.feature_size', 'merged').says).toMatch(
      /^no fix in the kernel is recorded; in criu\/zdtm-rseq01: /,
    );
  });

  it('leaves unknown what is unknown, on another interface too', () => {
    const m = modelOf(pipes);
    const document = escape(m, idOf(m, 'pipes.limit'));
    expect(document.milestones.map((s) => [s.milestone, s.at])).toEqual([
      ['introduced', '2021-05-20'],
      ['released', '2021-06-01'],
      ['reported', null],
      ['covered', null],
      ['proposed', null],
      ['merged', null],
    ]);
    expect(() => escape(m, 'R-nothing')).toThrow(QueryError);
  });
});
