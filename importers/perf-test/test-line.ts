import type { Outcome } from '../../store/events/observation.ts';

/** A line of `perf test`: a test or a part of one by its number, or a verdict that stands alone. */
export interface TestLine {
  /** Undefined for a verdict behind the output of a test (-v). */
  readonly number: string | undefined;
  readonly part: string | undefined;
  readonly name: string;
  readonly said: Said | null;
}

export interface Said {
  readonly outcome: Outcome;
  readonly reason?: string;
}

const NUMBER = /^ {0,8}(\d{1,4})(?:\.(\d{1,3}))?: (?=\S)/;
const VERDICT = /: ?(Ok|FAILED!|Skip)(?: \((.{0,500})\))?$/;
const UNSAID = /:(?: Running \(\d{1,4} active\))?$/;
/** No description of a test is so long. */
const LONGEST = 1000;

/** Reads a line of `perf test` (builtin-test.c); null where it is none. */
export function testOn(written: string): TestLine | null {
  if (written.length > LONGEST) return null;
  const text = written.trimEnd();
  const [begins = '', number, part] = NUMBER.exec(text) ?? [];
  const rest = text.slice(begins.length);
  const verdict = VERDICT.exec(rest);
  if (verdict) {
    const name = rest.slice(0, verdict.index).trim();
    return name === '' ? null : { number, part, name, said: saidBy(verdict[1]!, verdict[2]) };
  }
  const open = number === undefined ? null : UNSAID.exec(rest);
  const name = open === null ? '' : rest.slice(0, open.index).trim();
  return name === '' ? null : { number, part, name, said: null };
}

function saidBy(word: string, reason: string | undefined): Said {
  const outcome = word === 'Ok' ? 'pass' : word === 'Skip' ? 'skip' : 'fail';
  return reason === undefined || reason === '' ? { outcome } : { outcome, reason };
}
