import type { Outcome } from '../../store/events/observation.ts';

/** The words of kunit.py (tools/testing/kunit/kunit_parser.py); that no test ran is a miss, whatever a suite is made of. */
const OUTCOME: Readonly<Record<string, Outcome>> = {
  PASSED: 'pass',
  FAILED: 'fail',
  SKIPPED: 'skip',
  CRASHED: 'error',
  'TIMED OUT': 'timeout',
  'NO TESTS RUN': 'miss',
};

/** A line that kunit.py prints of its tests. */
export type KunitLine =
  | { readonly kind: 'begins'; readonly name: string; readonly planned: number | null }
  | { readonly kind: 'ends'; readonly name: string; readonly outcome: Outcome }
  /** A suite as kunit.py of before v5.16 told it: first how it ended, then its cases. */
  | { readonly kind: 'heads'; readonly name: string; readonly outcome: Outcome }
  | { readonly kind: 'result'; readonly name: string; readonly outcome: Outcome };

const STATUS = /^\[(PASSED|FAILED|SKIPPED|CRASHED|TIMED OUT|NO TESTS RUN)\](?: (.*))?$/s;
/** A line between equals signs is made about 60 wide, and has three of them on a side at least. */
const WIDTH = 58;
/** In the older form there are eight on each side, whatever stands between. */
const HEADS = /^={8} (\[[A-Z ]{1,20}\] .*) ={8}$/s;
/** The last line, or the last but one. */
const COMPLETE = /^Testing complete\. (?:Ran )?\d+ tests/;

/** Takes off the time before a line, and what a message that quotes the output puts there. */
export function bare(text: string): string {
  return text
    .trim()
    .replace(/^\[\d\d:\d\d:\d\d\] ?/, '')
    .trim();
}

/**
 * Reads `== name (3 subtests) ==`, `== [PASSED] name ==`, `[PASSED] name`; null for other lines. What has eight equals signs on each side
 * may be of either form: where such a suite is open, it ends it.
 *
 * @param line without the time before it
 */
export function kunitLine(line: string): KunitLine | null {
  if (line.startsWith('[')) {
    const told = STATUS.exec(line);
    return told ? { kind: 'result', name: (told[2] ?? '').trim(), outcome: OUTCOME[told[1]!]! } : null;
  }
  const heads = STATUS.exec(HEADS.exec(line)?.[1] ?? '');
  if (heads) return { kind: 'heads', name: (heads[2] ?? '').trim(), outcome: OUTCOME[heads[1]!]! };
  if (line.length < WIDTH || (!line.startsWith('=== ') && !line.startsWith('====')) || !line.endsWith('==='))
    return null;
  const inner = between(line);
  if (inner === '') return null;
  const told = STATUS.exec(inner);
  if (told) return { kind: 'ends', name: (told[2] ?? '').trim(), outcome: OUTCOME[told[1]!]! };
  const [, name, planned] = /^(?:(.*) )?\((\d{1,9}) subtests?\)$/s.exec(inner) ?? [];
  return planned === undefined
    ? { kind: 'begins', name: inner, planned: null }
    : { kind: 'begins', name: (name ?? '').trim(), planned: Number(planned) };
}

/** Whether a line draws the border of the output: below it no suite of the older form goes on. */
export function isBorder(line: string): boolean {
  return /^={60}$/.test(line);
}

/** Whether a line says that the output is kunit.py's, and over. */
export function isComplete(line: string): boolean {
  return COMPLETE.test(line);
}

/** What stands between the equals signs; empty where blanks do not part them from it. */
function between(line: string): string {
  let from = 0;
  let to = line.length;
  while (from < to && line[from] === '=') from++;
  while (to > from && line[to - 1] === '=') to--;
  return line[from] === ' ' && line[to - 1] === ' ' ? line.slice(from, to).trim() : '';
}
