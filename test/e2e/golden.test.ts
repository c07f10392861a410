import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// `npm run golden` writes the files anew; read the difference before committing it.

let folder: string;
const golden = (name: string) => resolve(import.meta.dirname, '../golden', name);

function regline(db: string, columns: number, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', '--db', join(folder, `${db}.db`), ...args],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', COLUMNS: String(columns) } },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-golden-'));
  regline('rseq', 80, 'import', 'facts', 'data/rseq');
  regline('pipes', 80, 'import', 'facts', 'test/fixtures/pipes');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const RELEASES = 'v6.18,v6.19-rc1,v6.19.14,v7.0.9,v7.0.10,v7.0.13,v7.0.14,v7.1-rc2,v7.1-rc3';

describe('reports on the shipped data', () => {
  it.each([
    ['culprits.txt', 80, ['culprits']],
    ['culprits.md', 80, ['culprits', '--format', 'markdown']],
    ['table-80.txt', 80, ['table', '--releases', RELEASES]],
    ['table-160.txt', 160, ['table', '--releases', RELEASES]],
    ['intervals.txt', 80, ['table', '--intervals', '--consumers', 'tcmalloc,glibc', '--releases', '7.0.y']],
    ['timeline.txt', 80, ['timeline', '--consumers', 'tcmalloc', '--archs', 'arm64']],
    ['explain.txt', 80, ['explain', 'tcmalloc', 'v7.0.10', 'arm64']],
    ['release-note.adoc', 80, ['release-note', 'v7.0.14', '--since', 'v7.0.9', '--format', 'asciidoc']],
    [
      'table-diff.txt',
      80,
      ['table-diff', '--from', '2026-04-21', '--to', '2026-04-23', '--consumers', 'tcmalloc'],
    ],
  ])('%s', async (name, columns, args) => {
    await expect(regline('rseq', columns, ...args)).toMatchFileSnapshot(golden(`rseq-${name}`));
  });
});

describe('reports on another interface', () => {
  it.each([
    ['culprits.txt', ['culprits']],
    ['intervals.md', ['table', '--intervals', '--format', 'markdown']],
    ['intervals.rst', ['table', '--intervals', '--format', 'rst']],
    ['intervals.adoc', ['table', '--intervals', '--format', 'asciidoc']],
    ['intervals.html', ['table', '--intervals', '--format', 'html']],
    ['intervals.csv', ['table', '--intervals', '--format', 'csv']],
    ['intervals.json', ['table', '--intervals', '--format', 'json']],
    ['compat.json', ['table', '--format', 'bcd']],
    ['table.csv', ['table', '--format', 'csv']],
  ])('%s', async (name, args) => {
    await expect(regline('pipes', 80, ...args)).toMatchFileSnapshot(golden(`pipes-${name}`));
  });
});
