import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../store/errors.ts';
import type { BatchHeader, EventStore } from '../../store/event-store.ts';
import { makeCatalogue, PayloadError, upcast, type Catalogue } from '../../store/events/catalogue.ts';
import { defineEvent } from '../../store/events/definition.ts';
import { newEvent, type NewEvent, type StoredEvent } from '../../store/events/event.ts';
import type { ReadModel } from '../../store/read-model.ts';

export const header = (over: Partial<BatchHeader> = {}): BatchHeader => ({
  recordedAt: '2026-01-01T00:00:00.000Z',
  actor: 'a test',
  tool: 'regline test',
  importer: 'test/1',
  carrier: 'a.yaml',
  carrierHash: 'ab',
  ...over,
});

export const note = (
  about: string,
  text = 'said',
  rev = 1,
  knownAt: string | null = '2026-01-01',
): NewEvent =>
  newEvent({
    type: 'NoteAdded',
    stream: `test/${about}`,
    knownAt,
    source: '<a@example.org>',
    locator: `a.yaml:${about.length}:1`,
    payload: { confidence: 'verified', rev, about, by: 'Ann', text },
  });

export async function all(store: EventStore): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const page of store.read()) found.push(...page);
  return found;
}

/** Counts notes by what they are about: a fold that is easy to check by hand. */
export const counts: ReadModel = {
  name: 'counts',
  version: '1',
  types: ['NoteAdded'],
  tables: { about: ['n'] },
  async fold(rows, page) {
    for (const event of page) {
      if (event.type !== 'NoteAdded') continue;
      const { about } = event.payload;
      const n = ((await rows.get('about', [about])).get(about) as number | undefined) ?? 0;
      await rows.put('about', [{ key: about, value: n + 1, indexes: { n: String(n + 1) } }]);
    }
  },
};

