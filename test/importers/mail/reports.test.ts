import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../importers/mail/message.ts';
import { reportsIn } from '../../../importers/mail/reports/reports-in.ts';
import { BISECTION, LKFT, LKP, LKP_MERGED, MAESTRO, PADDED, SUMMARY, mail } from './report-mails.ts';
import { read } from '../support.ts';

describe('any mail', () => {
  it('may say what git bisect found; what is quoted is not said', async () => {
    const found = async (body: string) =>
      (await read(mail('a@example.org', 'it broke', body))).events.flatMap((e) =>
        e.type === 'CulpritClaimed' ? [e.payload.change] : [],
      );
    const hash = 'c'.repeat(40);
    expect(await found(`# first bad commit: [${hash}] mm: x`)).toEqual([hash]);
    expect(await found(`${hash} is the first bad commit`)).toEqual([hash]);
    expect(await found(`  # first bad commit:\n    [${hash}]\n    mm: x`)).toEqual([hash]);
    expect(await found(`> # first bad commit: [${hash}] mm: x`)).toEqual([]);
    expect(await found(`# first bad commit:\n> [${hash}]`)).toEqual([]);
  });

  it('may show what tests printed: a note of it, for nobody says of which kernel', async () => {
    const KTAP =
      'TAP version 13\n1..3\nok 1 selftests: rt: one\n# it broke\nnot ok 2 selftests: rt: two # exit=1\n';
    const notes = async (body: string) => {
      const { events } = await read(mail('a@example.org', '[PATCH 0/2] rt: x', body));
      expect(events.filter((e) => e.type === 'RunObserved' || e.type === 'RecordRejected')).toEqual([]);
      return events.flatMap((e) => (e.type === 'NoteAdded' ? [e.payload.text] : []));
    };
    const told = 'shows the output of tests: 1 pass, 1 fail; failed: kselftest.rt.two';
    expect(await notes(`Before:\n\n${KTAP}\nThanks\n`)).toEqual([told]);
    expect(await notes(`Before:\n\n${KTAP.replace(/^/gm, '  ')}`)).toEqual([told]);
    expect(await notes(`From: B <b@x>\n\n${KTAP}`)).toEqual([told]);
    const uname = 'Linux box 6.19.0-rc2 #1 SMP x86_64 GNU/Linux\n';
    expect(await notes(uname + KTAP)).toEqual([told.replace('tests:', 'tests on v6.19-rc2:')]);
    // Quoted, in a patch, and alone among prose it is nothing that the sender saw.
    expect(await notes(KTAP.replace(/^/gm, '> '))).toEqual([]);
    expect(await notes(`diff --git a/x b/x\n+++ b/x\n${KTAP}`)).toEqual([]);
    expect(await notes('The tests are\nok 2 me.\n')).toEqual([]);
  });

  it('gives no report where there is none, whatever is cut from one', () => {
    const message = (text: string): Message => ({
      id: '<r@x>',
      from: 'kernel test robot <lkp@intel.com>',
      date: null,
      subject: '',
      inReplyTo: null,
      references: [],
      headers: [],
      files: [],
      unread: [],
      text,
    });
    expect(reportsIn(message('hello'))).toEqual([]);
    for (const whole of [LKFT, PADDED, MAESTRO, BISECTION, SUMMARY, LKP, LKP_MERGED])
      fc.assert(
        fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (a, b, put) => {
          const text = whole.slice(0, Math.min(a, b)) + put + whole.slice(Math.max(a, b));
          for (const { runs } of reportsIn(message(text)))
            for (const run of runs) for (const r of run.results) expect(r.test).not.toBe('');
        }),
        { numRuns: 60 },
      );
  });
});
