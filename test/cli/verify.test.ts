import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Connection } from '../../store/sqlite/connection.ts';
import { reglineHere } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);

it('sees what was changed beside the log, in a row, by one more and by one less, and rebuild mends it', async () => {
  const log = join(folder, 'run.log');
  writeFileSync(log, 'TAP version 13\n1..2\nok 1 one\nnot ok 2 two\n');
  await regline('import', 'facts', 'test/fixtures/pipes');
  await regline('import', 'ktap', log, '--release', 'v2.0', '--arch', 'x86_64');
  expect((await regline('verify')).stdout).toContain('are whole');
  const tables = () => {
    const db = new Connection(join(folder, 'log.db'));
    const names = db.column(
      "SELECT name FROM sqlite_schema WHERE name LIKE 'rm\\_%' ESCAPE '\\' AND type = 'table' AND name <> 'rm_note'",
    );
    const found = (names.all() as string[]).filter((t) => db.column(`SELECT count(*) FROM ${t}`).get() !== 0);
    return { db, found };
  };
  const { db, found } = tables();
  expect(found.length).toBeGreaterThan(0);
  for (const table of found)
    for (const change of [
      `DELETE FROM ${table} WHERE key = (SELECT min(key) FROM ${table})`,
      `UPDATE ${table} SET value = '"other"' WHERE key = (SELECT min(key) FROM ${table})`,
      `UPDATE ${table} SET key = key || 'x' WHERE key = (SELECT max(key) FROM ${table})`,
    ]) {
      db.exec(change);
      const { status, stdout } = await regline('verify');
      expect({ change, status }).toEqual({ change, status: 1 });
      expect(stdout).toContain('run regline rebuild');
      expect(JSON.parse((await regline('verify', '--format', 'json')).stdout)).toMatchObject({
        damage: null,
      });
      expect((await regline('rebuild')).status).toBe(0);
      expect((await regline('verify')).status).toBe(0);
    }
  db.close();
});
