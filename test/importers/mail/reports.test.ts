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
