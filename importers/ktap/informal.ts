import {
  bareWordOf,
  cleanName,
  formOf,
  headingOf,
  isRuler,
  isSummary,
  mayBeResult,
  WORDS,
} from './informal-forms.ts';
import type { Pending } from './tree.ts';

const NOTHING: readonly Pending[] = [];
/** The most results in a form of its own that are kept of one program. */
const MAX_HELD = 20_000;
/** No such line is longer. */
const LONGEST = 500;
/** x86 and vDSO: `[OK]\tSurvived with TF set and 14 traps`. */
const SAYS_HOW = /^\[(?:OK|PASS|FAIL|SKIP)\]\s/;

/**
 * Results that a program prints in a form of its own, without TAP. They count only if the program prints no TAP: otherwise they are
 * diagnostics. The forms were learned from the programs; intel's lkp-tests (programs/kselftests/parse) reads the same.
 */
export class InformalResults {
  private held: (Pending & { readonly bare: boolean })[] = [];
  /** How many results are left out, and the line of the first. */
  private untold = 0;
  private untoldFrom = 0;
  private headings: (string | undefined)[] = [];
  private headingUsed = true;
  private tap = false;
  private boxed: 'no' | 'ruler' | 'text' = 'no';
  /** The text in the box; null where it is a heading by itself. */
  private boxText: string | null = null;
  /** The verdict in the previous line, if it was nothing else. */
  private lastBare = false;
  /** The previous line, if it may be an underlined heading: an empty line came before it. */
  private underlined: string | null = null;
  private afterBlank = true;
  /** The previous line, if it was no result: `no GRO     some noise` has its verdict in the next line. */
  private noise: string | null = null;
  /** Whether the heading is a `[RUN]` of a program of x86: the text of the `[OK]` after it varies. */
  private underRun = false;
  /** The test that the harness of kselftest has announced: its line for a skipped test has no name. */
  running: string | null = null;

  /** Reads a line of a program's output; true where it is a result. */
  read(body: string, line: number): boolean {
    const { underlined, noise } = this;
    const afterBlank = this.afterBlank;
    this.lastBare = false;
    this.underlined = null;
    this.noise = null;
    this.afterBlank = false;
    if (body.length > LONGEST || this.box(body, underlined)) return false;
    if (!mayBeResult(body) || body.startsWith('[RUN]')) {
      this.heading(body);
      if (afterBlank) this.underlined = body;
      this.noise = body;
      return false;
    }
    const bare = bareWordOf(body);
    if (bare !== null) return this.bare(bare, line, noise === null ? null : columnOf(noise));
    const form = formOf(body);
    if (form === null) {
      this.heading(body);
      return false;
    }
    const name = cleanName(form.name);
    if (name === '') return false;
    if (this.underRun && SAYS_HOW.test(body)) {
      this.keep(this.around(), form.word, line, { reason: name });
      return true;
    }
    if (isSummary(name)) return false;
    this.keep([...this.around(), name], form.word, line);
    return true;
  }

  /** An empty line ends a box that had no lower edge. */
  blank(): void {
    if (this.boxed === 'text' && this.boxText !== null) this.name(1, this.boxText);
    this.boxed = 'no';
    this.afterBlank = true;
    this.underlined = null;
  }

  /** The program prints TAP: its own forms are diagnostics there. */
  sawTap(): void {
    this.tap = true;
    // mm/run_vmtests.sh says it twice: `[PASS]`, `ok 3 name`.
    if (this.lastBare) this.held.pop();
    this.lastBare = false;
    this.running = null;
  }

  /** Gives the results of the program that ends here, and resets. */
  take(): readonly Pending[] {
    if (this.held.length === 0 && this.untold === 0) {
      this.reset();
      return NOTHING;
    }
    const results: Pending[] = this.tap ? this.held.filter((r) => r.bare) : this.held;
    // Where it prints TAP, they are diagnostics.
    if (this.untold > 0 && !this.tap)
      results.push({
        path: ['more'],
        outcome: 'unknown',
        line: this.untoldFrom,
        reason: `${this.untold} more lines with results are left out`,
      });
    this.reset();
    return results.map(({ path, outcome, line, reason }) => ({
      path,
      outcome,
      line,
      ...(reason === undefined ? {} : { reason }),
    }));
  }

  reset(): void {
    if (this.held.length > 0) this.held = [];
    this.untold = 0;
    this.untoldFrom = 0;
    if (this.headings.length > 0) this.headings = [];
    this.headingUsed = true;
    this.tap = false;
    this.boxed = 'no';
    this.lastBare = false;
    this.underlined = null;
    this.afterBlank = true;
    this.noise = null;
    this.underRun = false;
    this.running = null;
  }

  private box(body: string, underlined: string | null): boolean {
    const before = this.boxed;
    if (isRuler(body)) {
      if (before === 'text') {
        if (this.boxText !== null) this.name(0, this.boxText);
      } else if (underlined !== null) {
        this.name(0, underlined);
        return true;
      }
      this.boxed = before === 'text' ? 'no' : 'ruler';
      return true;
    }
    this.boxed = 'no';
    if (before !== 'ruler' || mayBeResult(body)) return false;
    this.boxed = 'text';
    this.boxText = this.heading(body) ? null : body;
    return true;
  }

  private heading(body: string): boolean {
    const found = headingOf(body);
    if (!found) return false;
    this.name(found[1], found[0]);
    this.underRun = body.startsWith('[RUN]');
    this.running = /^RUN {2,}(\S+) \.\.\.$/.exec(body)?.[1] ?? null;
    return true;
  }

  private name(level: number, text: string): void {
    this.headings[level] = cleanName(text);
    this.headings.length = level + 1;
    this.headingUsed = false;
    this.underRun = false;
  }

  private around(): readonly string[] {
    return this.headings.filter((h): h is string => h !== undefined && h !== '');
  }

  private bare(word: string, line: number, column: string | null): boolean {
    const path = this.around();
    if (column !== null) {
      this.keep([...path, cleanName(column)], word, line);
      return true;
    }
    if (path.length === 0 || this.headingUsed) return false;
    this.headingUsed = true;
    this.keep(path, word, line, { bare: true });
    this.lastBare = true;
    return true;
  }

  private keep(
    path: readonly string[],
    word: string,
    line: number,
    { bare = false, reason }: { readonly bare?: boolean; readonly reason?: string } = {},
  ): void {
    if (this.held.length >= MAX_HELD) {
      this.untold++;
      this.untoldFrom ||= line;
      return;
    }
    const outcome = WORDS[word.toLowerCase()] ?? 'unknown';
    this.held.push({ path, outcome, line, bare, ...(reason === undefined ? {} : { reason }) });
  }
}

/** The first of several columns that are separated by many blanks. */
function columnOf(body: string): string | null {
  if (!body.includes('    ')) return null;
  return /^(\S.*?) {4,}\S/.exec(body)?.[1] ?? null;
}
