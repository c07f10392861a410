import type { Line } from '../importer.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import { parseYamlText } from '../results/yaml-text.ts';

/** An entry of LAVA's YAML: a line of a log, or a result. */
export interface Item {
  readonly line: number;
  readonly value: JsonObject;
}

/** What is no entry, with the reason. */
export interface BadItem {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** No entry is longer; what is, is damaged. */
const MOST_CHARS = 256 * 1024;
/** What is no JSON is short: text from a board comes as JSON, whatever it holds. */
const MOST_YAML_CHARS = 16 * 1024;
/** A file with more that is neither is none of LAVA's, and finding that out of each would take for ever. */
const MOST_FAILURES = 200;

/** How LAVA writes nearly every entry of a log; what a line of this form says needs no parser. */
const PLAIN = /^- \{"dt": "([\d:T.-]{10,40})", "lvl": "([a-z]{1,12})", "msg": "([^"\\\u0000-\u001f]*)"\}$/;

/**
 * Splits a YAML list into its entries, one at a time, so that a file of any size is read in bounded memory. LAVA writes
 * an entry of a log as a line of JSON, nearly always: it is read as that first, and by a library for YAML only where
 * that fails (`"size": ! "12927667"`, entries over several lines).
 */
export class ItemReader {
  private held: string[] = [];
  private chars = 0;
  private from = 0;
  private failures = 0;

  /** Takes a line; gives the entry before it when the line begins another. */
  read({ number, text }: Pick<Line, 'number' | 'text'>): Item | BadItem | null {
    if (text === '---' || text === '...' || (this.held.length === 0 && text.trim() === '')) return null;
    const done = text.startsWith('- ') || text === '-' ? this.finish() : null;
    if (this.held.length === 0) this.from = number;
    if (this.chars <= MOST_CHARS) {
      this.held.push(text);
      this.chars += text.length + 1;
    }
    return done;
  }

  /** Gives the last entry. */
  finish(): Item | BadItem | null {
    if (this.held.length === 0) return null;
    const { held, from: line, chars } = this;
    this.held = [];
    this.chars = 0;
    const text = held.join('\n');
    if (chars > MOST_CHARS) return { line, reason: 'longer than any entry of LAVA', text };
    try {
      const value = held.length === 1 ? this.entryOf(held[0]!) : this.fromYaml(text);
      return isObject(value) ? { line, value } : { line, reason: 'no entry with fields', text };
    } catch (error) {
      this.failures++;
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      return { line, reason: `neither JSON nor YAML: ${why}`, text };
    }
  }

  private entryOf(line: string): unknown {
    const plain = PLAIN.exec(line);
    if (plain) return { dt: plain[1], lvl: plain[2], msg: plain[3] };
    try {
      return JSON.parse(line.slice(2));
    } catch {
      return this.fromYaml(line);
    }
  }

  private fromYaml(text: string): unknown {
    if (text.length > MOST_YAML_CHARS) throw new Error('too long for YAML');
    if (this.failures >= MOST_FAILURES) throw new Error('too many before it were neither');
    const list = parseYamlText(text);
    return Array.isArray(list) && list.length === 1 ? (list[0] as unknown) : list;
  }
}

/** Tells an entry from what is none. */
export function isItem(item: Item | BadItem): item is Item {
  return 'value' in item;
}
