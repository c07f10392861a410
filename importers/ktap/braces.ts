/** A result whose subtests follow. */
export interface Braced {
  readonly level: number;
}

/** The subtests of node-tap: the result of the parent, `ok 1 - name {`, comes before them, and `}` after them. Holds such results until then. */
export class Braces<T extends Braced> {
  private readonly opened: T[] = [];
  private readonly emit: (braced: T) => void;

  constructor(emit: (braced: T) => void) {
    this.emit = emit;
  }

  open(braced: T): void {
    this.opened.push(braced);
  }

  /** Reads a line; true where it closes the innermost result. */
  closes(body: string, level: number): boolean {
    if (body !== '}' || this.opened.at(-1)?.level !== level) return false;
    this.closeFrom(level);
    return true;
  }

  /** Takes the results that are open at a level or deeper: another result at that level ends them, too. */
  closeFrom(level: number): void {
    for (let top = this.opened.at(-1); top !== undefined && top.level >= level; top = this.opened.at(-1)) {
      this.opened.pop();
      this.emit(top);
    }
  }
}
