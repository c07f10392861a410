import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../store/sqlite/connection.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { makeCatalogue } from '../../store/events/catalogue.ts';
import { defineEvent } from '../../store/events/definition.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { ReadModel } from '../../store/read-model.ts';
import { sha256 } from '../../store/identity.ts';
import { migrations } from '../../store/schema/migrations.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { all, counts, note } from './contract.ts';
import { batchHeader } from '../support/batch-header.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-store-'));
  path = join(folder, 'log.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const three = async () => {
  const store = await openSqliteStore(path, { mode: 'create' });
  await store.append(batchHeader(), [note('a'), note('b'), note('c')]);
  await store.append(batchHeader(), [note('d')]);
  await store.close();
};

describe('append-only, whoever tries', () => {
  it.each([
    "UPDATE event SET payload = '{}'",
    'DELETE FROM event',
    'INSERT OR REPLACE INTO event SELECT * FROM event WHERE position = 1',
    "INSERT OR REPLACE INTO event SELECT 5, id, batch, stream, type, version, known_at, source, '{}', locator FROM event WHERE position = 1",
    "UPDATE batch SET actor = 'me'",
    'DELETE FROM batch',
    "UPDATE source SET cite = 'me'",
    'INSERT OR REPLACE INTO source SELECT * FROM source',
    'DELETE FROM head',
  ])('%s fails', async (sql) => {
    await three();
    const db = new Connection(path);
    expect(() => {
      db.exec(sql);
    }).toThrow(/append-only/);
    db.close();
  });
});

