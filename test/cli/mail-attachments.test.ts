import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { reglineReading } from '../support/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'regline-attached-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
let logs = 0;

const KTAP =
  'TAP version 13\n1..2\n# selftests: rt: one\nok 1 selftests: rt: one\n# value =3D 1\nnot ok 2 selftests: rt: two # exit=3D1\n';
const DMESG = `[    0.000000] Linux version 6.19.0-rc2-g${'c'.repeat(12)} (b@h) #1 SMP\n[    1.000000] Run /init as init process\n[    2.000000] kernel BUG at mm/x.c:1!\n`;

interface Part {
  readonly name?: string;
  readonly type?: string;
  readonly disposition?: string;
  readonly body: string | Buffer;
  readonly encoding?: string;
}

const part = ({ name, type = 'text/plain', disposition = 'attachment', body, encoding }: Part) =>
  [
    `Content-Type: ${type}`,
    ...(name === undefined ? [] : [`Content-Disposition: ${disposition}; filename="${name}"`]),
    ...(Buffer.isBuffer(body) ? ['Content-Transfer-Encoding: base64'] : []),
    ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    '',
    Buffer.isBuffer(body) ? body.toString('base64').replace(/(.{76})/g, '$1\n') : body,
  ].join('\n');

const message = (id: string, text: string, parts: readonly Part[], { from = 'A <a@x>', day = 2 } = {}) =>
  [
    `From: ${from}`,
    `Date: ${day} Feb 2026 10:00:00 +0000`,
    `Message-ID: <${id}@x>`,
    `Subject: logs of ${id}`,
    `Content-Type: multipart/mixed; boundary="b-${id}"`,
    '',
    ...[{ body: text }, ...parts].map((each) => `--b-${id}\n${part(each)}`),
    `--b-${id}--`,
    '',
  ].join('\n');

