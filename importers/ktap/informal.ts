import type { Outcome } from '../../store/events/observation.ts';
import { lettersIn } from './letters.ts';
import type { Pending } from './tree.ts';

const BLANK = 32;

/** Longer logs of one program keep their TAP results only; no program prints so many by hand. */
const MAX_HELD = 20_000;

const WORDS: Readonly<Record<string, Outcome>> = {
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
  /^(?<name>\S.*?)\s*:\s*(?<word>OK|PASS|FAIL|SKIP|PASSED|FAILED)$/,
  // mm: `mmap(ADDR_SWITCH_HINT): 0x7fe8ef2a4000 - OK`
  /^(?<name>[A-Za-z]\S*\(.*\)): (?:0x)?[0-9a-f]+ - (?<word>OK|FAIL|FAILED)$/,
  // udpgro: ` no GRO                                  ok`
  /^(?<name>\S.*?)\s{2,}(?<word>ok|OK|pass|PASS|fail|FAIL|skip|SKIP)$/,
];
const BARE = new RegExp(`^(?:\\[\\s*(${UPPER})\\s*\\]|(ok|OK|PASS|FAIL|SKIP))$`);
const MAY_BE =
  /(?:ok|OK|PASS|PASSED|pass|FAIL|FAILED|fail|SKIP|SKIPPED|skip|SKIPPING|XFAIL|XPASS|UNSUPPORTED)\s*\]?$|^\[|^(?:OK|PASS|FAIL|SKIP|XFAIL|Pass|fail|main):|^#\d|: (?:OK|FAIL|SKIP)!/;
/** What a text that may be a result ends with, before blanks and a bracket, and what it begins with where it does not. */
const LAST_OF_RESULT = lettersIn('kKsSdDlLpPG');
const FIRST_OF_RESULT = lettersIn('[OPFSXfm#');
const FIRST_OF_HEADING = lettersIn('TSRr[iI');
const FIRST_OF_RULER = lettersIn('#=*~_-');
/** A sentence that sums up, and no result of its own. */
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
  [/^(ipv[46]\b[^:[\]]*)$/i, 0],
];

/**
 * Results that a program prints in a way of its own, without TAP. They count only where it prints no TAP: there they are
 * diagnostics, and TAP has the verdict. What the forms are was learned from the programs; intel's lkp-tests
 * (programs/kselftests/parse) reads the same.
 */
export class InformalResults {
  private held: (Pending & { readonly bare: boolean })[] = [];
  private headings: (string | undefined)[] = [];
  private headingUsed = true;
  private tap = false;
  private boxed: 'no' | 'ruler' | 'text' = 'no';
  private boxText = '';
  /** The bare verdict that the line just before was. */
  private lastBare = false;

  /** Reads a line of a program's output; true where it is a result. */
  read(body: string, line: number): boolean {
    this.lastBare = false;
    if (body.length > 500 || this.box(body)) return false;
    if (!mayBeResult(body) || body.startsWith('[RUN]')) {
      this.heading(body);
      return false;
    }
    const bare = BARE.exec(body);
    if (bare) return this.bare(bare[1] ?? bare[2]!, line);
    for (const form of FORMS) {
      const { name: written, word } = form.exec(body)?.groups ?? {};
      if (written === undefined || word === undefined) continue;
      const name = cleanName(written);
      if (name === '' || SUMMARY.test(name)) return false;
      this.keep([...this.around(), name], word, line);
      return true;
    }
    this.heading(body);
    return false;
  }

  /** An empty line ends a box that had no lower edge. */
  blank(): void {
    if (this.boxed === 'text') this.name(1, this.boxText);
    this.boxed = 'no';
  }

  /** The program prints TAP: its own forms are diagnostics there. */
  sawTap(): void {
    this.tap = true;
    // mm/run_vmtests.sh says it twice: `[PASS]`, `ok 3 name`.
    if (this.lastBare) this.held.pop();
    this.lastBare = false;
  }

  /** Gives the results of the program that ends here, and forgets all. */
  take(): readonly Pending[] {
    const results = this.tap ? this.held.filter((r) => r.bare) : this.held;
    this.reset();
    return results.map(({ path, outcome, line }) => ({ path, outcome, line }));
  }

  reset(): void {
    this.held = [];
    this.headings = [];
    this.headingUsed = true;
    this.tap = false;
    this.boxed = 'no';
    this.lastBare = false;
  }

  private box(body: string): boolean {
    const before = this.boxed;
    if (FIRST_OF_RULER[body.charCodeAt(0)] === 1 && RULER.test(body)) {
      if (before === 'text') this.name(0, this.boxText);
      this.boxed = before === 'text' ? 'no' : 'ruler';
      return true;
    }
    this.boxed = 'no';
    if (before !== 'ruler' || mayBeResult(body)) return false;
    this.boxed = 'text';
    this.boxText = headingOf(body)?.[0] ?? body;
    return true;
  }

  private heading(body: string): void {
    const found = headingOf(body);
    if (found) this.name(found[1], found[0]);
  }

  private name(level: number, text: string): void {
    this.headings[level] = cleanName(text);
    this.headings.length = level + 1;
    this.headingUsed = false;
  }

  private around(): readonly string[] {
    return this.headings.filter((h): h is string => h !== undefined && h !== '');
  }

  private bare(word: string, line: number): boolean {
    const path = this.around();
    if (path.length === 0 || this.headingUsed) return false;
    this.headingUsed = true;
    this.keep(path, word, line, true);
    this.lastBare = true;
    return true;
  }

  private keep(path: readonly string[], word: string, line: number, bare = false): void {
    if (this.held.length >= MAX_HELD) return;
    this.held.push({ path, outcome: WORDS[word.toLowerCase()] ?? 'unknown', line, bare });
  }
}

function mayBeResult(body: string): boolean {
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

function headingOf(body: string): readonly [string, number] | null {
  if (FIRST_OF_HEADING[body.charCodeAt(0)] !== 1) return null;
  for (const [form, level] of HEADINGS) {
    const found = form.exec(body);
    if (found) return [found[1]!, level];
  }
  return null;
}

/** Takes out what differs from run to run, and words that are no part of a name. */
function cleanName(text: string): string {
  return text
    .replace(/^(?:TEST|Test case):\s*/, '')
    .replace(/ - run #(\d+)$/, '.$1')
    .replace(/\b(ns\d+)-[A-Za-z0-9]{6,}\b/g, '$1')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b\s*/g, '')
    .replace(/\(duration\s*\d+ms\)/, '')
    .replace(/\s+/g, ' ')
    .replace(/[\s.:]+$/, '')
    .replace(/(?:^|\s)test$/, (word) => (/^\S+ test$/.test(text.trim()) ? '' : word))
    .trim();
}