/** What every backend must do. */
export function storeContract(name: string, open: (catalogue?: Catalogue) => Promise<EventStore>): void {
  describe(`a log in ${name}`, () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });

    it('gives back what was appended, in order, without gaps', async () => {
      const result = await store.append(header(), [note('a'), note('b')]);
      expect(result).toMatchObject({ batch: 1, events: 2, new: 2, duplicates: 0, superseding: 0 });
      const events = await all(store);
      expect(events.map((e) => [e.position, e.id, e.stream])).toEqual([
        [1, result.ids[0], 'test/a'],
        [2, result.ids[1], 'test/b'],
      ]);
      expect(events[0]).toMatchObject({
        recordedAt: '2026-01-01T00:00:00.000Z',
        source: '<a@example.org>',
        payload: { text: 'said' },
      });
    });

    it('adds nothing when the same is appended again, under another carrier, in another order', async () => {
      await store.append(header(), [note('a'), note('b'), note('a')]);
      const again = await store.append(
        header({ carrier: 'b.yaml', recordedAt: '2026-02-01T00:00:00.000Z' }),
        [note('b'), note('a')],
      );
      expect(again).toMatchObject({ batch: null, new: 0, duplicates: 2 });
      expect(await store.head()).toMatchObject({ position: 2, batch: 1 });
    });

    it('counts further versions of a statement, and refuses changed content under one rev when asked to', async () => {
      await store.append(header(), [note('a', 'one')]);
      expect(await store.append(header(), [note('a', 'two', 2)], { revisions: 'strict' })).toMatchObject({
        superseding: 1,
      });
      await expect(
        store.append(header(), [note('c'), note('a', 'three', 2)], { revisions: 'strict' }),
      ).rejects.toMatchObject({
        diagnostics: [{ place: { file: 'a.yaml', line: 1, column: 1 }, hint: 'write rev: 3' }],
      });
      expect((await store.head()).position).toBe(2);
    });

    it('checks payloads at the door, and takes all of a batch or nothing', async () => {
      const bad = { ...note('b'), payload: { ...note('b').payload, more: 1 } } as unknown as NewEvent;
      await expect(store.append(header(), [note('a'), bad])).rejects.toThrow(PayloadError);
      expect((await store.head()).position).toBe(0);
    });

    it('tells what a dry run would do, and does nothing', async () => {
      expect(await store.append(header(), [note('a')], { dryRun: true })).toMatchObject({ new: 1 });
      expect((await store.head()).position).toBe(0);
    });

    it('refuses a decision that was made on an older view', async () => {
      await store.append(header(), [note('a')]);
      await expect(store.append(header(), [note('b')], { expectHead: 0 })).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(store.append(header(), [note('b')], { expectHead: 0 })).rejects.toThrow(StoreError);
    });

    it('reads by type, stream, position and what was known by then', async () => {
      await store.append(header(), [
        note('a', 'x', 1, '2026-01-05'),
        note('b', 'x', 1, '2026-03'),
        note('c', 'x', 1, null),
      ]);
      const about = async (filter: Parameters<EventStore['read']>[0]) => {
        const found: string[] = [];
        for await (const page of store.read(filter)) found.push(...page.map((e) => e.stream.slice(5)));
        return found.join('');
      };
      expect(await about({ types: ['NoteAdded'] })).toBe('abc');
      expect(await about({ types: ['ReleaseRecorded'] })).toBe('');
      expect(await about({ streams: ['test/b'] })).toBe('b');
      expect(await about({ from: 2, to: 2 })).toBe('b');
      expect(await about({ order: 'descending', limit: 2 })).toBe('cb');
      // An unknown known-at counts from recorded-at.
      expect(await about({ knownBy: '2026-01-04T00:00:00.000Z' })).toBe('c');
      expect(await about({ knownBy: '2026-03-31T23:59:59.998Z' })).toBe('ac');
    });

    it('finds events by the beginning of their id', async () => {
      const { ids } = await store.append(header(), [note('a'), note('b')]);
      expect((await store.find(ids[0]!.slice(0, 10))).map((e) => e.id)).toEqual([ids[0]]);
      expect(await store.find("' or 1=1")).toEqual([]);
      expect((await store.at([2, 9, 1])).map((e) => e.position)).toEqual([2, 1]);
    });

    it('verifies a whole log', async () => {
      await store.append(header(), [note('a'), note('b')]);
      await store.append(header({ importer: null, carrier: null }), [note('c')]);
      expect(await store.verify()).toMatchObject({ events: 3, batches: 2, damage: null });
    });

    it('folds a read model up to the head, and gives the same rows however the log grew', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }), { maxLength: 5 }),
          async (steps) => {
            const [grown, whole] = [await open(), await open()];
            let n = 0;
            const events: NewEvent[] = [];
            for (const step of steps) {
              const batch = step.map((about) => note(about, `text ${n++}`, n));
              events.push(...batch);
              await grown.append(header(), batch);
              await grown.rows(counts);
            }
            await whole.append(header(), events);
            const rows = async (s: EventStore) => (await s.rows(counts)).all('about');
            expect(await rows(grown)).toEqual(await rows(whole));
            await grown.dropReadModels();
            expect(await rows(grown)).toEqual(await rows(whole));
            await Promise.all([grown.close(), whole.close()]);
          },
        ),
        { numRuns: 20 },
      );
    });

    it('leads old payloads to the current version, one step at a time', () => {
      const old = makeCatalogue([defineEvent('NoteAdded', 'v1', v.looseObject({}))]);
      const now = makeCatalogue([
        defineEvent('NoteAdded', 'v3', v.looseObject({}), {
          version: 3,
          upcasts: {
            1: (p) => ({ ...(p as object), steps: ['1 to 2'] }),
            2: (p) => ({
              ...(p as { steps: string[] }),
              steps: [...(p as { steps: string[] }).steps, '2 to 3'],
            }),
          },
        }),
      ]);
      expect(() => defineEvent('X', 'x', v.looseObject({}), { version: 2 })).toThrow(/no upcast/);
      expect(upcast(now, 'NoteAdded', 1, { text: 'x' })).toEqual({ text: 'x', steps: ['1 to 2', '2 to 3'] });
      expect(() => upcast(old, 'NoteAdded', 2, {})).toThrow(/newer/);
    });
  });
}
