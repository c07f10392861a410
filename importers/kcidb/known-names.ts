import { canonicalTestName } from '../../store/names/test-name.ts';

/** The most names that are remembered; labs run fewer tests on each board. */
const MOST = 4096;
/** Longer names are rare, and would let a hostile submission fill the memory. */
const LONGEST = 500;

const known = new Map<string, string>();

/** Gives the canonical name of a test, as `canonicalTestName` does, and remembers it: labs run the same tests on each board. */
export function nameOfPath(path: string): string {
  const before = known.get(path);
  if (before !== undefined) return before;
  const name = canonicalTestName(path);
  if (path.length > LONGEST) return name;
  if (known.size >= MOST) known.clear();
  known.set(path, name);
  return name;
}
