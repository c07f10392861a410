import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { makeCatalogue } from '../../store/events/catalogue.ts';
import { defineEvent } from '../../store/events/definition.ts';
import { sha256 } from '../../store/identity.ts';
import { migrations } from '../../store/schema/migrations.ts';
import { memoryStore, openSqliteStore } from '../../store/sqlite/open.ts';
import { all, counts, header, note, storeContract } from './contract.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-store-'));
  path = join(folder, 'log.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

let file = 0;
storeContract('a file', (catalogue) =>
  openSqliteStore(join(folder, `contract-${file++}.db`), {
    mode: 'create',
    ...(catalogue ? { catalogue } : {}),
  }),
);
storeContract('memory', (catalogue) => Promise.resolve(memoryStore(catalogue)));

const three = async () => {
  const store = await openSqliteStore(path, { mode: 'create' });
  await store.append(header(), [note('a'), note('b'), note('c')]);
  await store.append(header(), [note('d')]);
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
    const db = new Database(path);
    expect(() => db.exec(sql)).toThrow(/append-only/);
    db.close();
  });
});

describe('damage', () => {
  it.each([
    ["UPDATE event SET payload = replace(payload, 'said', 'lied') WHERE position = 2", 'changed', 2],
    ["UPDATE event SET known_at = '2020-01-01' WHERE position = 3", 'changed', 3],
    ["UPDATE event SET locator = 'elsewhere' WHERE position = 1", 'changed', 1],
    ['DELETE FROM event WHERE position = 2', 'missing', 2],
    ['DELETE FROM event WHERE position = 4', 'missing', 4],
    ['DELETE FROM event WHERE position = 4; DELETE FROM batch WHERE batch = 2', 'missing', 4],
    [
      'UPDATE event SET position = 99 WHERE position = 1; UPDATE event SET position = 1 WHERE position = 2; UPDATE event SET position = 2 WHERE position = 99',
      'reordered',
      1,
    ],
    [
      "INSERT INTO event SELECT 5, 'x' || substr(id, 2), batch, stream, type, version, known_at, source, payload, locator FROM event WHERE position = 4",
      'added',
      5,
    ],
    ["UPDATE batch SET actor = 'me' WHERE batch = 1", 'batch', 1],
    ["UPDATE source SET cite = '<other@example.org>'", 'changed', 1],
  ])('%s is found', async (sql, kind, position) => {
    await three();
    const db = new Database(path);
    for (const name of db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .pluck()
      .all() as string[]) {
      db.exec(`DROP TRIGGER ${name}`);
    }
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
    db.close();
    const store = await openSqliteStore(path, { mode: 'read' });
    expect((await store.verify()).damage).toMatchObject({ kind, position });
    await store.close();
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
    const other = new Database(path);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    expect(await code('create')).toBe('foreign-database');
    rmSync(path);
    await three();
    const newer = new Database(path);
    newer.pragma('user_version = 99');
    newer.close();
    expect(await code('read')).toBe('newer-schema');
  });

  it('waits for another writer, and says so when it has waited enough', async () => {
    await three();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const store = await openSqliteStore(path, { mode: 'write', busyTimeoutMs: 50 });
    await expect(store.append(header(), [note('e')])).rejects.toMatchObject({ code: 'locked' });
    expect((await all(store)).length).toBe(4);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.append(header(), [note('e')])).toMatchObject({ new: 1 });
    await store.close();
  });

  it('does not write where it may only read, but answers', async () => {
    await three();
    const store = await openSqliteStore(path, { mode: 'read' });
    await expect(store.append(header(), [note('e')])).rejects.toMatchObject({ code: 'read-only' });
    expect((await (await store.rows(counts)).all('about')).length).toBe(4);
    await store.close();
    chmodSync(path, 0o444);
  });

  it('leaves nothing half-written when there is no room', async () => {
    const store = await openSqliteStore(path, { mode: 'create', maxPages: 40 });
    await store.append(header(), [note('a')]);
    await expect(store.append(header(), [note('b', 'x'.repeat(300_000))])).rejects.toMatchObject({
      code: 'full',
    });
    expect(await store.verify()).toMatchObject({ events: 1, damage: null });
    await store.close();
  });
});

describe('a process killed at any moment', () => {
  it('leaves a log that verifies, and the import run again completes it', async () => {
    const script = `
      const Database = require(${JSON.stringify(join(process.cwd(), 'node_modules/better-sqlite3'))});
      const db = new Database(${JSON.stringify(path)});
      db.exec('BEGIN IMMEDIATE');
      db.exec("INSERT INTO batch VALUES (3, 'x', 'x', 'x', NULL, NULL, NULL, 5, 1, x'00', 'x')");
      db.exec("INSERT INTO event SELECT 5, 'half', 3, stream, type, version, known_at, source, payload, locator FROM event WHERE position = 1");
      process.stdout.write('half-way');
      setInterval(() => {}, 1000);`;
    await three();
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const store = await openSqliteStore(path, { mode: 'write' });
    expect(await store.verify()).toMatchObject({ events: 4, damage: null });
    expect(await store.append(header(), [note('a'), note('e')])).toMatchObject({ new: 1, duplicates: 1 });
    expect((await store.verify()).damage).toBeNull();
    await store.close();
  });
});

describe('what was written stays readable', () => {
  it('reads events of an older version through their upcasts', async () => {
    const old = makeCatalogue([defineEvent('NoteAdded', 'v1', v.looseObject({}))]);
    const now = makeCatalogue([
      defineEvent('NoteAdded', 'v2', v.looseObject({}), {
        version: 2,
        upcasts: { 1: (p) => ({ ...(p as object), led: true }) },
      }),
    ]);
    const before = await openSqliteStore(path, { mode: 'create', catalogue: old });
    await before.append(header(), [note('a')]);
    await before.close();
    const after = await openSqliteStore(path, { mode: 'read', catalogue: now });
    expect((await all(after))[0]).toMatchObject({ version: 1, payload: { text: 'said', led: true } });
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
