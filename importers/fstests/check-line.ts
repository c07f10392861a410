import type { Outcome } from '../../store/events/observation.ts';

/** A test as `check` names it: `generic/001`, `xfs/1234`, `btrfs/012-some-name`. */
const TEST = /^([a-z][a-z0-9_]{0,30}\/\d{3,4}(?:-[\w-]{1,80})?)(?=\s|$)/;
/** What `check -T` puts around a test. */
const CLOCK = /\[\d\d:\d\d:\d\d\]/g;
/** Why a test is left out that somebody told `check` to leave out: it does not count it. */
export const EXPUNGED = 'expunged';
const SECONDS = /^(\d{1,9})s$/;
/** What `check` writes of a test that failed, on its line or below. */
const FAILED =
  /^(?:\[dumped core\] ?)?(?:\[failed, exit status (\d{1,9})\] ?)?(?:- (?:output mismatch|no qualified output|failed)|_check_\w{1,40}:? |Trying to repair broken )/;
const EXIT = /^(?:\[dumped core\] ?)?\[failed, exit status (\d{1,9})\]/;

/** What a line says of the test that it names, or that was named before. */
export interface Said {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
}

/** The test that a line names, and what stands behind it; null for nearly all lines. */
export function testOn(text: string): { readonly id: string; readonly rest: string } | null {
  const id = TEST.exec(text)?.[1];
  if (id === undefined) return null;
  const rest = text.slice(id.length);
  // What is not there was not run, and what was run several times (-L) was told each time.
  return /^ (?:- unknown test|aggregate results across )/.test(rest) ? null : { id, rest };
}

/** Tells whether a word is a test, and no pattern or option. */
export function isTest(word: string): boolean {
  return TEST.exec(word)?.[1]?.length === word.length;
}

/**
 * Reads what stands behind the name of a test, or on a line of its own below it; null where that is no verdict. Sources: xfstests' `check`
 * (run_section, _expunge_test) and _dump_err of common/rc.
 */
export function verdictIn(written: string): Said | null {
  const text = written.replace(CLOCK, '').trim();
  const said = withoutLastTime(text);
  if (said === '') return null;
  const skipped = /^\[not run\]\s*(.*)$/.exec(said)?.[1];
  if (skipped !== undefined) return { outcome: 'skip', ...(skipped === '' ? {} : { reason: skipped }) };
  if (said.startsWith('[expunged]')) return { outcome: 'skip', reason: EXPUNGED };
  if (said.startsWith('- no such test?')) return { outcome: 'error', reason: 'there is no such test' };
  if (FAILED.test(said) || EXIT.test(said) || said.startsWith('[dumped core]')) {
    const exitCode = EXIT.exec(said)?.[1];
    return {
      outcome: 'fail',
      reason: withoutPlaces(said),
      ...(exitCode === undefined ? {} : { exitCode: Number(exitCode) }),
    };
  }
  const seconds = SECONDS.exec(said)?.[1];
  return seconds === undefined ? null : { outcome: 'pass', durationMs: Number(seconds) * 1000 };
}

/** How long it took when it last passed: `5s ... `. */
function withoutLastTime(text: string): string {
  return text.replace(/^\d{1,9}s \.\.\.(?:\s+|$)/, '');
}

/** Where the tests keep their files differs from machine to machine. */
function withoutPlaces(text: string): string {
  return text
    .replace(/ ?\(see [^)]{0,500}\)/g, '')
    .replace(/^- /, '')
    .replace(/\] ?- /, '], ')
    .trim();
}