describe('a store that cannot be used', () => {
  const code = (mode: 'create' | 'write' | 'read', at = path) =>
    openSqliteStore(at, { mode, busyTimeoutMs: 50 }).then(
      async (store) => {
        await store.close();
        return 'opened';
      },
      (error: unknown) => (error as { code?: string }).code,
    );

  it('says what is wrong', async () => {
    expect(await code('write')).toBe('missing');
    expect(await code('create', join(folder, 'no/such/log.db'))).toBe('missing-folder');
    expect(await code('read', folder)).toBe('not-a-database');
    writeFileSync(
      path,
      'this is a text, and long enough to be read as the head of a database file'.repeat(20),
    );
    expect(await code('create')).toBe('not-a-database');
    rmSync(path);
    const other = new Connection(path);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    expect(await code('create')).toBe('foreign-database');
    rmSync(path);
    await three();
    const newer = new Connection(path);
    newer.set('user_version = 99');
    newer.close();
    expect(await code('read')).toBe('newer-schema');
    const marked = new Connection(path);
    marked.set('user_version = 1');
    marked.set('application_id = 7');
    marked.close();
    expect(await code('write')).toBe('foreign-database');
  });

  it('waits for another writer, and says so when it has waited enough', async () => {
    await three();
    const other = new Connection(path);
    other.exec('BEGIN IMMEDIATE');
    const store = await openSqliteStore(path, { mode: 'write', busyTimeoutMs: 50 });
    await expect(store.append(batchHeader(), [note('e')])).rejects.toMatchObject({ code: 'locked' });
    expect((await all(store)).length).toBe(4);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.append(batchHeader(), [note('e')])).toMatchObject({ new: 1 });
    await store.close();
  });

  it('does not write where it may only read, but answers', async () => {
    await three();
    const store = await openSqliteStore(path, { mode: 'read' });
    await expect(store.append(batchHeader(), [note('e')])).rejects.toMatchObject({ code: 'read-only' });
    expect((await (await store.rows(counts)).all('about')).length).toBe(4);
    await store.close();
  });

  it('does not write to a file that may only be read', async () => {
    await three();
    chmodSync(path, 0o444);
    // The superuser writes wherever he likes; he has to be content with the test before.
    if (process.getuid?.() === 0) return;
    expect(await code('write')).toBe('read-only');
  });

  it('folds aside when it may only read and the rows in the file are behind or of another version', async () => {
    await three();
    const writer = await openSqliteStore(path, { mode: 'write' });
    await writer.rows(counts);
    await writer.append(batchHeader(), [note('e')]);
    const reader = await openSqliteStore(path, { mode: 'read' });
    const sizes = async (model: ReadModel) => (await (await reader.rows(model)).all('about')).length;
    expect(await sizes(counts)).toBe(5);
    expect(await sizes({ ...counts, version: '2' })).toBe(5);
    await writer.append(batchHeader(), [note('f')]);
    await writer.rows(counts);
    // The rows in the file are up to date again, and those made aside are not to hide them.
    expect(await sizes(counts)).toBe(6);
    await reader.close();
    await writer.close();
  });

  it('answers from rows made aside where somebody is writing', async () => {
    await three();
    const other = new Connection(path);
    other.exec('BEGIN IMMEDIATE');
    const store = await openSqliteStore(path, { mode: 'write', busyTimeoutMs: 50 });
    const about = async (from: EventStore) =>
      (await (await from.rows(counts)).all('about')).map((r) => r.key);
    expect(await about(store)).toEqual(['a', 'b', 'c', 'd']);
    other.exec('ROLLBACK');
    // Nobody writes now: the rows are kept.
    expect(await about(store)).toEqual(['a', 'b', 'c', 'd']);
    expect(other.column('SELECT position FROM read_model').get()).toBe(4);
    other.close();
    await store.close();
  });

  it('makes rows again where another version made them or a table is gone, and says so where one cannot be read', async () => {
    await three();
    const keys = async (model: ReadModel, table: string) => {
      const store = await openSqliteStore(path, { mode: 'write' });
      const rows = await (await store.rows(model)).all(table);
      const found = rows.map((row) => `${row.key} ${JSON.stringify(row.value)}`);
      await store.close();
      return found;
    };
    const before = await keys(counts, 'about');
    const tables = () =>
      other.column("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'rm%'").all();
    const other = new Connection(path);
    other.exec('CREATE TABLE rm_counts_older (key TEXT); UPDATE read_model SET version = 0');
    expect(await keys(counts, 'about')).toEqual(before);
    expect(tables()).toEqual(['rm_counts_about']);
    other.exec('DROP TABLE rm_counts_about');
    expect(await keys(counts, 'about')).toEqual(before);
    other.exec("UPDATE rm_counts_about SET value = '{' WHERE key = 'b'");
    await expect(keys(counts, 'about')).rejects.toMatchObject({
      code: 'damaged',
      hint: expect.stringMatching(/rebuild/) as string,
    });
    other.close();
  });

  it('takes no pipe and no device for a log', async () => {
    expect(await code('create', '/dev/null')).toBe('not-a-database');
  });

  it('reads while somebody writes', async () => {
    await three();
    const other = new Connection(path);
    other.exec('BEGIN IMMEDIATE');
    const store = await openSqliteStore(path, { mode: 'read', busyTimeoutMs: 50 });
    expect((await all(store)).length).toBe(4);
    expect((await store.verify()).damage).toBeNull();
    await store.close();
    other.close();
  });

  it('always says what to do next', async () => {
    for (const [mode, at] of [
      ['write', path],
      ['create', join(folder, 'no/such/log.db')],
      ['read', folder],
    ] as const) {
      await expect(openSqliteStore(at, { mode })).rejects.toMatchObject({
        hint: expect.stringMatching(/\w+ \w+/) as string,
      });
    }
  });

  it('takes an empty file as a log only when it may make one', async () => {
    writeFileSync(path, '');
    expect(await code('write')).toBe('missing');
    expect(await code('read')).toBe('missing');
    expect(await code('create')).toBe('opened');
    expect(await code('read')).toBe('opened');
  });

  it('leaves nothing half-written when there is no room', async () => {
    const store = await openSqliteStore(path, { mode: 'create', maxPages: 40 });
    await store.append(batchHeader(), [note('a')]);
    await expect(store.append(batchHeader(), [note('b', 'x'.repeat(300_000))])).rejects.toMatchObject({
      code: 'full',
    });
    expect(await store.verify()).toMatchObject({ events: 1, damage: null });
    await store.close();
  });
});

