import type { Outcome } from '../../store/events/observation.ts';

/** The words of POSIX 1003.3, as DejaGnu, glibc and automake write them. `KFAIL` is a failure that a bug report explains. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  PASS: 'pass',
  FAIL: 'fail',
  XFAIL: 'xfail',
  KFAIL: 'xfail',
  XPASS: 'xpass',
  KPASS: 'xpass',
  // Nobody could tell whether it passed.
  UNRESOLVED: 'error',
  ERROR: 'error',
  UNSUPPORTED: 'skip',
  UNTESTED: 'skip',
  SKIP: 'skip',
};
const WORDS = Object.keys(OUTCOMES).join('|');
const RESULT = new RegExp(`^(${WORDS}): (\\S.*)$`);
/** All that a list of results has: glibc's tests.sum. */
export const ONE_OF_LIST = new RegExp(`^(?:${WORDS}): \\S+$`);
const ENDED = /^(?:original exit status (\d{1,9})|\w+ .{1,500} \(exit status: (\d{1,9})\))$/;

/** A result as it is written: its word, and the name behind it. */
export interface Written {
  readonly word: string;
  readonly name: string;
}

/** Reads a line with a result; null where it has none. */
export function resultOn(text: string): Written | null {
  const [, word, name] = RESULT.exec(text) ?? [];
  return word === undefined ? null : { word, name: name!.trim() };
}

/** The exit status that stands below a test; undefined on other lines. */
export function exitStatusOn(text: string): number | undefined {
  const [, glibc, automake] = ENDED.exec(text) ?? [];
  const code = glibc ?? automake;
  return code === undefined ? undefined : Number(code);
}
