import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDate } from '../../../importers/mail/message/date.ts';
import { fixedCommit, stableLines, trailersOf } from '../../../importers/mail/trailers.ts';
import { regzbotCommands } from '../../../importers/mail/regzbot.ts';
import { noKnownNames } from '../../../importers/importer.ts';
import { mailImporter } from '../../../importers/mail/importer.ts';
import { InputError } from '../../../store/errors.ts';
import { loadModel } from '../../../queries/replay/load-model.ts';
import { tracking } from '../../../queries/tracking/tracking.ts';
import { memoryStore } from '../../../store/memory/memory-store.ts';
import { entryOf } from '../../support/source-entry.ts';
import { read, readAs, rejectsOf } from '../support.ts';
import { batchHeader } from '../../support/batch-header.ts';

const SEPARATOR = 'From mboxrd@z Thu Jan  1 00:00:00 1970\n';
const mail = (id: string, date: string, subject: string, body: string, more = '') =>
  `${SEPARATOR}From: "A. Triager" <a@example.org>\nDate: ${date}\nMessage-ID: <${id}@x>\nSubject: ${subject}\n${more}Content-Type: text/plain; charset=utf-8; format=flowed\n\n${body}\n\n`;

const REPORT = mail(
  '1',
  'Wed, 22 Apr 2026 10:00:19 +0000',
  '[REGRESSION] it broke',
  'It broke.\n\n#regzbot introduced: v6.18..v6.19-rc1\n#regzbot title: it broke everywhere; poke\n',
);
const REPLY = mail(
  '2',
  'Thu, 23 Apr 2026 10:00:00 +0000',
  'Re: [REGRESSION] it broke',
  '> #regzbot resolve: quoted\n\n>From here on it works.\n\n#regzbot fix: 411c1cf430392c905e39f12bc305dd994da0b426\n\nTested-by: B <b@example.org>\n> Fixes: 1234567 ("quoted")',
  'In-Reply-To: <1@x>\nReferences: <1@x>\n',
);
const PATCH = mail(
  '3',
  'Fri, 24 Apr 2026 10:00:00 +0000',
  '[PATCH v2 1/2] rt: Fix it',
  `Text.\n\nFixes: ${'a'.repeat(40)} ("rt: Break\nit")\nReported-by: A. Triager <a@example.org>\nCc: stable@vger.kernel.org # 6.12.x\n---\n rt.c | 2 +-\n\ndiff --git a/rt.c b/rt.c\n--- a/rt.c\n+++ b/rt.c\n@@ -1 +1 @@\n-Fixes: 7654321 ("no trailer")\n+x\n`,
);
const LOST = mail(
  '4',
  'Sat, 25 Apr 2026 10:00:00 +0000',
  'Re: something else',
  '#regzbot backburn: later\n\n#regzbot rfkill: typo\n',
);

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function stateOf(...mboxes: readonly string[]) {
  const store = memoryStore();
  const header = batchHeader({ recordedAt: '2026-05-01T00:00:00.000Z' });
  for (const mbox of mboxes) await store.append(header, (await read(mbox)).events);
  const result = tracking(await loadModel(store));
  await store.close();
  return result;
}

