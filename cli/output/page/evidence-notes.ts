import { note, type Block, type Inline } from './page.ts';
import { shortIds } from './inline-words.ts';

/** Notes for grids, whose cells have no room for ids: what several cells rest on is listed once, and each leads to it. */
export class EvidenceNotes {
  private readonly notes: (readonly Inline[])[] = [];
  private readonly numbers = new Map<string, number>();

  /** Gives the mark that leads to these events, with what is to be said of them; nothing where there are none. */
  mark(ids: readonly string[], says: string | null = null): readonly Inline[] {
    if (ids.length === 0 && says === null) return [];
    const key = JSON.stringify([says, ids]);
    let number = this.numbers.get(key);
    if (number === undefined) {
      this.notes.push(says === null ? shortIds(ids, MOST) : [`${says} (`, ...shortIds(ids, MOST), ')']);
      number = this.notes.length;
      this.numbers.set(key, number);
    }
    return [' ', note(number)];
  }

  /** The list of what the marks lead to. */
  blocks(): readonly Block[] {
    return this.notes.length === 0 ? [] : [{ kind: 'notes', notes: this.notes }];
  }
}

/** Of long lists the first ones are told, and how many more there are. */
const MOST = 6;
