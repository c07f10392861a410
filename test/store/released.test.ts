import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../store/sqlite/connection.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { culprits } from '../../queries/regressions/culprits.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { catalogue, checkPayload } from '../../store/events/catalogue.ts';
import { migrations } from '../../store/schema/migrations.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import { all, note } from './contract.ts';
import { batchHeader } from '../support/batch-header.ts';

/** Logs as each release wrote them. They are only ever added to: a log of the first release must replay for ever. */
const FIXTURES = 'test/fixtures/released';
const names = readdirSync(FIXTURES).sort();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-released-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function restore(name: string): string {
  const path = join(folder, `${name}.db`);
  rmSync(path, { force: true });
  const db = new Connection(path);
  db.exec(readFileSync(join(FIXTURES, name), 'utf8'));
  db.close();
  return path;
}

/** The tables, indexes and triggers of a file, without white space and comments, which differ by how they came about. */
function schemaOf(path: string): readonly string[] {
  const db = new Connection(path, { readonly: true });
  const rows = db
    .column("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'rm\\_%' ESCAPE '\\'")
    .all() as string[];
  db.close();
  return rows.map((sql) => sql.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()).sort();
}

it('keeps a log of every released schema', () => {
  expect(names).toEqual(migrations.map(({ version }) => `schema-${version}.sql`));
});

describe.each(names)('%s', (name) => {
  it('is led to the schema of today, whole, and goes on', async () => {
    const path = restore(name);
    const store = await openSqliteStore(path, { mode: 'write' });
    expect((await store.verify()).damage).toBeNull();
    expect(await store.append(batchHeader(), [note('a')])).toMatchObject({ new: 1 });
    expect((await store.verify()).damage).toBeNull();
    await store.close();
    const fresh = join(folder, 'fresh.db');
    await (await openSqliteStore(fresh, { mode: 'create' })).close();
    expect(schemaOf(path)).toEqual(schemaOf(fresh));
  });

  it('has events that today take and understand', async () => {
    const store = await openSqliteStore(restore(name), { mode: 'write' });
    for (const event of await all(store)) checkPayload(catalogue, event.type, event.payload);
    await store.close();
  });
});

it('answers from a log of the first release as it did then', async () => {
  const store = await openSqliteStore(restore('schema-1.sql'), { mode: 'write' });
  const { regressions } = culprits(await loadModel(store));
  await store.close();
  const told = regressions.map((r) => [r.id, r.behaviour, r.suspects[0]?.change]);
  // A decision of the log merged another into the first; the second is what is left of one that was split.
  expect(told).toContainEqual(['R-8b54e6c9', 'pipes.wake', '2'.repeat(40)]);
  expect(told).toContainEqual(['R-84445d64', 'pipes.limit', '4'.repeat(40)]);
});

it('keeps an event of every version that a payload ever had', async () => {
  const kept = new Set<string>();
  for (const name of names) {
    const store = await openSqliteStore(restore(name), { mode: 'write' });
    for (const { type, version } of await all(store)) kept.add(`${type} ${version}`);
    await store.close();
  }
  const older = [...catalogue.values()].flatMap(({ type, version }) =>
    Array.from({ length: version - 1 }, (_, i) => `${type} ${i + 1}`),
  );
  expect(older.filter((version) => !kept.has(version))).toEqual([]);
});