describe('events that are too many for memory', () => {
  it('wait in a temporary table, and come out in their order', async () => {
    const store = await openSqliteStore(path, { mode: 'create', stageBytes: 2000 });
    const names = Array.from({ length: 2500 }, (_, i) => `n${i % 2000}`);
    const result = await store.append(
      batchHeader(),
      names.map((about) => note(about)),
    );
    expect(result).toMatchObject({ events: 2500, new: 2000, duplicates: 500 });
    expect((await all(store)).map((e) => e.stream)).toEqual(names.slice(0, 2000).map((n) => `test/${n}`));
    expect((await all(store)).map((e) => e.id)).toEqual(result.ids.slice(0, 2000));
    expect((await store.verify()).damage).toBeNull();
    await store.close();
  });

  it('are read back a few at a time where each is heavy, none left out', async () => {
    const store = await openSqliteStore(path, { mode: 'create', stageBytes: 6_000_000 });
    const names = Array.from({ length: 13 }, (_, i) => `${i}-${'x'.repeat(i % 5 === 0 ? 20 : 1_500_000)}`);
    const result = await store.append(
      batchHeader(),
      names.map((about, i) => ({ ...note(about), stream: `test/${i}` })),
    );
    expect(result).toMatchObject({ events: 13, new: 13, duplicates: 0 });
    expect((await all(store)).map((e) => e.stream)).toEqual(names.map((_, i) => `test/${i}`));
    expect((await store.verify()).damage).toBeNull();
    await store.close();
  });

  it('come a second time as duplicates, and after a dry run as if it had not been', async () => {
    const store = await openSqliteStore(path, { mode: 'create', stageBytes: 2000 });
    // eslint-disable-next-line @typescript-eslint/require-await -- pages come from files, which wait
    async function* pages() {
      for (let from = 0; from < 300; from += 100)
        yield Array.from({ length: 150 }, (_, i) => note(`n${from + i}`));
    }
    const first = await store.append(batchHeader(), pages(), { dryRun: true });
    expect(first).toMatchObject({ events: 450, new: 350, duplicates: 100, ids: [] });
    expect(await store.append(batchHeader(), pages())).toEqual(first);
    expect(await store.append(batchHeader(), pages())).toMatchObject({
      batch: null,
      new: 0,
      duplicates: 450,
    });
    expect(await store.verify()).toMatchObject({ events: 350, damage: null });
    await store.close();
  });
});

describe('what was written stays readable', () => {
  it('reads events of an older version through their upcasts', async () => {
    const old = makeCatalogue([defineEvent('NoteAdded', 'v1', v.looseObject({}))]);
    const now = makeCatalogue([
      defineEvent('NoteAdded', 'v3', v.looseObject({}), {
        version: 3,
        upcasts: {
          1: (p) => ({ ...(p as object), led: 'to 2' }),
          2: (p) => ({ ...(p as { led: string }), led: `${(p as { led: string }).led}, to 3` }),
        },
      }),
    ]);
    const before = await openSqliteStore(path, { mode: 'create', catalogue: old });
    await before.append(batchHeader(), [note('a')]);
    await before.close();
    const after = await openSqliteStore(path, { mode: 'read', catalogue: now });
    expect((await all(after))[0]).toMatchObject({ version: 1, payload: { text: 'said', led: 'to 2, to 3' } });
    expect((await after.verify()).damage).toBeNull();
    await after.close();
  });

  it('never changes a released schema', () => {
    expect(migrations.map((m) => [m.version, sha256(m.sql).slice(0, 16)])).toMatchInlineSnapshot(`
      [
        [
          1,
          "6cc5450ff735bef7",
        ],
      ]
    `);
  });
});
