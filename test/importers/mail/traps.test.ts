import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../store/events/event.ts';
import { read, rejectsOf } from '../support.ts';

const RD = 'From mboxrd@z Thu Jan  1 00:00:00 1970\n';
const head = (id: string, more = '') =>
  `From: A <a@example.org>\nDate: Wed, 22 Apr 2026 10:00:19 +0000\nSubject: s\nMessage-ID: <${id}@x>\n${more}\n`;

/** Messages, with their bodies. */
const bodies = (events: readonly NewEvent[]) =>
  events.flatMap((e) => (e.type === 'MessageArchived' ? [e.payload.body] : []));

describe('what archives of mail really hold', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'mboxrd: one level of quoting is taken off',
      `${RD}${head('1')}>From here\n>>From there\n`,
      ['From here\n>From there'],
    ],
    [
      'mboxo: what was quoted is not known, and stays',
      `From a@x Thu Apr 14 11:06:56 2016\n${head('1')}>From here\n`,
      ['>From here'],
    ],
    [
      'prose that begins with From, unquoted',
      `From a@x Thu Apr 14 11:06:56 2016\n${head('1')}From now on it is 10:00.\n\nFrom a@x Thu Apr 14 11:06:57 2016\n${head('2')}b\n`,
      ['From now on it is 10:00.', 'b'],
    ],
    ['a message without a separator', `${head('1')}a\n`, ['a']],
    ['lines that end as those of Windows do', `${RD}${head('1')}a\nb\n`.replaceAll('\n', '\r\n'), ['a\nb']],
    [
      'line ends that were translated twice',
      `${RD}${head('1')}a\n\nb\n${RD}${head('2')}c\n`.replaceAll('\n', '\r\r\n'),
      ['a\n\nb', 'c'],
    ],
    [
      'flowed text: lines stay lines',
      `${RD}${head('1', 'Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes\n')}a \nb\n`,
      ['a \nb'],
    ],
    [
      'letters of Windows that Node reads otherwise',
      `${RD}${head('1', 'Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n')}it=92s =\non=3De line\n`,
      ['it\u2019s on=e line'],
    ],
    [
      'text beside HTML',
      `${RD}${head('1', 'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n')}--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<p>html</p>\n--b--\n`,
      ['plain'],
    ],
  ])('%s', async (_, file, expected) => {
    expect(bodies((await read(file)).events)).toEqual(expected);
  });
  it.each([
    ['a transcript of runltp', '<<<test_start>>>\ntag=a stime=1\n<<<execution_status>>>\n<<<test_end>>>\n'],
    ['a log of kselftest', 'TAP version 13\n1..1\nok 1 selftests: rseq: basic_test\n'],
    ['the terminal of kirk', 'Host information\n\nStarting suite: math\n'],
    ['a report in XML', '<testsuite name="a"><testcase name="b"/></testsuite>\n'],
  ])('is a mail, whatever lies in it: %s', async (_, text) => {
    for (const file of [`${head('1')}${text}`, `${RD}${head('1')}${text}`])
      expect((await read(file)).format).toBe('mail');
  });
});

const commandsIn = async (body: string) =>
  (await read(`${head('1')}${body}\n`)).events.flatMap((e) =>
    e.type === 'TrackingCommandGiven'
      ? [`${e.payload.command}${e.payload.argument === undefined ? '' : ` ${e.payload.argument}`}`]
      : [],
  );

