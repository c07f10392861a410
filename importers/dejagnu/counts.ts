/** What DejaGnu calls its words in a summary. */
const DEJAGNU: Readonly<Record<string, string>> = {
  'expected passes': 'PASS',
  'unexpected failures': 'FAIL',
  'unexpected successes': 'XPASS',
  'expected failures': 'XFAIL',
  'known failures': 'KFAIL',
  'unknown successes': 'KPASS',
  'unresolved testcases': 'UNRESOLVED',
  'unsupported tests': 'UNSUPPORTED',
  'untested testcases': 'UNTESTED',
};
const BY_DEJAGNU = /^# of ([a-z]{1,12} [a-z]{1,12})\s{1,40}(\d{1,9})$/;
const BY_AUTOMAKE = /^# (PASS|SKIP|XFAIL|FAIL|XPASS|ERROR):\s{1,10}(\d{1,9})$/;
/** glibc lists what did not pass or fail as expected; of the others it gives the numbers alone. */
const BY_GLIBC = /^ {1,12}(\d{1,9}) (FAIL|UNSUPPORTED|XPASS|UNRESOLVED|ERROR)$/;

/** A count that a summary gives: of which word, and how many. */
export interface Count {
  readonly word: string;
  readonly count: number;
}

/** Reads a line of a summary; null where it counts nothing that is known. */
export function countOn(text: string): Count | null {
  const [, named, of] = BY_DEJAGNU.exec(text) ?? [];
  if (named !== undefined) {
    const word = DEJAGNU[named];
    return word === undefined ? null : { word, count: Number(of) };
  }
  const glibc = BY_GLIBC.exec(text);
  if (glibc) return { word: glibc[2]!, count: Number(glibc[1]) };
  const [, word, count] = BY_AUTOMAKE.exec(text) ?? [];
  return word === undefined ? null : { word, count: Number(count) };
}
