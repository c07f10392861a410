import { hash } from 'node:crypto';
import { HALF } from '../../store/half-characters.ts';
import { ownText } from './own-text.ts';

/** So many names are held as they are; hardly a run has more. */
const HELD_NAMES = 50_000;

/**
 * Counts how often each name came. Beyond the first tens of thousands a name is 12 bytes, of its digest and its count: as texts, the names of millions of
 * results in one run would fill the memory, and be walked through again and again by whoever collects its garbage.
 */
export class NameCounts {
  private readonly held = new Map<string, number>();
  private readonly rest = new DigestCounts();
  private readonly most: number;

  constructor(most = HELD_NAMES) {
    this.most = most;
  }

  /** Takes a name; gives how often it came, this time included. */
  add(name: string): number {
    const before = this.held.get(name);
    if (before === undefined && this.held.size >= this.most) return this.rest.add(name);
    const count = (before ?? 0) + 1;
    this.held.set(before === undefined ? ownText(name) : name, count);
    return count;
  }
}

/** What is digested of a name: UTF-8 has no halves of surrogate pairs, and would make one of all. */
function bytesOf(name: string): string | Buffer {
  return HALF.test(name) ? Buffer.from(name, 'utf16le') : name;
}

/** What a slot holds: 64 bits of SHA-256 and a count, which is 0 in an empty slot. */
const WORDS = 3;
const FIRST_SLOTS = 1 << 16;

/** Counts by digest: slots in one array, the next one where a slot is taken. */
class DigestCounts {
  private size = 0;
  private slots = 0;
  private table = new Uint32Array(0);

  add(name: string): number {
    if (this.size * 2 >= this.slots) this.grow();
    const digest = hash('sha256', bytesOf(name), 'buffer');
    const at = this.slotOf(digest.readUInt32LE(0), digest.readUInt32LE(4));
    if (this.table[at + 2] === 0) this.size++;
    return ++this.table[at + 2]!;
  }

  /** Finds the slot of a digest, or the one that it takes now. */
  private slotOf(high: number, low: number): number {
    const { table, slots } = this;
    for (let slot = high & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const at = slot * WORDS;
      if (table[at + 2] === 0) {
        table[at] = high;
        table[at + 1] = low;
        return at;
      }
      if (table[at] === high && table[at + 1] === low) return at;
    }
  }

  private grow(): void {
    const before = this.table;
    this.slots = Math.max(FIRST_SLOTS, this.slots * 2);
    this.table = new Uint32Array(this.slots * WORDS);
    for (let at = 0; at < before.length; at += WORDS)
      if (before[at + 2] !== 0) this.table[this.slotOf(before[at]!, before[at + 1]!) + 2] = before[at + 2]!;
  }
}
