/** The most lines of a block, so that an unclosed one does not hide the rest of the log. */
const MOST_LINES = 500;

/** Recognises the blocks of YAML that TAP allows below a result: they are no output of a test. */
export class YamlBlock {
  private open: { readonly level: number; lines: number } | null = null;

  /** Whether a line belongs to a block; `resultLevel` is the level of the last result, negative where there is none. */
  holds(body: string, level: number, resultLevel: number): boolean {
    if (this.open === null) {
      if (body !== '---' || resultLevel < 0 || level <= resultLevel) return false;
      this.open = { level, lines: 0 };
      return true;
    }
    if (level < this.open.level || ++this.open.lines > MOST_LINES) {
      this.open = null;
      return false;
    }
    const ends = body === '...' || body.startsWith('... ');
    if (ends && level === this.open.level) this.open = null;
    return true;
  }

  reset(): void {
    this.open = null;
  }
}
