import { lettersIn } from '../source/letters.ts';
import { BLANK, SMALL_N, SMALL_O, SMALL_S, SMALL_T } from '../source/characters.ts';

/** The first letters of lines that the rules match: in any line, and in a line without `# ` before it. */
const FIRST_ANYWHERE = lettersIn('KT1BonON[');
const FIRST_AT_TOP = lettersIn('KT1BonON[LMDCIUORxsk-m');

/**
 * A fast filter: tells whether no rule for lines can match a line, which holds for nearly every line of a log. The output of make is not
 * recognised here.
 */
export function isOrdinary(body: string, hashes: number): boolean {
  const first = body.charCodeAt(0);
  if ((hashes === 0 ? FIRST_AT_TOP : FIRST_ANYWHERE)[first] === 1) return false;
  // One letter is found in a third of the time of two.
  for (let at = body.indexOf(':'); at !== -1; at = body.indexOf(':', at + 1))
    if (body.charCodeAt(at + 1) === BLANK && (endsName(body, at) || beginsVerdict(body, at + 2)))
      return false;
  return true;
}

/** Whether `selftests` (or what is left of it in a line that was overwritten) or `Subtest` stands before the colon. */
function endsName(body: string, at: number): boolean {
  const last = body.charCodeAt(at - 1);
  return last === SMALL_S
    ? body.charCodeAt(at - 2) === SMALL_T
    : last === SMALL_T && body.startsWith('Subtest', at - 7);
}

/** Whether `ok` or `not ok` stands behind it. */
function beginsVerdict(body: string, at: number): boolean {
  const first = body.charCodeAt(at);
  return first === SMALL_O ? body.startsWith('ok', at) : first === SMALL_N && body.startsWith('not ok', at);
}
