import type { Result } from '../../store/events/observation.ts';
import { sha256 } from '../../store/identity.ts';

/** More characters than these are told by a digest. */
const MOST_SPELLED = 4;

/**
 * Tells tests of one run apart whose names differ in nothing but characters that a canonical name does not have: `parse (a)` and `parse [a]`,
 * `a -> b` and `a <- b`. As one test they would be flaky as soon as one of them failed, and that would be no regression. All that share a name
 * get those characters behind it (`parse_a_x28_x29`), whatever order they came in; a run that has only one of them leaves its name alone.
 */
export function tellApart(results: readonly Result[]): void {
  const repeated = new Set(results.flatMap((r) => (r.occurrence === undefined ? [] : [r.test])));
  if (repeated.size === 0) return;
  const spellings = new Map<string, Map<string, Result[]>>();
  for (const result of results) {
    if (!repeated.has(result.test)) continue;
    const odd = oddCharacters(result.raw ?? result.test);
    const ofName = spellings.get(result.test) ?? new Map<string, Result[]>();
    spellings.set(result.test, ofName);
    const alike = ofName.get(odd) ?? [];
    ofName.set(odd, alike);
    alike.push(result);
  }
  for (const ofName of spellings.values()) {
    if (ofName.size === 1) continue;
    for (const [odd, alike] of ofName)
      alike.forEach((result, index) => {
        result.test += odd;
        if (index > 0) result.occurrence = index + 1;
        else delete result.occurrence;
      });
  }
}

/** What of a name is in no canonical one, as the end of a segment: empty where it is nothing but blanks and dots. */
function oddCharacters(name: string): string {
  const odd = name.match(/[^\w\s.+-]/gu) ?? [];
  if (odd.length > MOST_SPELLED) return `_x${sha256(odd.join('')).slice(0, 8)}`;
  return odd.map((character) => `_x${character.codePointAt(0)!.toString(16)}`).join('');
}