describe('what regzbot is told', () => {
  it.each<readonly [string, readonly string[]]>([
    ['#regzbot introduced: v6.1..v6.2', ['introduced v6.1..v6.2']],
    ['text\n\n#regzbot introduced v6.1..v6.2 ^', ['introduced v6.1..v6.2 ^']],
    ['text\n#regzbot introduced: v6.1', []],
    ['> #regzbot introduced: v6.1', []],
    ['#REGZBOT Introduced: v6.1', ['introduced v6.1']],
    ['#regzbot title: a\n#regzbot poke', ['title a', 'poke']],
    ['#regzbot title: a; #regzbot poke', ['title a', 'poke']],
    ['#regzbot title: a long title\nthat wraps', ['title a long title that wraps']],
    ['#regzbot title: a\n\nno command', ['title a']],
    ['#regzbot activity-\nignore', ['ignore-activity']],
    ['#regzbot activity-ignore', ['ignore-activity']],
    ['#regzbot summary: a', ['title a']],
    ['#regzbot dupof: https://x/y', ['duplicate https://x/y']],
    ['#regzbot fixed-by: 1234567890ab', ['fix 1234567890ab']],
    ['#regzbot resolved: it works', ['resolve it works']],
    ['#regzbot invalid: no bug', ['invalid no bug']],
    ['#regzbot back-burner: later', ['backburn later']],
    ['#regzbot monitor: https://x/y', ['relate https://x/y']],
    ['#regzbot link: https://x/y', ['relatebrief https://x/y']],
    ['#regzbot unmonitor: https://x/y', ['unrelate https://x/y']],
    ['#regzbot inconclusive: who knows', ['inconclusive who knows']],
    ['#regzbot ^backmonitor: https://x/y', ['^backmonitor https://x/y']],
    ['#regzbot from: B <b@example.org>', ['from B <b@example.org>']],
    ['#regzbot rfkill', ['rfkill']],
  ])('%j', async (body, expected) => {
    expect(await commandsIn(body)).toEqual(expected);
  });
});

it('says what a mail holds besides its text: attachments, or a text in HTML alone', async () => {
  const part = (type: string, more: string, body: string) => `--b\nContent-Type: ${type}\n${more}\n${body}\n`;
  const mixed = (...parts: readonly string[]) =>
    `${head('1', 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n')}${parts.join('')}--b--\n`;
  const text = part('text/plain', '', 'it broke');
  const log = part(
    'application/x-xz; name=dmesg.xz',
    'Content-Disposition: attachment; filename=dmesg.xz\nContent-Transfer-Encoding: base64\n',
    'AAAA',
  );
  const config = part(
    'text/plain',
    'Content-Disposition: attachment; filename=config-6.1\n',
    'CONFIG_RSEQ=y',
  );
  const signature = part('application/pgp-signature; name=s.asc', '', 'x');
  const { events } = await read(mixed(text, log, config, signature));
  expect(bodies(events)).toEqual(['it broke']);
  expect(rejectsOf(events)).toEqual(['not read of this mail: dmesg.xz, config-6.1']);
  expect(rejectsOf((await read(mixed(text, signature))).events)).toEqual([]);
  const html = `${head('1', 'MIME-Version: 1.0\nContent-Type: text/html\n')}<p>it broke</p>\n`;
  expect(rejectsOf((await read(html)).events)).toEqual([
    'not read of this mail: its text, which is in HTML alone',
  ]);
});

it('keeps the beginning of a text that is too long, and says how much there was', async () => {
  const long = `${'a'.repeat(262_143)}bc`;
  const { events } = await read(`${head('1')}${long}\n`);
  expect(bodies(events)).toEqual([long.slice(0, -1)]);
  expect(rejectsOf(events)).toEqual([
    'the text has 262145 letters: what comes after the first 262144 is not kept',
  ]);
  expect(rejectsOf((await read(`${head('1')}${long.slice(1)}\n`)).events)).toEqual([]);
});

const hash = (letters: string) => letters.repeat(40 / letters.length);
const DIFF = '---\n x | 1 +\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n';
const culprits = async (body: string) =>
  (await read(`${head('1').replace('Subject: s', 'Subject: [PATCH] s')}${body}\n${DIFF}`)).events.flatMap(
    (e) => (e.type === 'CulpritClaimed' ? [e.payload.change] : []),
  );

describe('what a Fixes: of a patch names', () => {
  it.each<readonly [string, readonly string[]]>([
    [`Fixes: ${hash('a')} ("x: y")`, [hash('a')]],
    [`Fixes: ${hash('a')} ("x: a subject\nthat wraps")\nSigned-off-by: A <a@x>`, [hash('a')]],
    [`Fixes: commit ${hash('a')}`, [hash('a')]],
    [`> Fixes: ${hash('a')}`, []],
    [`---\n x | 1 +\n\ndiff --git a/x b/x\n-Fixes: ${hash('a')}`, []],
    ['Fixes: what?', []],
    ['Fixes: https://example.org/x', []],
  ])('%j', async (body, expected) => {
    expect(await culprits(body)).toEqual(expected);
  });
});