const mbox = (...mails: readonly string[]) =>
  mails
    .map((mail) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail.replace(/^(>*From )/gm, '>$1')}\n`)
    .join('');

function put(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Event {
  readonly type: string;
  readonly source: string;
  readonly locator: string;
  readonly knownAt: string | null;
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly results?: readonly { readonly test: string; readonly outcome: string }[];
  };
}

/** Imports files into a log of their own, and tells what is in it then. */
async function imported(...files: readonly string[]) {
  const db = join(folder, `log-${logs++}.db`);
  const { status, stdout, stderr } = await reglineReading(db, '', 'import', 'auto', ...files);
  const events = (await reglineReading(db, '', 'export')).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  return {
    db,
    status,
    said: `${stdout}${stderr}`,
    events,
    runs: events.filter((e) => e.type === 'RunObserved'),
    rejects: events.filter((e) => e.type === 'RecordRejected').map((e) => String(e.payload.reason)),
  };
}

const outcomes = ({ payload }: Event) => payload.results!.map((r) => `${r.test} ${r.outcome}`);
const ktap = { name: 'selftests.log', body: KTAP, encoding: 'quoted-printable' };

describe('what is attached to a mail', () => {
  it('is imported as files are, from who sent it and when, and what nothing reads is named', async () => {
    const mail = message('one', 'See the logs.', [
      ktap,
      { name: 'dmesg.gz', type: 'application/gzip', body: gzipSync(DMESG) },
      { name: 'picture.png', type: 'image/png', body: Buffer.from('no picture') },
    ]);
    const file = put('one.mbox', mbox(mail));
    const { status, events, runs, rejects, said, db } = await imported(file);
    expect(status).toBe(0);
    expect(events.filter((e) => e.type === 'MessageArchived')).toHaveLength(1);
    expect(runs.map(outcomes)).toEqual([
      ['kselftest.rt.one pass', 'kselftest.rt.two fail'],
      ['kernel.bug fail', 'boot pass'],
    ]);
    for (const run of runs) {
      expect(run).toMatchObject({ knownAt: '2026-02-02T10:00:00.000Z', payload: { origin: 'a@x' } });
      expect(run.source).toMatch(/^sha256:/);
    }
    expect(runs.map((run) => run.locator.replace(file, ''))).toEqual([
      '!<one@x>#selftests.log:4',
      '!<one@x>#dmesg.gz:3',
    ]);
    expect(runs[1]!.payload).toMatchObject({ commit: 'c'.repeat(12) });
    expect(rejects).toEqual(['not read of this mail: picture.png']);
    expect(said).toContain('one.mbox!<one@x>#dmesg.gz: bootlog, 1 new');
    // Again, nothing is new, and as much is told.
    const again = await reglineReading(db, '', 'import', 'auto', file);
    expect(again.stdout).toBe(said.replace(/(\d) new, 0 known/g, '0 new, $1 known'));
    expect((await reglineReading(db, '', 'verify')).status).toBe(0);
  });

  it('is the same from an mbox, a maildir, a single message with other line ends, and a packed archive', async () => {
    const first = message('one', 'Text.', [ktap, { name: 'boot.log', body: DMESG }]);
    const second = message('two', 'Text.', [{ name: 'a.log.gz', body: gzipSync(KTAP) }], { day: 3 });
    const both = mbox(first, second);
    const carriers = [
      [put('both.mbox', both)],
      [put('t.mbox.gz', gzipSync(both))],
      [put('m/new/1.x', second), put('m/cur/2.x:2,S', first)],
      [put('second.eml', second.replaceAll('\n', '\r\n')), put('first.eml', first.replaceAll('\n', '\r\n'))],
    ];
    const told = [];
    for (const files of carriers) {
      const { events } = await imported(...files);
      told.push(events.map((e) => JSON.stringify({ ...e, locator: '' })).sort());
    }
    expect(told[0]).toHaveLength(5);
    for (const other of told.slice(1)) expect(other).toEqual(told[0]);
  });

  it('is of the kernel that the test robot says it bisected, by its commit and the names of what it attaches', async () => {
    const commit = `0dfc48f1ed04${'a'.repeat(28)}`;
    const text = `Hello,\n\nkernel test robot noticed "kernel-selftests.rt.two.fail" on:\n\ncommit: ${commit} ("rt: Do less")\n\nin testcase: kernel-selftests\n\n`;
    const robot = { from: 'kernel test robot <oliver.sang@intel.com>' };
    const job = `suite: kernel-selftests\ncommit: ${commit}\nkconfig: x86_64-rhel-9.4-kselftests\n`;
    const config = { name: 'config-6.19.0-rc2-00143-g0dfc48f1ed04', body: 'CONFIG_X=y\n' };
    const mail = (parts: readonly Part[]) => put('robot.eml', message('r', text, parts, robot));
    const { runs } = await imported(mail([config, { name: 'job.yaml', body: job }, ktap]));
    const of = {
      commit,
      release: 'v6.19-rc2-143-g0dfc48f1ed04',
      config: 'x86_64-rhel-9.4-kselftests',
      origin: '0-day',
    };
    expect(runs.at(-1)!.payload).toMatchObject({ ...of, arch: 'x86_64' });
    // A configuration of another commit says nothing.
    const others = [
      { ...config, name: 'config-6.18.0-00143-g0dfc48f1ed05' },
      { name: 'job.yaml', body: job.replace('0dfc', '1dfc') },
    ];
    const unsaid = (await imported(mail([...others, ktap]))).runs.at(-1)!.payload;
    expect(unsaid).toMatchObject({ commit });
    expect(Object.keys(unsaid)).not.toContain('release');
    expect(Object.keys(unsaid)).not.toContain('config');
  });

  it('may be a mail that was forwarded, which is its own, with what is attached to that', async () => {
    const inner = message('inner', 'Tested-by: B <b@x>', [ktap], { from: 'B <b@x>', day: 1 });
    for (const disposition of ['attachment', 'inline']) {
      const forwarded = { name: 'forwarded.eml', type: 'message/rfc822', disposition, body: inner };
      const { events, runs, rejects } = await imported(put('f.eml', message('outer', 'Look.', [forwarded])));
      const archived = events.filter((e) => e.type === 'MessageArchived');
      expect(archived.map((e) => [e.source, e.payload.body])).toEqual([
        ['<outer@x>', 'Look.'],
        ['<inner@x>', 'Tested-by: B <b@x>'],
      ]);
      expect(runs[0]).toMatchObject({ knownAt: '2026-02-01T10:00:00.000Z', payload: { origin: 'b@x' } });
      expect(runs[0]!.locator).toContain('!<outer@x>#forwarded.eml!<inner@x>#selftests.log:4');
      expect(rejects).toEqual([]);
    }
  });

  it('may stand in the text under a name of its own', async () => {
    const log = { ...ktap, disposition: 'inline' };
    const { runs, events } = await imported(put('i.eml', message('one', 'Here:', [log])));
    expect(runs.map(outcomes)).toEqual([['kselftest.rt.one pass', 'kselftest.rt.two fail']]);
    expect(events[0]!.payload.body).toContain('not ok 2');
  });

  it('brings results and mails alone: records, logs of others and patches are no more than named', async () => {
    const other = (await imported(put('k.log', KTAP.replaceAll('=3D', '=')))).db;
    const exported = (await reglineReading(other, '', 'export')).stdout;
    const files = [
      { name: 'facts.yaml', body: 'regline: 1\nrecords:\n  - type: release\n    release: v6.19\n' },
      { name: 'log.ndjson', body: exported },
      {
        name: '0001-x.patch',
        body: `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@x>\nDate: Mon, 2 Feb 2026 10:00:00 +0000\nSubject: [PATCH] x\n\nFixes: 123456789012 ("y")\n---\n`,
      },
      { name: 'kernels.txt', body: '6.19.3-200.fc43 2026-03-01\n' },
    ];
    const { events, rejects } = await imported(put('r.eml', message('one', 'Text.', files)));
    expect(events.map((e) => e.type).sort()).toEqual(['MessageArchived', 'RecordRejected']);
    expect(rejects[0]).toBe(`not read of this mail: ${files.map((f) => f.name).join(', ')}`);
  });

  it('is kept as a reject where its format refuses it, and shown harmless whatever it calls itself', async () => {
    const broken = {
      name: '../../\u001b[31m/etc/x.xml',
      body: '<?xml version="1.0"?>\n<testsuites><testsuite',
    };
    const file = put('b.eml', message('one', 'Text.', [broken, ktap]));
    const { status, runs, rejects, said, db } = await imported(file);
    expect([status, runs.length]).toEqual([0, 1]);
    expect(rejects).toEqual([expect.stringContaining('no XML')]);
    expect(said).not.toContain('\u001b');
    expect(said).toContain('<one@x>#?[31m/etc/x.xml: junit, 1 new, 0 known, 1 rejected');
    expect((await reglineReading(db, '', 'import', 'auto', file)).stdout).not.toMatch(/[1-9] new/);
  });

  it('counts once where two mails bring it, whichever was read first', async () => {
    const early = put('early.eml', message('one', 'Text.', [ktap]));
    const late = put('late.eml', message('two', 'Once more.', [ktap], { day: 5 }));
    const told = [];
    for (const files of [
      [early, late],
      [late, early],
    ]) {
      const { db } = await imported(...files);
      told.push((await reglineReading(db, '', 'history', 'kselftest.rt.two', '--format', 'json')).stdout);
    }
    expect(told[0]).toBe(told[1]);
  });
});

it('a commit that a report blames comes after the one that it is compared with, whatever their hashes', async () => {
  for (const [bad, good] of [
    ['1', 'f'],
    ['f', '1'],
  ] as const) {
    const table = [
      `${good.repeat(16)} ${bad.repeat(27)}`,
      '---------------- ---------------------------',
      '         %stddev     %change         %stddev',
      '   1067456 ±  2%      -6.0%   1003408        unixbench.score',
    ];
    const text = `kernel test robot noticed a -6.0% regression of unixbench.score on:\n\ncommit: ${bad.repeat(40)} ("x: y")\n\ntestcase: unixbench\nconfig: x86_64-rhel\n\n${table.join('\n')}\n`;
    const mail = `From: kernel test robot <lkp@intel.com>\nDate: 2 Feb 2026 10:00:00 +0000\nMessage-ID: <${bad}@x>\nSubject: x\n\n${text}`;
    const { db } = await imported(put(`robot-${bad}.eml`, mail));
    const { stdout } = await reglineReading(db, '', 'history', 'unixbench.score');
    expect(stdout).toContain(`broke between ${good.repeat(12)} and ${bad.repeat(12)}`);
    expect(stdout).not.toContain('was fixed');
    expect(stdout).not.toContain('which a clone tells');
  }
});

it('says of two commits of one moment that no mail compares that a clone tells their order', async () => {
  const checkouts = ['a', 'b'].map((hash) => ({
    ...{ id: `ci:${hash}`, origin: 'ci', git_commit_hash: hash.repeat(40) },
    start_time: '2026-02-02T10:00:00Z',
  }));
  const builds = ['a', 'b'].map((hash) => ({
    ...{ id: `ci:${hash}`, origin: 'ci', checkout_id: `ci:${hash}`, architecture: 'arm64', status: 'PASS' },
    start_time: '2026-02-02T10:00:00Z',
  }));
  const tests = ['a', 'b'].map((hash) => ({
    ...{ id: `ci:${hash}`, origin: 'ci', build_id: `ci:${hash}`, path: 'wake', number: undefined },
    ...{ status: hash === 'a' ? 'FAIL' : 'PASS', start_time: '2026-02-02T10:00:00Z' },
  }));
  const file = put(
    'tied.json',
    JSON.stringify({ version: { major: 5, minor: 3 }, checkouts, builds, tests }),
  );
  const { db } = await imported(file);
  const told = async (...args: readonly string[]) =>
    (await reglineReading(db, '', 'history', 'wake', ...args)).stdout;
  expect((await told()).replaceAll(/\s+/g, ' ')).toContain(
    'broke between bbbbbbbbbbbb and aaaaaaaaaaaa (arm64), if the one came before the other, which a clone tells: regline bisect start --repo DIR',
  );
  expect(JSON.parse(await told('--format', 'json'))).toMatchObject({
    tests: [{ lanes: [{ turns: [{ order: 'unknown' }] }] }],
  });
});
