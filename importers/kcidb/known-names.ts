import { canonicalTestName } from '../../store/names/test-name.ts';

/** So many names are known at once: of the tests that labs run on every board there are fewer. */
const MOST = 4096;
/** Longer ones are rare, and would let a hostile submission fill the memory. */
const LONGEST = 500;

const known = new Map<string, string>();

/** Gives the canonical name of a test, as `canonicalTestName` does. Labs run the same tests on each board, submission by submission. */
export function nameOfPath(path: string): string {
  const before = known.get(path);
  if (before !== undefined) return before;
  const name = canonicalTestName(path);
  if (path.length > LONGEST) return name;
  if (known.size >= MOST) known.clear();
  known.set(path, name);
  return name;
}
