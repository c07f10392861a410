import type { Outcome } from '../../store/events/observation.ts';

/** What kirk prints behind the name of a test. */
const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  brok: 'error',
  broken: 'error',
  conf: 'skip',
  skip: 'skip',
  warn: 'fail',
  // These stand where the status would, like `Suite 'x' timed out after 60 seconds`.
  'timed out': 'timeout',
  'SUT not responding': 'timeout',
  'kernel panic': 'fail',
};

/** A test as kirk's terminal has it in one line. */
export interface KirkLine {
  readonly name: string;
  /** Null where tests run side by side and kirk forgets to print it. */
  readonly outcome: Outcome | null;
  readonly reason?: string;
  readonly durationMs: number;
}

const RESULT =
  /^(\S+)(?: \((\d+)\/\d+\))?: (?:(pass|fail|brok|broken|conf|skip|warn)?(?: \| tainted)?\s+\(([^()]*)\)|(timed out|SUT not responding|kernel panic|Suite '[^']*' timed out after [\d.]+ seconds))\s*$/;

/** Reads `NAME: STATUS | tainted  (1m 39s)`, `NAME (3/15):   (0.010s)`, `NAME: timed out`; null for any other line. */
export function kirkResult(line: string): KirkLine | null {
  const [, name, place, status, time, instead] = RESULT.exec(line) ?? [];
  if (name === undefined) return null;
  const word = instead ?? status;
  if (word === undefined && place === undefined) return null;
  return {
    name,
    outcome: word === undefined ? null : (OUTCOME[word] ?? 'timeout'),
    ...(instead === undefined ? {} : { reason: instead }),
    durationMs: milliseconds(time ?? ''),
  };
}

/** Reads `1m 39s`, `0.722s`, `1h 2m 3s`. */
export function milliseconds(text: string): number {
  const unit: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return Math.round(
    [...text.matchAll(/(?<![\d.])([\d.]+)\s*([hms])/g)].reduce(
      (sum, [, number, letter]) => sum + (Number(number) || 0) * unit[letter!]! * 1000,
      0,
    ),
  );
}
