import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reglineReading } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-memo-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const db = join(folder, 'log.db');
const file = join(folder, 's.json');
const version = { major: 5, minor: 3 };
const TEST = { id: 'ci:t', origin: 'ci', build_id: 'ci:b', path: 'boot', status: 'FAIL', log_url: 'odd' };

async function regline(...args: readonly string[]) {
  const { status, stdout, stderr } = await reglineReading(db, '', ...args);
  return { status, out: stdout, err: stderr };
}

const imported = async (...more: readonly string[]) => {
  const { out, err } = await regline('import', 'auto', file, '--format', 'json', ...more);
  const [report] = (JSON.parse(out) as { files: Record<string, unknown>[] }).files;
  return { report: report!, err };
};

describe('a file that was taken in before', () => {
  it('is told of as if it were read again, with its warnings, and is read again when anything may differ', async () => {
    writeFileSync(file, JSON.stringify({ version, tests: [TEST, { ...TEST, id: 5 }] }));
    const first = await imported();
    expect(first.report).toMatchObject({ new: 2, rejects: 1, results: { fail: 1 } });
    expect(first.err).toContain('no address');
    const again = { ...first.report, new: 0, duplicates: 2 };
    const second = await imported();
    expect(second).toEqual({ report: again, err: first.err });
    expect(await imported('--dry-run')).toEqual(second);
    // Without its notes it reads the file, and comes to the same.
    await regline('rebuild');
    expect(await imported()).toEqual(second);
    // Hints become part of events; other bytes are another file.
    expect((await imported('--known-at', '2026-11-01')).report).toMatchObject({ new: 2 });
    writeFileSync(file, JSON.stringify({ version, tests: [{ ...TEST, id: 'ci:t2' }] }));
    expect((await imported()).report).toMatchObject({ new: 1, rejects: 0 });
    expect((await regline('verify')).status).toBe(0);
  });
});
