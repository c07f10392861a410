import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { bootlogImporter } from '../../importers/bootlog/importer.ts';
import { ktapImporter } from '../../importers/ktap/importer.ts';
import { mailImporter } from '../../importers/mail/importer.ts';
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

it('a mailbox is not read again, nor what is attached to its mails, until anything may differ', async () => {
  const box = join(folder, 'list.mbox');
  const dmesg = '[    0.000000] Linux version 6.19.0-rc2 (b@h) #1 SMP\n[    1.000000] x\n';
  const parts = [dmesg, 'TAP version 13\n1..1\nok 1 selftests: rt: one\n'].map(
    (body, i) => `--b\nContent-Disposition: attachment; filename="${i}.log"\n\n${body}\n`,
  );
  writeFileSync(
    box,
    `From: a@x\nDate: 2 Feb 2026 10:00:00 +0000\nMessage-ID: <1@x>\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n${parts.join('')}--b--\n`,
  );
  const reads = [mailImporter, ktapImporter, bootlogImporter].map((importer) => vi.spyOn(importer, 'read'));
  const first = await regline('import', 'auto', box);
  expect(first.out).toContain('#1.log: ktap, 1 new');
  expect(reads.map((read) => read.mock.calls.length)).toEqual([1, 1, 1]);
  const again = { ...first, out: first.out.replace(/(\d) new, 0 known/g, '0 new, $1 known') };
  expect(await regline('import', 'auto', box)).toEqual(again);
  expect(reads.map((read) => read.mock.calls.length)).toEqual([1, 1, 1]);
  // A format that is named says less of what is in it; without its notes the log is read, and nothing is new.
  expect((await regline('import', 'mail', box)).out).toContain('0 new');
  await regline('rebuild');
  expect(await regline('import', 'auto', box)).toEqual(again);
  expect(reads[0]!.mock.calls).toHaveLength(3);
  vi.restoreAllMocks();
});
