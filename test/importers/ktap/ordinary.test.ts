import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BuildWatch } from '../../../importers/ktap/build.ts';
import { cleanLine, isClean } from '../../../importers/console/clean-line.ts';
import { parseBanner, parseCrash, parseMachine } from '../../../importers/console/kernel-facts.ts';
import { isOrdinary } from '../../../importers/ktap/ordinary.ts';
import { stampEnd } from '../../../importers/console/printk-prefix.ts';
import {
  gluedVerdict,
  looksLikeResult,
  parseHeader,
  parseInner,
  parseOldVerdict,
  parseResult,
} from '../../../importers/ktap/verdict.ts';

const PIECES = [
  'ok',
  'not ok',
  'OK 3',
  'ot ok 2 ',
  't ok 1 ',
  'k 1 ',
  'not o',
  ' 1',
  ' - ',
  '[PASS]',
  '[FAIL] ',
  'selftests: ',
  'tests: ',
  'ts: ',
  'rseq: ',
  'basic_test',
  'case: ',
  'Subtest: ',
  ': ',
  'Bail out! ',
  '1..3',
  'TAP version 13',
  'KTAP version 1',
  '# ',
  'Linux version 6.18.1 ',
  'Linux host 6.18.1 #1 SMP x86_64 GNU/Linux',
  'Machine model: ',
  'DMI: ',
  'Booting Linux on physical CPU 0x0000000000',
  'CPU: ARMv7 ',
  'x86/fpu: AVX',
  'smpboot: CPU0: Intel',
  'Kernel panic - not syncing: ',
  'kernel BUG at ',
  '------------[ cut here ]-BUG',
  'Internal error: ',
  'Unable to handle kernel ',
  'Oops: ',
  'BUG: unable to handle ',
  'Running tests in ',
  "make[1]: Entering directory '/x/testing/selftests/",
  'word',
  '\t',
  'é',
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((parts) => parts.join(''));

it('passes over no line that a rule is about', () => {
  fc.assert(
    fc.property(text, (body) => {
      const anywhere = [parseResult, parseHeader, parseOldVerdict, parseInner, gluedVerdict];
      const rules = { anywhere, atTop: [parseBanner, parseMachine, parseCrash] };
      const isAny =
        rules.anywhere.some((rule) => rule(body) !== null) ||
        looksLikeResult(body) ||
        /^(?:K?TAP version \d|1\.\.\d|Bail out!)|Subtest: /.test(body);
      const isTop = rules.atTop.some((rule) => rule(body) !== null) || new BuildWatch().read(body) !== null;
      if (isOrdinary(body, 1)) expect([body, isAny]).toEqual([body, false]);
      if (isOrdinary(body, 0)) expect([body, isAny || isTop]).toEqual([body, false]);
    }),
    { numRuns: 3000 },
  );
});

it('finds the end of a time stamp of the kernel where the pattern of printk ends', () => {
  const PRINTK = /^(?:<\d{1,3}>)?\[ *\d+\.\d{3,9}\](?: ?\[ *[TC]\d+\])? ?/;
  const piece = fc.constantFrom(
    '<6>',
    '<',
    '>',
    '[',
    ']',
    ' ',
    '  ',
    '1',
    '123',
    '.',
    '123456',
    'T',
    'C1',
    'x',
  );
  const usual = fc.constantFrom(
    '',
    '[    1.123456]',
    '<6>[12.1234] ',
    '[    1.123456] [   T12]',
    '[    1.123456][    C0] ',
  );
  fc.assert(
    fc.property(usual, fc.array(piece, { maxLength: 9 }), (start, pieces) => {
      const text = start + pieces.join('');
      expect([text, stampEnd(text)]).toEqual([text, PRINTK.exec(text)?.[0].length ?? 0]);
    }),
    { numRuns: 5000 },
  );
});

it('calls a line clean only where cleaning leaves it as it is', () => {
  const around = [
    '[   12.345678] ',
    '<6>',
    '2026-04-22T10:00:19Z ',
    'Nov 23 12:00:00 host kernel: ',
    'kernel: ',
  ];
  const inside = ['[   12.345678] usb', '<LAVA_SIGNAL_TESTCASE x>', 'host kernel: ', '\u001B[1m', '\u0000'];
  const line = fc
    .array(fc.constantFrom(...around, ...inside, ...PIECES), { maxLength: 4 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(line, (raw) => {
      const hasControls = /[\u0000-\u0008\u000A-\u001F\u007F]/.test(raw);
      expect(cleanLine(raw, hasControls)).toEqual(cleanLine(raw));
      if (isClean(raw, hasControls)) expect(cleanLine(raw)).toEqual([{ text: raw, kernel: false }]);
    }),
    { numRuns: 3000 },
  );
});
