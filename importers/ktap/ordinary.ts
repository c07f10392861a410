import { lettersIn } from './letters.ts';

/** First letters of what the rules for lines look for, anywhere and where no `# ` stands before the line. */
const FIRST_ANYWHERE = lettersIn('KT1BonON[');
const FIRST_AT_TOP = lettersIn('KT1BonON[LMDCIUORxsk-m');
/** What stands before and after `: ` inside a line that they look for: `selftests: `, `Subtest: `, `: ok 1`, `: not ok 1`. */
const BEFORE_COLON = lettersIn('st');
const AFTER_COLON = lettersIn('on');

/**
 * Tells output that none of the rules for lines is about, by a superset of what they look for: nearly every line of a
 * log. What make says while it builds is not told from it.
 */
export function isOrdinary(body: string, hashes: number): boolean {
  const first = body.charCodeAt(0);
  if ((hashes === 0 ? FIRST_AT_TOP : FIRST_ANYWHERE)[first] === 1) return false;
  for (let at = body.indexOf(': '); at !== -1; at = body.indexOf(': ', at + 2))
    if (BEFORE_COLON[body.charCodeAt(at - 1)] === 1 || AFTER_COLON[body.charCodeAt(at + 2)] === 1)
      return false;
  return true;
}
