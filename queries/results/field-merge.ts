import { canonicalJson } from '../../store/canonical-json.ts';
import { kernelArch } from '../../store/names/arch-name.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';

/** What a field holds when its source has not said it yet. */
const NOT_SAID: ReadonlySet<unknown> = new Set([undefined, 'unknown', UNNAMED_TEST]);
/** What was cut from a log: a longer or another piece of it says nothing against the first. */
const EXCERPT = 'excerpt';

/**
 * Tells whether payloads of one object contradict each other: some field is said by two of them, and differently. A field
 * that only one of them says is a piece of the whole.
 */
export function contradict(payloads: readonly object[]): boolean {
  const said = new Map<string, string>();
  return payloads.some((payload) =>
    fieldsOf(payload, '').some(([path, text]) => {
      const before = said.get(path);
      said.set(path, text);
      return before !== undefined && before !== text;
    }),
  );
}

/** All fields with their values, those of objects inside one by one. */
function fieldsOf(value: object, path: string): readonly (readonly [path: string, text: string])[] {
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const at = `${path}/${name}`;
    if (NOT_SAID.has(child) || name === EXCERPT) return [];
    return typeof child === 'object' && child !== null
      ? fieldsOf(child, at)
      : [[at, name === 'arch' ? kernelArch(String(child)) : canonicalJson(child)] as const];
  });
}
