import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../store/errors.ts';
import type { EventStore } from '../../store/event-store.ts';
import { makeCatalogue, PayloadError, upcast, type Catalogue } from '../../store/events/catalogue.ts';
import { defineEvent } from '../../store/events/definition.ts';
import { newEvent, type NewEvent, type StoredEvent } from '../../store/events/event.ts';
import type { ReadModel } from '../../store/read-model.ts';
import { batchHeader } from '../support/batch-header.ts';

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
      const result = await store.append(batchHeader(), [note('a'), note('b')]);
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
      await store.append(batchHeader(), [note('a'), note('b'), note('a')]);
      const again = await store.append(
        batchHeader({ carrier: 'b.yaml', recordedAt: '2026-02-01T00:00:00.000Z' }),
        [note('b'), note('a')],
      );
      expect(again).toMatchObject({ batch: null, new: 0, duplicates: 2 });
      expect(await store.head()).toMatchObject({ position: 2, batch: 1 });
    });

    it('counts further versions of a statement, and refuses changed content under one rev when asked to', async () => {
      await store.append(batchHeader(), [note('a', 'one')]);
      expect(await store.append(batchHeader(), [note('a', 'two', 2)], { revisions: 'strict' })).toMatchObject(
        {
          superseding: 1,
        },
      );
      await expect(
        store.append(batchHeader(), [note('c'), note('a', 'three', 2)], { revisions: 'strict' }),
      ).rejects.toMatchObject({
        diagnostics: [{ place: { file: 'a.yaml', line: 1, column: 1 }, hint: 'write rev: 3' }],
      });
      expect((await store.head()).position).toBe(2);
    });

    it('sees a further version inside one batch, and a rev that was forgotten there', async () => {
      const batch = [note('a', 'one'), note('a', 'two', 2), note('b')];
      expect(await store.append(batchHeader(), batch)).toMatchObject({ new: 3, superseding: 1 });
      const forgotten = [note('c', 'one'), note('c', 'two'), note('d', 'one'), note('d', 'two')];
      await expect(store.append(batchHeader(), forgotten, { revisions: 'strict' })).rejects.toMatchObject({
        diagnostics: [
          { message: 'the content of "test/c" changed, but its rev is still 1' },
          { message: 'the content of "test/d" changed, but its rev is still 1' },
        ],
      });
      expect((await store.head()).position).toBe(3);
    });

    it('takes events in pages, and two appends at once one after the other', async () => {
      // eslint-disable-next-line @typescript-eslint/require-await -- pages come from files, which wait
      async function* pages(...names: string[]): AsyncIterable<readonly NewEvent[]> {
        for (const about of names) yield [note(about), note(`${about}2`)];
      }
      const results = await Promise.all([
        store.append(batchHeader(), pages('a', 'b')),
        store.append(batchHeader(), pages('b', 'c')),
      ]);
      expect(results.map((r) => r.new + r.duplicates)).toEqual([4, 4]);
      expect((await all(store)).map((e) => e.position)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await store.verify()).toMatchObject({ events: 6, batches: 2, damage: null });
    });

    it('does not let in a clock that as-of could not compare', async () => {
      const odd = { ...note('a'), knownAt: 'last Monday' };
      await expect(store.append(batchHeader(), [odd])).rejects.toThrow(/no date/);
      await expect(store.append(batchHeader({ recordedAt: '2026-01-01' }), [note('a')])).rejects.toThrow(
        /recordedAt/,
      );
    });

    it('lists batches and counts types', async () => {
      await store.append(batchHeader(), [note('a'), note('b')]);
      await store.append(batchHeader({ actor: 'Bob', importer: null }), [note('c')]);
      expect(await store.batches({ from: 2 })).toEqual([
        {
          ...batchHeader({ actor: 'Bob', importer: null }),
          number: 2,
          firstPosition: 3,
          events: 1,
          hash: (await store.head()).hash,
        },
      ]);
      expect([...(await store.countByType())]).toEqual([['NoteAdded', 3]]);
    });

    it('reads more than a page, and long lists of streams', async () => {
      const names = Array.from({ length: 2300 }, (_, i) => `n${i}`);
      await store.append(
        batchHeader(),
        names.map((about) => note(about)),
      );
      const sizes: number[] = [];
      const streams: string[] = [];
      for await (const page of store.read({
        streams: names.slice(100).map((n) => `test/${n}`),
        order: 'descending',
      })) {
        sizes.push(page.length);
        streams.push(...page.map((event) => event.stream));
      }
      expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
      expect(streams).toEqual(
        names
          .slice(100)
          .map((n) => `test/${n}`)
          .reverse(),
      );
    });

    it('hands out large events too, each of them once and in order', async () => {
      const words = 'x'.repeat(50_000);
      const names = Array.from({ length: 120 }, (_, i) => `large${i}`);
      await store.append(
        batchHeader(),
        names.map((about) => note(about, words)),
      );
      const positions: number[] = [];
      for await (const page of store.read({})) positions.push(...page.map((event) => event.position));
      expect(positions).toEqual(names.map((_, i) => i + 1));
    });

    it('keeps the rows as they were when a fold fails, and makes them anew under another version', async () => {
      await store.append(batchHeader(), [note('a'), note('b'), note('a', 'again', 2)]);
      const rows = await store.rows(counts);
      const found = await rows.find('about', 'n', ['2', '1', '2', '7']);
      expect(found.map(({ key, value, indexes }) => ({ key, value, indexes }))).toEqual([
        { key: 'a', value: 2, indexes: { n: '2' } },
        { key: 'b', value: 1, indexes: { n: '1' } },
      ]);
      expect([...(await rows.get('about', ['b', 'z']))]).toEqual([['b', 1]]);
      await expect(rows.all('no_such')).rejects.toThrow(/no table/);
      await expect(rows.find('about', 'no_such', ['x'])).rejects.toThrow(/no index/);
      await store.append(batchHeader(), [note('c')]);
      const failing: ReadModel = {
        ...counts,
        fold: async (writer, page) => {
          await counts.fold(writer, page);
          await writer.remove('about', ['a']);
          throw new Error('half-way');
        },
      };
      await expect(store.rows(failing)).rejects.toThrow('half-way');
      const keys = async (model: ReadModel) =>
        (await (await store.rows(model)).all('about')).map((r) => r.key);
      expect(await keys(counts)).toEqual(['a', 'b', 'c']);
      const streams: ReadModel = {
        ...counts,
        version: '2',
        fold: async (writer, page) => {
          const before: string[] = [];
          for await (const old of writer.again({ types: ['NoteAdded'], to: page.at(-1)!.position }))
            before.push(...old.map((e) => e.stream));
          const first = await writer.eventsAt([1]);
          await writer.put(
            'about',
            [...before, first[0]!.id].map((key) => ({ key, value: null })),
          );
        },
      };
      expect(await keys(streams)).toEqual(expect.arrayContaining(['test/a', 'test/b', 'test/c']));
      expect(await keys(counts)).toEqual(['a', 'b', 'c']);
      expect(await store.dropReadModels()).toEqual(['rm_counts_about']);
    });

    it('checks payloads at the door, and takes all of a batch or nothing', async () => {
      const bad = { ...note('b'), payload: { ...note('b').payload, more: 1 } } as unknown as NewEvent;
      await expect(store.append(batchHeader(), [note('a'), bad])).rejects.toThrow(PayloadError);
      expect((await store.head()).position).toBe(0);
    });

    it('verifies whatever texts it was given, half a character among them', async () => {
      const odd = {
        ...note('a\ud800', 'said \udc00'),
        source: '<\udfff@x>',
        locator: 'f:\ud800',
      } as NewEvent;
      await store.append(batchHeader(), [odd, note('b')]);
      expect(await store.append(batchHeader(), [odd])).toMatchObject({ new: 0, duplicates: 1 });
      expect((await all(store))[0]).toMatchObject({ stream: 'test/a\ufffd', source: '<\ufffd@x>' });
      expect((await store.verify()).damage).toBeNull();
    });

    it('tells what a dry run would do, and does nothing', async () => {
      expect(await store.append(batchHeader(), [note('a')], { dryRun: true })).toMatchObject({ new: 1 });
      expect((await store.head()).position).toBe(0);
    });

    it('refuses a decision that was made on an older view', async () => {
      await store.append(batchHeader(), [note('a')]);
      await expect(store.append(batchHeader(), [note('b')], { expectHead: 0 })).rejects.toMatchObject({
        code: 'conflict',
      });
      await expect(store.append(batchHeader(), [note('b')], { expectHead: 0 })).rejects.toThrow(StoreError);
    });

    it('reads by type, stream, position and what was known by then', async () => {
      await store.append(batchHeader(), [
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
      const { ids } = await store.append(batchHeader(), [note('a'), note('b')]);
      expect((await store.find(ids[0]!.slice(0, 10))).map((e) => e.id)).toEqual([ids[0]]);
      expect(await store.find("' or 1=1")).toEqual([]);
      expect((await store.at([2, 9, 1])).map((e) => e.position)).toEqual([2, 1]);
    });

    it('verifies a whole log', async () => {
      await store.append(batchHeader(), [note('a'), note('b')]);
      await store.append(batchHeader({ importer: null, carrier: null }), [note('c')]);
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
              await grown.append(batchHeader(), batch);
              await grown.rows(counts);
            }
            await whole.append(batchHeader(), events);
            const rows = async (s: EventStore) => {
              const all = await (await s.rows(counts)).all('about');
              return all.map(({ key, value, indexes }) => ({ key, value, indexes }));
            };
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
