import { LONGEST_EXCERPT } from '../results/limits.ts';

/** The longest part of a single line in an excerpt. */
const MAX_LINE = 400;
/** LKFT's logs of 2019 and 2020 lost the colon. */
const WARNING = /# Warning:? (file \S+ is (?:missing|not executable).*)/;

/** Keeps the last lines of output, for the excerpt of a result that is not a pass. */
export class Excerpt {
  /** The lines since the program began; those of the result that comes next are its last ones. */
  private lines: string[] = [];
  private chars = 0;
  private resultFrom = 0;
  private following: { text: string } | null = null;
  /** Set when the runner has said that the program is not there. */
  notInstalled: string | undefined;

  add(text: string): void {
    if (text.includes('W') && text.includes('# Warning')) {
      const missing = WARNING.exec(text);
      if (missing) this.notInstalled = missing[1]!.trim();
    }
    this.push(text);
  }

  /** Adds a line that belongs to the result before it: its YAML block. */
  addAfter(text: string): void {
    if (this.following && this.following.text.length + text.length < LONGEST_EXCERPT)
      this.following.text += `\n${text}`;
  }

  follow(excerpt: { text: string } | null): void {
    this.following = excerpt;
  }

  /** The lines since the previous result, with the line of this one. */
  ofResult(line: string): string {
    return this.with(line, this.resultFrom);
  }

  /** Notes that a result is complete: the following lines belong to the next. */
  endResult(line: string): void {
    this.push(line);
    this.resultFrom = this.lines.length;
  }

  ofProgram(line: string): string {
    this.resultFrom = this.lines.length;
    return this.with(line, 0);
  }

  startProgram(): void {
    // `# timeout set to 45` stands before the header and belongs to it, but says nothing that a reader needs.
    this.clear();
  }

  endProgram(): void {
    this.clear();
  }

  clear(): void {
    if (this.lines.length > 0) this.lines = [];
    this.chars = 0;
    this.resultFrom = 0;
    this.notInstalled = undefined;
  }

  private push(text: string): void {
    const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
    this.lines.push(cut);
    this.chars += cut.length + 1;
    // Shortened in steps, so that a long log does not shift the array for every line.
    if (this.chars > 4 * LONGEST_EXCERPT) this.trim();
  }

  /** Drops lines that do not fit into any excerpt any more. */
  private trim(): void {
    const from = this.firstWithin(LONGEST_EXCERPT, 0);
    this.lines = this.lines.slice(from);
    this.chars = this.lines.reduce((sum, line) => sum + line.length + 1, 0);
    this.resultFrom = Math.max(0, this.resultFrom - from);
  }

  private firstWithin(limit: number, lowest: number): number {
    let from = this.lines.length;
    let chars = 0;
    while (from > lowest && chars + this.lines[from - 1]!.length + 1 <= limit)
      chars += this.lines[--from]!.length + 1;
    return from;
  }

  private with(line: string, lowest: number): string {
    const from = this.firstWithin(LONGEST_EXCERPT - Math.min(line.length, MAX_LINE) - 1, lowest);
    return [...this.lines.slice(from), line.slice(0, MAX_LINE)].join('\n');
  }
}
