/** A result whose subtests follow. */
export interface Braced {
  readonly level: number;
}

/** node-tap's subtests: `ok 1 - name {` comes before what it sums up, `}` after it. Keeps such results until they are over. */
export class Braces<T extends Braced> {
  private readonly opened: T[] = [];
  private readonly emit: (braced: T) => void;

  constructor(emit: (braced: T) => void) {
    this.emit = emit;
  }

  open(braced: T): void {
    this.opened.push(braced);
  }

  /** Reads a line; true where it closes the last one. */
  closes(body: string, level: number): boolean {
    if (body !== '}' || this.opened.at(-1)?.level !== level) return false;
    this.closeFrom(level);
    return true;
  }

  /** Gives what was opened at a level or deeper: another result there tells that it is over, too. */
  closeFrom(level: number): void {
    for (let top = this.opened.at(-1); top !== undefined && top.level >= level; top = this.opened.at(-1)) {
      this.opened.pop();
      this.emit(top);
    }
  }
}
