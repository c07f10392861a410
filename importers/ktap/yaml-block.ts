/** A block that is not closed must not swallow the log. */
const MOST_LINES = 500;

/** Follows the YAML that TAP lets stand below a result, deeper than it: it is no output of a test. */
export class YamlBlock {
  private open: { readonly level: number; lines: number } | null = null;

  /** Whether a line is of a block; `resultLevel` is where the last result stands, negative where there is none. */
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
