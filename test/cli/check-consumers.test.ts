import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../support/in-process.ts';

let folder: string;
const regline = (...args: readonly string[]) => reglineHere(folder, ...args);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'regline-check-'));
  expect((await regline('import', 'facts', 'data/rseq')).status).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const checked = async (release: string, arch: string, consumer: string, baseline: string) => {
  const asked = ['--release', release, '--arch', arch, '--consumer', consumer, '--baseline', baseline];
  const { status, stdout } = await regline('check', ...asked);
  return { status, text: stdout.replace(/\s+/g, ' ') };
};

it('does not call known before what is degraded since the baseline', async () => {
  const { status, text } = await checked('v7.1', 'x86_64', 'glibc/2.35-2.40', 'v6.18');
  expect(status).toBe(0);
  expect(text).toContain('Degraded, which fails no check');
  expect(text).toContain('; works at v6.18');
  expect(text).not.toContain('Known before');
});

it('says of what was degraded at the baseline nothing besides', async () => {
  const { text } = await checked('v7.1', 'x86_64', 'glibc/2.35-2.40', 'v7.1');
  expect(text).toContain('Degraded, which fails no check');
  expect(text).not.toContain(' at v7.1;');
});

it('calls known before what was as bad at the baseline', async () => {
  const { status, text } = await checked('v7.0.12', 'arm64', 'tcmalloc', 'v7.0.10');
  expect(status).toBe(0);
  expect(text).toContain('Known before');
  expect(text).not.toContain('Degraded');
});

it('judges every architecture and consumer that is named, by either word and over again', async () => {
  const judged = async (...named: readonly string[]) => {
    const { status, stdout } = await regline('check', '--release', 'v7.0.12', ...named, '--format', 'json');
    const { cells, reasons } = JSON.parse(stdout) as { cells: number; reasons: readonly { arch: string }[] };
    return { status, cells, archs: [...new Set(reasons.map((r) => r.arch))] };
  };
  const both = { status: 1, cells: 6, archs: ['arm64'] };
  expect(await judged('--consumer', 'tcmalloc', '--arch', 'arm64,x86_64')).toEqual(both);
  expect(await judged('--consumer', 'tcmalloc', '--arch', 'arm64', '--arch', 'x86_64')).toEqual(both);
  expect(await judged('--consumers', 'tcmalloc', '--archs', 'arm64', '--archs', 'x86_64')).toEqual(both);
});

it('names the architectures that it did not judge, where nobody named any', async () => {
  const other = async (...named: readonly string[]) => {
    const { stdout } = await regline('check', '--release', 'v7.0.14', ...named);
    return /^Not judged: .*$/ms.exec(stdout)?.[0];
  };
  expect(await other('--consumer', 'librseq')).toContain('s390');
  expect(await other('--consumer', 'librseq', '--arch', 'arm64')).toBeUndefined();
  expect(await other('--consumer', 'tcmalloc')).toBeUndefined();
});
