import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { codeId } from '../../cli/code-id.ts';
import { keptAnswer } from '../../queries/kept/kept-answers.ts';
import { keptQuestions, wholeTable } from '../../queries/kept/kept-questions.ts';
import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { answersOf } from '../../queries/regressions/answers.ts';
import type { EventStore, ReadFilter } from '../../store/event-store.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { Connection } from '../../store/sqlite/connection.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { outputHere, reglineHere } from '../support/in-process.ts';

const root = mkdtempSync(join(tmpdir(), 'regline-kept-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'log-'));
});

const regline = (...args: readonly string[]) => outputHere(folder, ...args);

/** Changes what is noted of an answer, and gives how many notes there were. */
function changeNote(name: string, from: string, to: string): number {
  const db = new Connection(join(folder, 'log.db'));
  const { changes } = db
    .rows('UPDATE rm_note SET value = replace(value, ?, ?) WHERE key = ? AND instr(value, ?) > 0')
    .run(from, to, `answer ${name}`, from);
  db.close();
  return changes;
}

const QUESTIONS: readonly (readonly string[])[] = [
  ['table'],
  ['table', '--format', 'csv'],
  ['table', '--intervals', '--format', 'markdown'],
  ['table', '--format', 'bcd'],
  ['timeline'],
  ['culprits', '--format', 'json'],
  ['regressions'],
  ['contradictions', '--format', 'json'],
  ['coverage'],
];

/** Questions that are worked out each time, from what is kept of regressions and of tests. */
const IN_PART: readonly (readonly string[])[] = [
  ['table', '--consumers', 'contract'],
  ['table', '--intervals', '--consumers', 'contract', '--format', 'markdown'],
  ['culprits', '--consumer', 'contract', '--format', 'json'],
  ['timeline', '--consumers', 'contract'],
  ['predictions', '--score'],
  ['migrate'],
];

