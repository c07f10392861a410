const MAX_CHARS = 2000;
/** What a single line may take of it. */
const MAX_LINE = 400;

/** Keeps the last lines, for the excerpt of a result that is not a pass. */
export class Excerpt {
  private readonly result = new Tail();
  private readonly program = new Tail();
  private following: { text: string } | null = null;
  /** Set when the runner has said that the program is not there. */
  notInstalled: string | undefined;

  add(text: string): void {
    if (text.includes('# Warning: file ')) {
      const missing = /# Warning: (file \S+ is (?:missing|not executable).*)/.exec(text);
      if (missing) this.notInstalled = missing[1]!.trim();
    }
    this.result.add(text);
    this.program.add(text);
  }

  /** Adds a line that belongs to the result before it: its YAML block. */
  addAfter(text: string): void {
    if (this.following && this.following.text.length + text.length < MAX_CHARS)
      this.following.text += `\n${text}`;
  }

  follow(excerpt: { text: string } | null): void {
    this.following = excerpt;
  }

  ofResult(line: string): string {
    const text = this.result.with(line);
    this.result.clear();
    this.program.add(line);
    return text;
  }

  ofProgram(line: string): string {
    this.result.clear();
    return this.program.with(line);
  }

  startProgram(): void {
    // `# timeout set to 45` stands before the header and belongs to it, but says nothing that a reader needs.
    this.clear();
  }

  endProgram(): void {
    this.clear();
  }

  clear(): void {
    this.result.clear();
    this.program.clear();
    this.notInstalled = undefined;
  }
}

/** The last lines that fit into an excerpt. */
class Tail {
  private lines: string[] = [];
  private chars = 0;

  add(line: string): void {
    const cut = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
    this.lines.push(cut);
    this.chars += cut.length + 1;
    // Cut in steps, so that a long log costs no array shift a line.
    if (this.chars > 4 * MAX_CHARS) this.trim(MAX_CHARS);
  }

  private trim(limit: number): void {
    let from = this.lines.length;
    let chars = 0;
    while (from > 0 && chars + this.lines[from - 1]!.length + 1 <= limit)
      chars += this.lines[--from]!.length + 1;
    this.lines = this.lines.slice(from);
    this.chars = chars;
  }

  with(line: string): string {
    this.trim(MAX_CHARS - Math.min(line.length, MAX_LINE) - 1);
    return [...this.lines, line.slice(0, MAX_LINE)].join('\n');
  }

  clear(): void {
    if (this.lines.length > 0) this.lines = [];
    this.chars = 0;
  }
}
