import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { knownEnd } from '../../store/log/known-by.ts';
import type { View } from '../../queries/model/view.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { table } from '../../queries/tables/table.ts';
import { timeline } from '../../queries/tables/timeline.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let pipes: readonly StoredEvent[];
let rseq: readonly StoredEvent[];
beforeAll(async () => {
  pipes = stored(await factsOf('test/fixtures/pipes'));
  rseq = stored(await factsOf('data/rseq'));
});

const answers = (events: readonly StoredEvent[], view: View = {}) => {
  const model = modelOf(events, view);
  return JSON.stringify([culprits(model), table(model), timeline(model)]);
};

/** What only adds evidence: it may say who, since when and how sure, and makes no other regression. */
const EVIDENCE: ReadonlySet<string> = new Set([
  'CulpritClaimed',
  'FixClaimed',
  'MessageArchived',
  'NoteAdded',
  'MitigationStated',
  'CoverageChanged',
  'FieldUseStated',
  'TestRecorded',
]);

/** A day of the span in which something became known. */
const day = (from: string, to: string) =>
  fc
    .integer({ min: 0, max: Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) })
    .map((n) => new Date(Date.parse(from) + n * 86_400_000).toISOString().slice(0, 10));

const idsOf = (events: readonly StoredEvent[], view: View = {}) =>
  culprits(modelOf(events, view)).regressions;

describe('a replay', () => {
  it('answers the same whatever order the events were taken in', () => {
    const expected = answers(pipes);
    fc.assert(
      fc.property(fc.shuffledSubarray([...pipes.keys()], { minLength: pipes.length }), (order) => {
        expect(answers(order.map((i) => pipes[i]!))).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('as of a day never sees what became known later', () => {
    fc.assert(
      fc.property(day('2019-12-30', '2021-08-01'), (asOf) => {
        const early = pipes.filter((e) => knownEnd(e) <= `${asOf}T23:59:59.999Z`);
        expect(answers(early, { asOf })).toBe(answers(pipes, { asOf }));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the id of a regression', () => {
  it('stays while the world learns more: whatever is known on a day is found later, itself or as an alias', () => {
    const final = new Set(idsOf(rseq).flatMap((r) => [r.id, ...r.aliases]));
    fc.assert(
      fc.property(day('2026-03-13', '2026-10-15'), (asOf) => {
        for (const r of idsOf(rseq, { asOf })) expect(final).toContain(r.id);
      }),
      { numRuns: 6 },
    );
  });

  it('stays whatever evidence is added, in any order', () => {
    const about = (events: readonly StoredEvent[]) =>
      idsOf(events)
        .map((r) => `${r.id} ${r.behaviour ?? r.title}`)
        .sort();
    const expected = about(rseq);
    const evidence = [...rseq.keys()].filter((i) => EVIDENCE.has(rseq[i]!.type));
    fc.assert(
      fc.property(fc.subarray(evidence), (left) => {
        const out = new Set(left);
        expect(about(rseq.filter((_, i) => !out.has(i)))).toEqual(expected);
      }),
      { numRuns: 5 },
    );
  });
});
