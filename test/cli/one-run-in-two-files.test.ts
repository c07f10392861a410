import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { HistoryDocument } from '../../queries/results/test-history.ts';
import { reglineReading } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-own-runs-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let logs = 0;

const UNAME = 'Linux box 6.19.0-rc2 #1 SMP Mon Feb 2 08:00:00 UTC 2026 x86_64 GNU/Linux';
/** What runltp prints of one run, which it gives a folder of its own. */
const transcript = (run: string, begun: number, statuses: readonly number[]) =>
  [
    UNAME,
    `COMMAND:    /opt/ltp/bin/ltp-pan   -e -S   -a 42     -n 42 -p -f /tmp/ltp-${run}/alltests -l /opt/ltp/r.log`,
    ...statuses.flatMap((status, i) => [
      '<<<test_start>>>',
      `tag=pipe0${i + 1} stime=${begun + i}`,
      `cmdline="pipe0${i + 1}"`,
      '<<<test_output>>>',
      `pipe0${i + 1}.c:9: it said ${status}`,
      '<<<execution_status>>>',
      'initiation_status="ok"',
      `duration=1 termination_type=exited termination_id=${status} corefile=no`,
      '<<<test_end>>>',
    ]),
    '',
  ].join('\n');

/** The same as a lab has it in the kernel's log, an empty line behind each. */
const onConsole = (text: string, cmdline = 'root=/dev/ram0') =>
  [
    'Linux version 6.19.0-rc2 (b@h) (gcc 14) #1 SMP',
    `Kernel command line: ${cmdline}`,
    'Run /init as init process',
    ...text.split('\n').flatMap((line) => [line, '']),
  ]
    .map((line, i) => `[  ${String(100 + i)}.000000][  T348] ${line}\n`)
    .join('');

interface Part {
  readonly name: string;
  readonly body: string;
}

function mailWith(name: string, ...parts: readonly Part[]): string {
  const path = join(folder, name);
  const told = parts.map(
    (part) => `--b\nContent-Disposition: attachment; filename="${part.name}"\n\n${part.body}\n`,
  );
  writeFileSync(
    path,
    `From: a@x\nDate: 2 Feb 2026 10:00:00 +0000\nMessage-ID: <${name}@x>\nSubject: logs\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee.\n${told.join('')}--b--\n`,
  );
  return path;
}

/** How often a test is seen to have passed, failed and said nothing. */
async function counted(test: string, ...files: readonly string[]) {
  const db = join(folder, `log-${logs++}.db`);
  const read = await reglineReading(db, '', 'import', 'auto', ...files);
  expect([read.status, read.stderr]).toEqual([0, '']);
  const { stdout } = await reglineReading(db, '', 'history', test, '--format', 'json');
  const contradictions = await reglineReading(db, '', 'contradictions', '--format', 'json');
  const { tests } = JSON.parse(stdout) as HistoryDocument;
  return {
    said: read.stdout,
    seen: tests.flatMap((t) => t.lanes.flatMap((l) => l.spans.map((s) => Object.values(s.rate).join()))),
    contradictions: (JSON.parse(contradictions.stdout) as { contradictions: unknown[] }).contradictions,
  };
}

describe('two files of one run', () => {
  const own = transcript('4kt7QCVelH', 1_770_000_000, [0, 1, 32]);
  const cut = transcript('4kt7QCVelH', 1_770_000_000, [0, 1]);

  it('are one run of each test, in whichever order they come, and the one that tells more counts', async () => {
    const console = { name: 'dmesg', body: onConsole(cut) };
    const log = { name: 'ltp', body: own };
    for (const parts of [
      [console, log],
      [log, console],
    ]) {
      const mail = mailWith('one.eml', ...parts);
      const { seen, contradictions, said } = await counted('ltp.pipe02', mail);
      expect(seen).toEqual(['0,1,0']);
      expect(contradictions).toEqual([]);
      expect(said).toContain('#dmesg: ltp');
      expect((await counted('ltp.pipe03', mail)).seen).toEqual(['0,0,1']);
    }
  });

  it('may come in two mails, or lie in a folder', async () => {
    const files = [
      mailWith('first.eml', { name: 'dmesg', body: onConsole(own) }),
      mailWith('second.eml', { name: 'ltp', body: own }),
    ];
    expect((await counted('ltp.pipe02', ...files)).seen).toEqual(['0,1,0']);
  });

  it('are two runs where the runner began anew, be their results the same', async () => {
    const again = transcript('ChH4lXOyVj', 1_770_001_800, [0, 1, 32]);
    const mail = mailWith('two.eml', { name: 'dmesg', body: onConsole(own) }, { name: 'ltp', body: again });
    expect((await counted('ltp.pipe02', mail)).seen).toEqual(['0,2,0']);
  });
});

it('a boot that two logs show is one, by the folder that the lab gave it', async () => {
  const boot = (root: string, more = '') =>
    `${onConsole('', `RESULT_ROOT=/result/ltp/box/${root} commit=${'c'.repeat(40)} x`)}[  300.000000] kernel BUG at mm/x.c:1!\n${more}`;
  const one = mailWith('b.eml', { name: 'dmesg', body: boot('0') }, { name: 'kmsg', body: boot('0', '\n') });
  expect((await counted('kernel.bug', one)).seen).toEqual(['0,1,0']);
  const two = mailWith('c.eml', { name: 'dmesg', body: boot('0') }, { name: 'kmsg', body: boot('1') });
  expect((await counted('kernel.bug', two)).seen).toEqual(['0,2,0']);
});
