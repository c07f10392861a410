import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Connection } from '../../store/sqlite/connection.ts';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../store/errors.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { all, note } from './contract.ts';
import { batchHeader } from '../support/batch-header.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-damage-'));
  path = join(folder, 'log.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A log of three events in one batch and one in another. */
async function four(): Promise<void> {
  const store = await openSqliteStore(path, { mode: 'create' });
  await store.append(batchHeader(), [note('a'), note('b'), note('c')]);
  await store.append(batchHeader(), [note('d')]);
  await store.close();
}

/** Does what the triggers refuse, as somebody would who knows SQLite. */
function tamper(sql: string): void {
  const db = new Connection(path);
  const triggers = db.column("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as string[];
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.set('foreign_keys = OFF');
  db.exec(sql);
  db.close();
}

const COLUMNS = 'batch, stream, type, version, known_at, source, payload, locator';
const swap = (a: number, b: number) =>
  `UPDATE event SET position = 99 WHERE position = ${a}; UPDATE event SET position = ${a} WHERE position = ${b};
   UPDATE event SET position = ${b} WHERE position = 99`;
const upFrom = (position: number) =>
  `UPDATE event SET position = -position WHERE position > ${position}; UPDATE event SET position = -position - 1 WHERE position < 0`;
const downFrom = (position: number) =>
  `UPDATE event SET position = -position WHERE position >= ${position}; UPDATE event SET position = -position + 1 WHERE position < 0`;

describe('verify names the first damage', () => {
  it.each([
    ["UPDATE event SET payload = replace(payload, 'said', 'lied') WHERE position IN (2, 3)", 'changed', 2, 1],
    ["UPDATE event SET known_at = '2020-01-01' WHERE position = 3", 'changed', 3, 1],
    ["UPDATE event SET locator = 'elsewhere' WHERE position = 1", 'changed', 1, 1],
    ['UPDATE event SET batch = 1 WHERE position = 4', 'changed', 4, 2],
    ["UPDATE source SET cite = '<other@example.org>'", 'changed', 1, 1],
    ['DELETE FROM source', 'changed', 1, 1],
    ['DELETE FROM event WHERE position = 2', 'missing', 2, 1],
    ['DELETE FROM event WHERE position = 4', 'missing', 4, 2],
    [`DELETE FROM event WHERE position = 2; ${upFrom(2)}`, 'missing', 2, 1],
    [`DELETE FROM event WHERE position = 3; ${upFrom(3)}`, 'missing', 3, 1],
    ['DELETE FROM event WHERE position = 4; DELETE FROM batch WHERE batch = 2', 'missing', 4, 2],
    ['DELETE FROM batch WHERE batch = 1', 'missing', 1, 1],
    ['DELETE FROM batch WHERE batch = 2', 'missing', 4, 2],
    ['DELETE FROM head', 'missing', null, null],
    [swap(1, 2), 'reordered', 1, 1],
    [
      `INSERT INTO event SELECT 5, 'x' || substr(id, 2), ${COLUMNS} FROM event WHERE position = 4`,
      'added',
      5,
      null,
    ],
    ["UPDATE batch SET actor = 'me' WHERE batch = 1", 'batch', 1, 1],
    ['UPDATE batch SET first_position = 2 WHERE batch = 1', 'batch', 1, 1],
    ["UPDATE batch SET digest = x'00' WHERE batch = 2", 'batch', 4, 2],
    ['UPDATE head SET position = 3, batch = 1', 'batch', null, 2],
    ["UPDATE head SET hash = 'x'", 'batch', null, 2],
  ])('%s', async (sql, kind, position, batch) => {
    await four();
    tamper(sql);
    const store = await openSqliteStore(path, { mode: 'read' });
    const { damage } = await store.verify();
    expect(damage).toMatchObject({ kind, position, batch });
    await store.close();
  });

  it('says when the triggers that keep the log append-only were taken away', async () => {
    await four();
    tamper('SELECT 1');
    const store = await openSqliteStore(path, { mode: 'read' });
    const { damage } = await store.verify();
    expect(damage).toMatchObject({ kind: 'file', says: expect.stringContaining('event_stays') as string });
    await store.close();
  });

  it('finds a sound event that was put between others', async () => {
    await four();
    const other = await openSqliteStore(join(folder, 'other.db'), { mode: 'create' });
    const { ids } = await other.append(batchHeader(), [note('z')]);
    await other.close();
    tamper(`${downFrom(2)}; ATTACH '${join(folder, 'other.db')}' AS other;
      INSERT INTO event SELECT 2, id, ${COLUMNS} FROM other.event`);
    const store = await openSqliteStore(path, { mode: 'read' });
    expect((await store.verify()).damage).toMatchObject({ kind: 'added', position: 2, id: ids[0], batch: 1 });
    await store.close();
  });
});

describe('a broken file', () => {
  const large = async () => {
    const store = await openSqliteStore(path, { mode: 'create' });
    const events = Array.from({ length: 3000 }, (_, i) => note(`n${i}`, `text ${i}`));
    await store.append(batchHeader(), events);
    await store.close();
  };
  /** What verify finds, or what opening the file says. */
  const found = async () => {
    try {
      const store = await openSqliteStore(path, { mode: 'read' });
      const { damage } = await store.verify();
      // Reading such a file fails too, and says so in words.
      await all(store).catch((error: unknown) => {
        expect(error).toBeInstanceOf(StoreError);
      });
      await store.close();
      return damage?.kind ?? 'whole';
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return error.code;
    }
  };

  it.each([1, 2, 5, 40, 90, 130])('is told of when page %i is overwritten', async (page) => {
    await large();
    const bytes = readFileSync(path);
    const size = bytes.readUInt16BE(16);
    bytes.fill(0xa5, page * size, (page + 1) * size);
    writeFileSync(path, bytes);
    expect(['file', 'damaged', 'changed', 'missing', 'batch', 'added']).toContain(await found());
  });

  it('is told of when it was cut off', async () => {
    await large();
    truncateSync(path, 64 * 1024);
    expect(['file', 'damaged', 'missing']).toContain(await found());
  });

  it('is told of when it has lost a table', async () => {
    await four();
    tamper('DROP TABLE head');
    expect(await found()).toBe('damaged');
  });
});

/** Writes the store as JavaScript, so that a process of its own can run it. */
function compileStore(to: string): void {
  for (const name of readdirSync('store', { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(join('store', name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    const file = join(to, 'store', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
  writeFileSync(join(to, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(to, 'node_modules'));
}

describe('a process killed at any moment', () => {
  it('leaves a log that verifies, and the imports run again complete it', async () => {
    compileStore(folder);
    const SIZE = 400;
    const batchOf = (n: number) => Array.from({ length: SIZE }, (_, i) => note(`${n}-${i}`, 'x'.repeat(200)));
    const script = `
      import { openSqliteStore } from './store/sqlite/open.js';
      const store = await openSqliteStore(${JSON.stringify(path)}, { mode: 'create' });
      const sample = ${JSON.stringify(note('ABOUT', 'x'.repeat(200)))};
      const header = ${JSON.stringify(batchHeader())};
      for (let n = Number(process.argv[2]); ; n++) {
        const events = Array.from({ length: ${SIZE} }, (_, i) => {
          const about = n + '-' + i;
          return { ...sample, stream: 'test/' + about, payload: { ...sample.payload, about } };
        });
        await store.append(header, events);
        process.stdout.write(n + '\\n');
      }`;
    writeFileSync(join(folder, 'child.js'), script);
    let begun = 0;
    for (const delay of [0, 3, 7, 12]) {
      const child = spawn(process.execPath, ['child.js', String(begun)], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      const enough = new Promise((done) => {
        child.stdout.on('data', (data: Buffer) => {
          said += data.toString();
          if (said.split('\n').length > 3) done(undefined);
        });
      });
      const gone = new Promise((done) => child.once('close', done));
      await enough;
      await new Promise((done) => setTimeout(done, delay));
      child.kill('SIGKILL');
      await gone;
      const finished = begun + said.split('\n').length - 1;
      const store = await openSqliteStore(path, { mode: 'write' });
      const { damage, events } = await store.verify();
      expect(damage).toBeNull();
      // Each import is there as a whole or not at all, and what was reported as done is there.
      expect(events % SIZE).toBe(0);
      expect(events).toBeGreaterThanOrEqual(finished * SIZE);
      for (let n = 0; n < finished + 2; n++) {
        const { new: added } = await store.append(batchHeader(), batchOf(n));
        expect(added).toBe(n * SIZE < events ? 0 : SIZE);
      }
      expect((await store.verify()).damage).toBeNull();
      begun = (await store.head()).position / SIZE;
      await store.close();
    }
  });
});