describe('mail', () => {
  it('is taken apart, archived by its message-id, and keeps its lines', async () => {
    const { format, events } = await read(REPORT + REPLY.replace('>From', '>>From') + PATCH);
    expect(format).toBe('mail');
    const archived = events.filter((e) => e.type === 'MessageArchived');
    expect(archived.map((e) => [e.source, e.knownAt])).toEqual([
      ['<1@x>', '2026-04-22T10:00:19.000Z'],
      ['<2@x>', '2026-04-23T10:00:00.000Z'],
      ['<3@x>', '2026-04-24T10:00:00.000Z'],
    ]);
    expect(archived[1]!.payload.body).toContain('>From here');
    expect(archived[1]!.payload.references).toEqual(['<1@x>']);
    expect(events.find((e) => e.type === 'ChangeRecorded')).toMatchObject({
      payload: {
        change: '<3@x>',
        subject: 'rt: Fix it',
        files: ['rt.c'],
        trailers: [
          { key: 'Fixes', value: `${'a'.repeat(40)} ("rt: Break it")` },
          { key: 'Reported-by' },
          { key: 'Cc' },
        ],
      },
    });
    expect(events.find((e) => e.type === 'CulpritClaimed')).toMatchObject({
      payload: { change: 'a'.repeat(40), method: 'fixes-trailer' },
    });
    expect(events.find((e) => e.type === 'FixClaimed')).toMatchObject({
      payload: { line: '6.12.y', status: 'posted' },
    });
    expect(events.find((e) => e.type === 'BreakageClaimed')).toMatchObject({
      payload: { releases: ['v6.19-rc1'], lastGood: 'v6.18' },
    });
    expect(JSON.stringify(events.filter((e) => e.type !== 'MessageArchived'))).not.toContain('quoted');
  });

  it('is one source wherever it comes from', async () => {
    const store = memoryStore();
    const header = batchHeader({ recordedAt: '2026-05-01T00:00:00.000Z' });
    await store.append(header, (await read(REPORT + PATCH)).events);
    const again = await store.append(header, (await read(PATCH.replace(SEPARATOR, ''))).events);
    expect(again.new).toBe(0);
    await store.close();
  });

  it('undoes what pipermail does to addresses, and knows charsets', async () => {
    const { events } = await read(
      'From jgb at example.com  Thu Apr 14 11:06:56 2016\nFrom: jgb at example.com (J. G.)\nDate: Thu, 14 Apr 2016 11:06:56 +0200\nSubject: hello\nMessage-ID: <5@x>\n\ntext\n',
    );
    expect(events[0]).toMatchObject({ payload: { from: 'J. G. <jgb@example.com>' } });
    const latin = Buffer.from(
      'From: x@example.org\nMessage-ID: <6@x>\nSubject: =?iso-8859-1?q?na=EFve?=\nContent-Type: text/plain; charset=windows-1252\n\nit\x92s\n',
      'latin1',
    );
    expect((await read(latin)).events[0]).toMatchObject({
      knownAt: null,
      payload: { subject: 'naïve', body: 'it’s' },
    });
    const words = '=?ISO8859-1?Q?=E5?= =?ISO-2022-JP?B?GyRCNUhGIxsoQg==?= =?nobody-knows?Q?x?=';
    // An editor that marks a text as UTF-8 puts the mark before the first header.
    const [marked] = (await read('\uFEFFMessage-ID: <7@x>\nFrom: y@example.org\nSubject: z\n\nx\n')).events;
    expect(marked).toMatchObject({ source: '<7@x>', payload: { from: 'y@example.org', messageId: '<7@x>' } });
    expect((await read(`From: x@example.org\nSubject: ${words}\n\nx\n`)).events[0]).toMatchObject({
      payload: { subject: 'å吉藤=?nobody-knows?Q?x?=' },
    });
    // A blank at the end of a word is written out, and belongs to the text.
    const blank = '=?UTF-8?Q?it_fails_?=\n =?UTF-8?B?KGFnYWluKQ==?=';
    expect((await read(`From: x@example.org\nSubject: ${blank}\n\nx\n`)).events[0]).toMatchObject({
      payload: { subject: 'it fails (again)' },
    });
  });

  it('says when it was written, in the zone that it names, and not when that is no date', () => {
    for (const [header, at] of [
      ['Wed, 01 Dec 2010 14:26:40 +0100', '2010-12-01T13:26:40.000Z'],
      ['Wed, 1 Dec 2010 14:26:40 -0530 (IST)', '2010-12-01T19:56:40.000Z'],
      ['1 Dec 99 08:00 EST', '1999-12-01T13:00:00.000Z'],
      ['Fri Aug 23 17:24:49 2002', '2002-08-23T17:24:49.000Z'],
      ['2026-11-25T10:00:00Z', '2026-11-25T10:00:00.000Z'],
      ['Wed, 01 Dec 2010 14:26:60 GMT', '2010-12-01T14:26:59.000Z'],
      ['Wed, 31 Feb 2010 14:26:40 +0100', null],
      ['Wed, 01 Dec 20100 14:26:40 +0100', null],
      ['ber 2001', null],
      ['', null],
    ])
      expect([header, readDate(header!)]).toEqual([header, at]);
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('2100-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(readDate(date.toUTCString())).toBe(`${date.toISOString().slice(0, 19)}.000Z`);
        },
      ),
    );
  });

  it('rejects what is no mail inside an archive', async () => {
    const { events } = await read(`${REPORT}${SEPARATOR}no headers here\n\nat all\n`);
    expect(rejectsOf(events)).toEqual(['no mail: it has no headers']);
    await expect(readAs(mailImporter, '\nno headers here\n\nat all\n')).rejects.toThrow('no mail here');
    expect(await readAs(mailImporter, '')).toEqual([]);
  });

  it('is not told from what has lines like headers further down', async () => {
    const log =
      '$ git log -1 | cat\ncommit abc\nAuthor: A <a@x>\nDate:   Mon Jun 22 09:59:02 2020 +0200\n\n    x\n';
    await expect(read(log)).rejects.toThrow('not recognised');
  });

  it('is read wherever it is cut, in lines of any length, in pieces of any size', async () => {
    const whole = Buffer.from(REPORT + PATCH + 'x'.repeat(300_000));
    const archived = async (bytes: Buffer, size: number) => {
      const entry = { ...entryOf('x.mbox', bytes), bytes: () => pieces(bytes, size) };
      let count = 0;
      for await (const { events } of mailImporter.read([entry], { hints: {}, known: noKnownNames }))
        count += events.filter((e) => e.type === 'MessageArchived' || e.type === 'RecordRejected').length;
      return count;
    };
    // Two mails, and the end of the second, which is too long to be kept.
    expect(await archived(whole, 1000)).toBe(3);
    for (let cut = 1; cut < 1200; cut += 3) {
      const count = await archived(whole.subarray(0, cut), 1 + (cut % 97)).catch((error: unknown) => error);
      // The first header is the least that a mail is told by.
      if (cut > SEPARATOR.length + 'From: '.length) expect(count).toBeGreaterThan(0);
      else expect(typeof count === 'number' || count instanceof InputError).toBe(true);
    }
  });

  it('takes any bytes without a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 60 }), async (at, bytes) => {
        const content = Buffer.from(REPORT + REPLY + PATCH);
        const cut = at % content.length;
        const { events } = await read(
          Buffer.concat([Buffer.from(SEPARATOR), content.subarray(0, cut), bytes, content.subarray(cut)]),
        );
        expect(events.length).toBeGreaterThan(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('trailers', () => {
  it('read commits and lines of stable', () => {
    expect(fixedCommit('0f085b41880e ("rseq: x")')).toBe('0f085b41880e');
    expect(fixedCommit('commit ABCDEF0 ("x")')).toBe('abcdef0');
    expect(fixedCommit('what?')).toBeNull();
    expect(stableLines('<stable@vger.kernel.org> # v6.1+')).toEqual(['6.1.y']);
    expect(stableLines('stable@vger.kernel.org # 6.1.x, 6.6.x: 1234567: needed first')).toEqual([
      '6.1.y',
      '6.6.y',
    ]);
    expect(stableLines('"stable@vger.kernel.org" <stable@vger.kernel.org>')).toEqual([]);
    expect(stableLines('someone@example.org # 6.1')).toBeNull();
    expect(trailersOf('Reported-And-Tested-By: X <x@y>')).toEqual([
      { key: 'Reported-and-tested-by', value: 'X <x@y>' },
    ]);
  });
});

describe('regzbot', () => {
  it('reads the whole grammar', () => {
    const commands = (text: string) => regzbotCommands(text).commands.map((c) => [c.command, c.argument]);
    expect(commands('#regzbot ^introduced v6.1..v6.2; title: a; b')).toEqual([
      ['introduced', 'v6.1..v6.2'],
      ['title', 'a; b'],
    ]);
    expect(commands('text\n#regzbot fix: x')).toEqual([]);
    expect(
      commands(
        '\n#Regzbot Dup-of: https://x\n  /y;\n#regzbot activity-\nignore; #regzbot use: ^\n\n#regzbot poke',
      ),
    ).toEqual([
      ['duplicate', 'https://x   /y'],
      ['ignore-activity', ''],
      ['report', '^'],
      ['poke', ''],
    ]);
    expect(regzbotCommands('#regzbot rfkill').commands).toMatchObject([
      { command: 'rfkill', argument: '', known: false },
    ]);
  });

  it('gives a report its life, whichever mail was read first', async () => {
    expect((await stateOf(REPORT)).reports).toMatchObject([
      { report: '<1@x>', state: 'introduced', title: 'it broke everywhere', introduced: 'v6.18..v6.19-rc1' },
    ]);
    for (const mails of [
      [REPORT, REPLY],
      [REPLY, REPORT],
    ])
      expect((await stateOf(...mails)).reports).toMatchObject([
        { state: 'to-be-fixed', fixes: ['411c1cf430392c905e39f12bc305dd994da0b426'] },
      ]);
    const { unapplied } = await stateOf(REPORT, LOST);
    expect(unapplied.map((u) => u.command)).toEqual(['backburn', 'rfkill']);
  });
});
