import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insideOf, openEnclosed } from '../../../importers/formats/enclosed.ts';
import { noKnownNames, type Inside } from '../../../importers/importer.ts';
import { mailImporter } from '../../../importers/mail/importer.ts';
import { InputError } from '../../../store/errors.ts';
import { entryOf } from '../../support/source-entry.ts';
import { rejectsOf } from '../support.ts';

const KTAP = 'TAP version 13\n1..1\nok 1 a\n';
const head = (boundary: string) =>
  `From: a@x\nMessage-ID: <1@x>\nContent-Type: multipart/mixed; boundary="${boundary}"\n\n`;
const attached = (name: string, content: Buffer) =>
  `--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${content.toString('base64')}\n`;

/** Reads a mail, and what is attached to it as far as it may come out. */
async function readMail(raw: string | Buffer, left = insideOf({ sizeBytes: 0 }).left) {
  const entry = entryOf('m.eml', raw);
  const inside: Inside = { ...insideOf(entry), left };
  const rejects: string[] = [];
  const read: string[] = [];
  for await (const { events, enclosed = [] } of mailImporter.read([entry], {
    hints: {},
    known: noKnownNames,
    inside,
  })) {
    rejects.push(...rejectsOf(events));
    for (const file of enclosed)
      for await (const { entry: inner, importer } of openEnclosed(file, inside))
        read.push(`${inner.name.replace('m.eml!<1@x>#', '')} ${importer.format}`);
  }
  return { rejects, read, left };
}

describe('attachments', () => {
  it('are bounded together, and one that is too large is named with the reason', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000, '\n'));
    const raw = `${head('b')}${attached('a.log', Buffer.from(KTAP))}${attached('bomb.gz', bomb)}${attached('c.log', Buffer.from(KTAP))}--b--\n`;
    const { rejects, read } = await readMail(raw, { bytes: 1_000_000 });
    expect(read).toEqual(['a.log ktap', 'c.log ktap']);
    expect(rejects).toEqual(['not read of this mail: bomb.gz (more than 999973 bytes when decompressed)']);
  });

  it('are no attachments any more where there are too many, or they nest without end: the mail is kept as a reject', async () => {
    const many = `${head('b')}${'--b\n\nx\n'.repeat(2000)}--b--\n`;
    expect((await readMail(many)).rejects).toEqual([expect.stringContaining('cannot be decoded')]);
    const levels = Array.from({ length: 3000 }, (_, i) => i);
    const deep = `${head('b')}${levels.map((i) => `--b${i === 0 ? '' : i}\nContent-Type: multipart/mixed; boundary="b${i + 1}"\n\n`).join('')}`;
    expect((await readMail(deep)).rejects).toHaveLength(1);
  });

  it('are read, or named, wherever the mail is cut and whatever is in it', async () => {
    const inline = `--b\nContent-Type: text/plain\nContent-Disposition: inline; filename=i.log\n\n${KTAP}`;
    const raw = Buffer.from(
      `${head('b')}--b\n\nText.\n${attached('a.gz', gzipSync(KTAP))}${inline}--b\nContent-Type: message/rfc822\n\n${head('b')}${attached('n.log', Buffer.from(KTAP))}--b--\n`,
    );
    const refused = (error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      return null;
    };
    for (let at = 0; at < raw.length; at++) await readMail(raw.subarray(0, at)).catch(refused);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(raw.length - 1), fc.nat(255)), { maxLength: 20 }),
        async (changes) => {
          const odd = Buffer.from(raw);
          for (const [at, byte] of changes) odd[at] = byte;
          await readMail(odd).catch(refused);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });
});

it('an attached patch is no beginning of another mail', async () => {
  const patch = `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: b@x\nSubject: [PATCH] y\n\ny\n`;
  const part = `--b\nContent-Type: text/x-patch\nContent-Disposition: attachment; filename="0001-y.patch"\n\n`;
  const { rejects } = await readMail(`${head('b')}--b\n\nText.\n${part}${patch}--b--\n`);
  expect(rejects).toEqual(['not read of this mail: 0001-y.patch']);
  // Several that lie one behind the other are several mails, as `git format-patch --stdout` writes them.
  const events = [];
  for await (const page of mailImporter.read([entryOf('s', `${patch}\n${patch}`)], {
    hints: {},
    known: noKnownNames,
  }))
    events.push(...page.events);
  expect(events.filter((e) => e.type === 'MessageArchived')).toHaveLength(2);
});

it('what comes with a mail whose id holds control characters is named without them', async () => {
  const raw = `${head('b').replace('<1@x>', '<1@x\u0001>')}${attached('a.log', Buffer.from(KTAP))}--b--\n`;
  expect((await readMail(raw)).read).toEqual(['m.eml!<1@x?>#a.log ktap']);
});

it('results that are pasted into a mail without an id and a subject are about its bytes', async () => {
  const entry = entryOf('m.eml', `From: a@x\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\n${KTAP}`);
  const abouts: string[] = [];
  for await (const { events } of mailImporter.read([entry], { hints: {}, known: noKnownNames }))
    for (const { type, payload } of events) if (type === 'NoteAdded') abouts.push(payload.about);
  expect(abouts).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
});