describe('answers that are kept', () => {
  it.each([['test/fixtures/pipes'], ['data/rseq']])(
    'of %s are what the log gives, in every form',
    async (facts) => {
      await regline('import', 'facts', facts);
      for (const question of QUESTIONS) {
        const anew = await regline(...question);
        expect(anew.length).toBeGreaterThan(10);
        expect(await regline(...question)).toBe(anew);
      }
      for (const question of IN_PART) {
        await regline('rebuild');
        const anew = await regline(...question);
        await regline('coverage');
        for (let times = 0; times < 2; times++) expect(await regline(...question)).toBe(anew);
      }
      expect(await regline('verify')).toContain('are whole');
    },
  );

  it('are given until the log grows, and not as of another moment', async () => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    const right = await regline('culprits', '--format', 'json');
    expect(changeNote('culprits', 'regline.culprits/1', 'somebody else')).toBe(1);
    expect(await regline('culprits', '--format', 'json')).toContain('somebody else');
    for (const options of [
      ['--as-of', '2030-01-01'],
      ['--as-recorded', '2030-01-01'],
      ['--arch', 'riscv'],
    ])
      expect(await regline('culprits', '--format', 'json', ...options)).not.toContain('somebody else');
    writeFileSync(join(folder, 'run.log'), 'TAP version 13\n1..1\nok 1 one\n');
    await regline('import', 'ktap', join(folder, 'run.log'), '--release', 'v2.0', '--arch', 'riscv');
    expect(await regline('culprits', '--format', 'json')).toBe(right);
  });

  it('are not believed where other code worked them out', async () => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    const right = await regline('timeline', '--format', 'json');
    const db = new Connection(join(folder, 'log.db'));
    const [note] = db.column("SELECT value FROM rm_note WHERE key = 'answer timeline'").all() as string[];
    db.close();
    const code = note!.split(' ', 1)[0]!;
    expect(code).toMatch(/^[0-9a-f]{64}$/);
    changeNote('timeline', 'regline.timeline/1', 'other');
    changeNote('timeline', code, 'f'.repeat(64));
    expect(await regline('timeline', '--format', 'json')).toBe(right);
  });

  it('are compared by verify, each of them, and dropped by rebuild', async () => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    // Of how tests fail there is nothing to keep unless one does.
    for (const [release, outcome] of [
      ['v2.0', 'ok'],
      ['v2.0.1', 'not ok'],
    ] as const) {
      const path = join(folder, `${release}.log`);
      writeFileSync(path, `TAP version 13\n1..1\n${outcome} 1 selftests: pipes: wake_test\n`);
      await regline('import', 'ktap', path, '--release', release, '--arch', 'riscv');
    }
    const { events } = JSON.parse(await regline('log', '--format', 'json')) as { events: { id: string }[] };
    const questions = [...QUESTIONS, ['what-if', '--without', events[0]!.id]];
    for (const question of questions) await regline(...question);
    expect(await regline('verify')).toContain('are whole');
    for (const { name } of keptQuestions) {
      expect([name, changeNote(name, '"', "'")]).toEqual([name, 1]);
      const { status, stdout } = await reglineHere(folder, 'verify');
      expect(status).toBe(1);
      expect(stdout).toContain(`(the answer of ${name}): run regline rebuild`);
      await regline('rebuild');
      for (const question of questions) await regline(...question);
      await regline('verify');
    }
  });

  it('are what the log gives after whatever was appended', async () => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    const events = (JSON.parse(await regline('log', '--format', 'json')) as { events: { id: string }[] })
      .events;
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('run' as const),
        release: fc.constantFrom('v2.0', 'v2.0.1', 'v2.0.2'),
        test: fc.constantFrom('wake_test', 'limit_test'),
        outcome: fc.constantFrom('ok', 'not ok'),
        number: fc.nat(1000),
      }),
      fc.record({ kind: fc.constant('retract' as const), number: fc.nat() }),
    );
    const question = fc.constantFrom(...QUESTIONS);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, question), { maxLength: 3 }), async (steps) => {
        for (const [what, asked] of steps) {
          await regline(...asked);
          if (what.kind === 'run') {
            const path = join(folder, `${what.number}.log`);
            writeFileSync(path, `TAP version 13\n1..1\n${what.outcome} 1 selftests: pipes: ${what.test}\n`);
            await regline('import', 'ktap', path, '--release', what.release, '--arch', 'riscv');
          } else
            await reglineHere(folder, 'retract', events[what.number % events.length]!.id, '--reason', 'no');
          const kept = [await regline(...asked), await regline(...asked)];
          await regline('rebuild');
          expect(kept).toEqual([await regline(...asked), kept[0]]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('are not kept of a log that grew while it was read', async () => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    await regline('culprits');
    const log = join(folder, 'log.db');
    const store = await openSqliteStore(log, { mode: 'write' });
    const records: StoredEvent[] = [];
    for await (const page of store.read({ types: ['BehaviourSet'] })) records.push(...page);
    await regline('rebuild');
    let reads = 0;
    const growing: EventStore = Object.create(store, {
      read: {
        value: async function* (filter: ReadFilter) {
          yield* store.read(filter);
          if (reads++ === 0) await regline('retract', records[0]!.id, '--reason', 'meanwhile');
        },
      },
    }) as EventStore;
    const model = await loadWithRegressions(growing, {}, codeId());
    expect(answersOf(model).regressions.length).toBeGreaterThan(0);
    expect(reads).toBeGreaterThan(0);
    for (const name of ['how tests fare', 'regressions, in full'])
      expect(await store.notes?.read(`answer ${name}`)).toBeNull();
    await store.close();
  });

  it.each([
    ['nothing may be written', { mode: 'read' }, null],
    ['somebody else writes', { mode: 'write', busyTimeoutMs: 10 }, 'BEGIN IMMEDIATE'],
  ] as const)('are not needed where %s', async (_where, options, otherwise) => {
    await regline('import', 'facts', 'test/fixtures/pipes');
    const right = await regline('table', '--format', 'json');
    await regline('rebuild');
    const other = new Connection(join(folder, 'log.db'));
    if (otherwise !== null) other.exec(otherwise);
    const store = await openSqliteStore(join(folder, 'log.db'), options);
    for (let i = 0; i < 2; i++)
      expect(await keptAnswer(store, {}, 'code', wholeTable)).toEqual(JSON.parse(right));
    expect(await store.notes?.read('answer table')).toBeNull();
    await store.close();
    other.close();
  });
});
