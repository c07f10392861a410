import { beforeAll, describe, expect, it } from 'vitest';
import { culprits } from '../../queries/regressions/culprits.ts';
import { explain } from '../../queries/explain/explain.ts';
import { table } from '../../queries/tables/table.ts';
import { timeline } from '../../queries/tables/timeline.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { newEvent, type StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

const LAZY = '2222222222222222222222222222222222222222';
const EAGER = '3333333333333333333333333333333333333333';

let events: readonly StoredEvent[];
beforeAll(async () => {
  events = stored(await factsOf('test/fixtures/pipes'));
});

const status = (consumer: string, release: string, arch: string, view = {}, config?: string) => {
  const [name, variant = null] = consumer.split('/');
  const document = table(modelOf(events, view), {
    releases: release,
    archs: [arch],
    ...(config ? { config } : {}),
  });
  return document.cells.find((c) => c.consumer === name && c.variant === variant)!;
};

describe('another interface, with nothing of rseq in it', () => {
  it('finds where the shell works and where it does not', () => {
    const seen = ['v2.0', 'v2.1-rc1', 'v2.1', 'v2.1.1', 'v2.1.2', 'v2.2-rc1', 'v2.2-rc2'].map((r) => [
      r,
      status('shell', r, 's390').status,
      status('shell', r, 'riscv').status,
    ]);
    expect(seen).toEqual([
      ['v2.0', 'works', 'works'],
      ['v2.1-rc1', 'broken', 'works'],
      ['v2.1', 'broken', 'works'],
      ['v2.1.1', 'broken', 'works'],
      ['v2.1.2', 'works', 'works'],
      ['v2.2-rc1', 'broken', 'works'],
      ['v2.2-rc2', 'works', 'works'],
    ]);
  });

  it('names the culprit, its precondition and the fix per line', () => {
    const [lazy] = culprits(modelOf(events), { consumer: 'shell' }).regressions;
    expect(lazy).toMatchObject({
      behaviour: 'pipes.wake',
      archs: ['s390'],
      contract: 'kept',
      observed: 'broken',
      lastGood: ['v2.0'],
      firstBad: ['v2.1-rc1'],
      affected: [
        { line: 'mainline', from: 'v2.1-rc1', to: 'v2.2-rc1' },
        { line: '2.1.y', from: 'v2.1.1', to: 'v2.1.1' },
      ],
      fixes: [{ change: EAGER, releases: { mainline: 'v2.2-rc2', '2.1.y': 'v2.1.2' } }],
    });
    expect(lazy!.suspects.map((s) => [s.change[0], s.role])).toEqual([
      ['2', 'culprit'],
      ['1', 'precondition'],
    ]);
    expect(lazy!.suspects[0]!.for.join('\n')).toMatch(/bisect by Ada/);
  });

  it('finds what a backport broke in one line only, and that it was never repaired', () => {
    const half = culprits(modelOf(events)).regressions.find((r) => r.behaviour === 'pipes.limit');
    expect(half).toMatchObject({
      contract: 'broken',
      observed: 'broken',
      lastGood: ['v2.0.2'],
      firstBad: ['v2.0.3'],
      affected: [{ line: '2.0.y', from: 'v2.0.3', to: 'v2.0.3' }],
      suspects: [{ change: '4444444444444444444444444444444444444444', role: 'culprit' }],
      fixes: [],
    });
  });

  it('sees nothing of the future', () => {
    expect(status('shell', 'v2.1', 's390', { asOf: '2021-03-04' }).status).toBe('unknown');
    expect(status('shell', 'v2.1', 's390', { asOf: '2021-03-05' }).status).toBe('broken');
    expect(status('shell', 'v2.1', 'riscv', { asOf: '2021-03-05' }).status).toBe('unknown');
    expect(status('shell', 'v2.1', 'riscv', { asOf: '2021-04' }).status).toBe('works');
  });

  it('lets a switch decide', () => {
    expect(status('shell', 'v2.1', 's390', {}, 'CONFIG_EAGER=y').status).toBe('works');
  });

  it('lets a guard refuse, and says what would happen without it', () => {
    expect(status('shell/guarded', 'v2.2-rc2', 's390')).toMatchObject({
      status: 'refuses',
      note: 'would work without the guard',
    });
    expect(status('shell/guarded', 'v2.1.1', 's390').status).toBe('broken');
  });

  it('tells who reported what: the release a claim names, not those that were not out', () => {
    expect(status('shell', 'v2.1', 's390')).toMatchObject({ basis: 'reported', reported: true });
    expect(status('shell', 'v2.1.1', 's390')).toMatchObject({ basis: 'predicted', reported: true });
    expect(status('shell', 'v2.2-rc1', 's390')).toMatchObject({ basis: 'predicted', reported: false });
  });

  it('changes the verdict when its evidence is retracted, and back when the retraction is', () => {
    const record = events.find((e) => e.stream === 'pipes/limit-half')!;
    const retract = (target: string, n: number) =>
      newEvent({
        type: 'EventRetracted',
        stream: `retraction/${target}/${n}`,
        knownAt: null,
        source: 'a test',
        locator: '',
        payload: { target, by: 'a test', reason: 'to see', at: String(n) },
      });
    const first = stored([retract(record.id, 1)]);
    const second = stored([retract(first[0]!.id, 2)]);
    const at = (more: readonly StoredEvent[]) =>
      table(modelOf([...events, ...more]), { releases: 'v2.0.3', consumers: ['contract'], archs: ['s390'] })
        .cells[0]!.status;
    expect([at([]), at(first), at([...first, ...second])]).toEqual(['broken', 'works', 'broken']);
  });

  it('gives the same bytes whatever order the events came in', () => {
    const ask = (list: readonly StoredEvent[]) =>
      JSON.stringify([culprits(modelOf(list)), table(modelOf(list)), timeline(modelOf(list))]);
    expect(ask([...events].reverse())).toBe(ask(events));
  });

  it('explains a cell down to the source line, and helps with a mistyped name', () => {
    const model = modelOf(events);
    const cell = explain(model, ['s390', 'v2.1', 'shell']);
    expect(cell.verdict).toMatch(/broken/);
    expect(cell.steps.flatMap((s) => s.events).map((e) => e.source)).toContain('<ada-1@example.org>');
    expect(() => explain(model, ['shel', 'v2.1', 's390'])).toThrow(QueryError);
    expect(() => explain(model, ['R-00000000'])).toThrow(/no regression "R-00000000"/);
    const wrong = (words: readonly string[]): unknown => {
      try {
        return explain(model, words);
      } catch (error) {
        return (error as QueryError).suggestions;
      }
    };
    expect(wrong(['shell', 'v2.1', 's930'])).toEqual(['s390']);
    expect(explain(model, [LAZY.slice(0, 12)]).verdict).toMatch(/culprit/);
  });
});
