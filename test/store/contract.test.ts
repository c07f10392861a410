import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventStore } from '../../store/event-store.ts';
import { memoryStore } from '../../store/memory/memory-store.ts';
import { openSqliteStore, temporarySqliteStore } from '../../store/sqlite/open.ts';
import { all, counts, note, storeContract } from './contract.ts';
import { batchHeader } from '../support/batch-header.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-contract-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
const fresh = () => join(folder, `${files++}.db`);

storeContract('a file', (catalogue) =>
  openSqliteStore(fresh(), { mode: 'create', ...(catalogue ? { catalogue } : {}) }),
);
storeContract('memory', (catalogue) => Promise.resolve(memoryStore(catalogue)));
storeContract('a temporary file', (catalogue) => Promise.resolve(temporarySqliteStore(catalogue)));

/** All that a log tells about itself. */
async function told(store: EventStore): Promise<unknown> {
  return {
    events: await all(store),
    batches: await store.batches(),
    head: await store.head(),
    types: [...(await store.countByType())],
    verified: await store.verify(),
  };
}

it('is the same in memory and in a file, whatever comes in which order, twice or in pieces', async () => {
  const events = fc.record({
    about: fc.constantFrom('a', 'b', 'c', 'ä', '\u{1f600}', '\uff5e'),
    text: fc.constantFrom('one', 'two'),
    rev: fc.integer({ min: 1, max: 3 }),
    knownAt: fc.constantFrom('2026-01', '2026-01-05', '2026-01-05T01:02:03Z', null),
  });
  const steps = fc.array(
    fc.record({
      batch: fc.array(events, { maxLength: 6 }),
      revisions: fc.constantFrom('open' as const, 'strict' as const),
      dryRun: fc.boolean(),
      look: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const path = fresh();
      const file = await openSqliteStore(path, { mode: 'create', stageBytes: 2000 });
      const memory = memoryStore();
      try {
        for (const { batch, look, ...options } of plan) {
          const page = batch.map((e) => note(e.about, e.text, e.rev, e.knownAt));
          const outcome = (store: EventStore) =>
            store.append(batchHeader(), page, options).catch((error: unknown) => (error as Error).message);
          expect(await outcome(file)).toEqual(await outcome(memory));
          if (look) await Promise.all([file.rows(counts), memory.rows(counts)]);
        }
        expect(await told(file)).toEqual(await told(memory));
        const rows = async (store: EventStore) => {
          const all = await (await store.rows(counts)).all('about');
          return all.map(({ key, value, indexes }) => ({ key, value, indexes }));
        };
        const grown = await rows(file);
        expect(grown).toEqual(await rows(memory));
        await file.dropReadModels();
        expect(await rows(file)).toEqual(grown);
      } finally {
        await file.close();
        rmSync(path);
      }
    }),
    { numRuns: 60 },
  );
});
