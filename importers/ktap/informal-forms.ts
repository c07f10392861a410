import type { Outcome } from '../../store/events/observation.ts';
import { lettersIn } from '../source/letters.ts';
import { BLANK } from '../source/characters.ts';

/** The forms in which programs of kselftest print results and headings without TAP. */

/** What the words of such lines mean. */
export const WORDS: Readonly<Record<string, Outcome>> = {
  ok: 'pass',
  pass: 'pass',
  passed: 'pass',
  'not ok': 'fail',
  fail: 'fail',
  failed: 'fail',
  skip: 'skip',
  skipped: 'skip',
  skipping: 'skip',
  unsupported: 'skip',
  xfail: 'xfail',
  xpass: 'xpass',
};
const UPPER = 'OK|PASS|PASSED|FAIL|FAILED|SKIP|SKIPPED|UNSUPPORTED|XFAIL|XPASS';
/** Ways in which programs of kselftest print a result; the first group that matches names it. */
const FORMS: readonly RegExp[] = [
  // bpf/test_progs: `#1/12    align/pointer variable subtraction:OK`
  /^#\d+(?:\/\d+)*\s+(?<name>\S.*?):(?<word>OK|FAIL|SKIP)(?:\s.*)?$/,
  // bpf/test_verifier: `#837/p bpf_map_lookup_elem(xskmap, &key) SKIP (unsupported map type 17)`
  /^#\d+\/(?<name>[up] \S.*) (?<word>OK|FAIL|SKIP)(?: \(.*\))?$/,
  // kmod: `kmod_test_0001_driver: OK! - loading kmod test`
  /^(?<name>[\w-]+): (?<word>OK|FAIL|SKIP)!(?: - .*)?$/,
  // The shell library of net, timers: `TEST: name     [ OK ]`, `Check itimer virtual... [OK]`
  new RegExp(`^(?<name>\\S.*?)\\s*\\[\\s*(?<word>${UPPER})\\s*\\]$`),
  // x86, vDSO, the harness before TAP: `[OK]\tname`, `[       OK ] tls.sendfile`
  new RegExp(`^\\[\\s*(?<word>${UPPER})\\s*\\]\\s+(?<name>\\S.*)$`),
  // netfilter, rtnetlink: `PASS: name`
  /^(?<word>OK|PASS|FAIL|SKIP|XFAIL|Pass|fail): +(?<name>\S.*)$/,
  // bpf: `main:PASS:name`
  /^main:(?<word>PASS|FAIL):(?<name>\S.*)$/,
  // pstore, reuseport: `Checking it ... ok`
  /^(?<name>\S.*?)\s*\.\.\.+\s*(?<word>ok|OK|not ok|pass|PASS|fail|FAIL|skip|SKIP|SKIPPING)$/,
  // mqueue, firmware: `Queue open with mq_maxmsg > limit:          PASS`
  /^(?<name>\S.*?)\s*:\s*(?<word>OK|PASS|Pass|FAIL|Fail|SKIP|PASSED|FAILED)$/,
  // mm: `mmap(ADDR_SWITCH_HINT): 0x7fe8ef2a4000 - OK`, `mmap(-1) again: 0xffff82bb6000 - OK`
  /^(?<name>[A-Za-z]\S*\(.*\)(?: again)?): (?:0x)?[0-9a-f]+ - (?<word>OK|FAIL|FAILED)$/,
  // udpgro: ` no GRO                                  ok`
  /^(?<name>\S.*?)\s{2,}(?<word>ok|OK|pass|PASS|fail|FAIL|skip|SKIP)$/,
];
const BARE = new RegExp(`^(?:\\[\\s*(${UPPER})\\s*\\]|(ok|OK|PASS|FAIL|SKIP))$`);
const MAY_BE =
  /(?:ok|OK|PASS|PASSED|Pass|pass|FAIL|FAILED|Fail|fail|SKIP|SKIPPED|skip|SKIPPING|XFAIL|XPASS|UNSUPPORTED)\s*\]?$|^\[|^(?:OK|PASS|FAIL|SKIP|XFAIL|Pass|fail|main):|^#\d|: (?:OK|FAIL|SKIP)!/;
/** The endings of texts that may be results (before blanks and a bracket), and the beginnings of those that end otherwise. */
const LAST_OF_RESULT = lettersIn('kKsSdDlLpPG');
const FIRST_OF_RESULT = lettersIn('[OPFSXfm#');
const FIRST_OF_RULER = lettersIn('#=*~_-');
/** A sentence that summarises other results, and is none itself. */
const SUMMARY =
  /^(?:tests?|totals?|tests? (?:passed|failed|result|summary)|results?|summary|final result|overall(?: result)?|all tests(?: passed| ok)?|\d+ tests? .*)$/i;
const RULER = /^[#=*~_-]{6,}$/;
const HEADINGS: readonly (readonly [RegExp, number])[] = [
  [/^TEST SECTION: (\S.*)$/, 0],
  [/^TEST SUBSECTION: (\S.*)$/, 1],
  [/^SYSCTL: (\S.*)$/, 2],
  [/^TEST: (\S[^[\]]*)$/, 0],
  [/^Running test: (\S+ - run #\d+)$/, 0],
  [/^\[?RUN\]?:?\s+(\S.*)$/, 0],
  [/^running:? (?:\.\/)?(\S.*)$/i, 0],
  [/^run (\S+) test$/, 0],
  [/^starting (\S.* test)$/, 0],
  [/^(ipv[46]\b[^:[\]]*)$/i, 0],
];
/** 1 for the first three letters of these forms: comparing them takes a tenth of the time of the patterns. */
const HEADING_BEGINS = new Uint8Array(1 << 15);
for (const begin of ['TES', 'SYS', 'RUN', '[RU', 'sta', 'ipv']) HEADING_BEGINS[threeLetters(begin)] = 1;

/** Reads a line that is a result; the name is as it is written. Null for other lines. */
export function formOf(body: string): { readonly name: string; readonly word: string } | null {
  for (const form of FORMS) {
    const { name, word } = form.exec(body)?.groups ?? {};
    if (name !== undefined && word !== undefined) return { name, word };
  }
  return null;
}

/** Reads a verdict that stands alone in its line. */
export function bareWordOf(body: string): string | null {
  const bare = BARE.exec(body);
  return bare ? (bare[1] ?? bare[2]!) : null;
}

/** Whether a name is that of a summary of earlier results. */
export function isSummary(name: string): boolean {
  return SUMMARY.test(name);
}

/** A line of the same character, as drawn above and below a heading. */
export function isRuler(body: string): boolean {
  return FIRST_OF_RULER[body.charCodeAt(0)] === 1 && RULER.test(body);
}

/** Tells whether a line may match a form of result; some that match none pass, too. */
export function mayBeResult(body: string): boolean {
  let last = body.length - 1;
  if (body.endsWith(']')) last--;
  while (last > 0 && body.charCodeAt(last) <= BLANK) last--;
  const letter = body.charCodeAt(last);
  const may =
    letter >= LAST_OF_RESULT.length ||
    LAST_OF_RESULT[letter] === 1 ||
    FIRST_OF_RESULT[body.charCodeAt(0)] === 1 ||
    body.includes('!');
  return may && MAY_BE.test(body);
}

/** Reads a heading, with how deep it stands among others; null for other lines. */
export function headingOf(body: string): readonly [string, number] | null {
  if (HEADING_BEGINS[threeLetters(body)] !== 1) return null;
  for (const [form, level] of HEADINGS) {
    const found = form.exec(body);
    if (found) return [found[1]!, level];
  }
  return null;
}

/** The first three letters as a number, the same for capitals and small ones, and for some that no form begins with. */
function threeLetters(text: string): number {
  return ((text.charCodeAt(0) & 31) << 10) | ((text.charCodeAt(1) & 31) << 5) | (text.charCodeAt(2) & 31);
}

/** Removes from a name what differs between runs, and words that are no part of it. */
export function cleanName(text: string): string {
  return text
    .replace(/^(?:TEST|Test case):\s*/, '')
    .replace(/ - run #(\d+)$/, '.$1')
    .replace(/\b(ns\d+)-[A-Za-z0-9]{6,}\b/g, '$1')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\s*/g, '')
    .replace(/\(duration\s*\d+ms\)|\s{2,}\d+s$/, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.:]+$/, '')
    .replace(/(?:^|\s)test$/, (word) => (/^\S+ test$/.test(text.trim()) ? '' : word))
    .trim();
}
