import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../importers/mail/message/message.ts';
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

  it('may show the summary of gce-xfstests: a run for each configuration where the kernel is told', async () => {
    const summary =
      'ext4/1k: 527 tests, 3 failures, 39 skipped, 9182 seconds\n  Failures: ext4/059\n    generic/062\n  Flaky: generic/251: 60% (3/5)   generic/645:  8% (2/25)\next4/4k: 10 tests, 55 skipped, 12 seconds\nTotals: 531 tests, 39 skipped, 5 failures, 0 errors, 9123s\n';
    const kernel =
      'KERNEL:    kernel 6.19.0-rc2-xfstests-00005-g0123456789ab #62 SMP Thu Sep  7 10:39:34 UTC 2026 x86_64\nCPUS:      4\n\n';
    const told = async (body: string) => (await read(mail('B <B@x>', 'Re: ext4', body))).events.slice(1);
    const [first, second, ...none] = await told(`Looks good.\n\n${kernel}${summary}`);
    expect(none).toEqual([]);
    expect(first!.payload).toMatchObject({
      ...{ origin: 'b@x', config: 'ext4/1k', arch: 'x86_64', commit: '0123456789ab' },
      totals: { total: 527, fail: 3, skip: 39 },
      results: [
        { test: 'xfstests.ext4.059', outcome: 'fail' },
        { test: 'xfstests.generic.062', outcome: 'fail' },
        { test: 'xfstests.generic.251', outcome: 'fail', reason: 'failed in 3 of 5 runs' },
        { test: 'xfstests.generic.645', outcome: 'fail', reason: 'failed in 2 of 25 runs' },
      ],
    });
    expect(second!.payload).toMatchObject({ config: 'ext4/4k', totals: { fail: 0 }, results: [] });
    const unsaid = await told(summary);
    expect(unsaid.map((e) => e.type)).toEqual(['NoteAdded', 'NoteAdded']);
    expect(await told(`${kernel}${summary}`.replace(/^/gm, '> '))).toEqual([]);
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
