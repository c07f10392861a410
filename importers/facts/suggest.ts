import { editDistance } from '../../store/names/edit-distance.ts';

/** Gives the hint `did you mean "x"?` for a misspelt word, or undefined when nothing is near. */
export function suggest(word: string, words: Iterable<string>): string | undefined {
  const reach = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = reach + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const d = editDistance(word, candidate);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  // An abbreviated hash is no misspelling, but its full form is what was meant.
  if (best === undefined && /^[0-9a-f]{7,39}$/.test(word)) {
    for (const candidate of words) if (candidate.startsWith(word)) best = candidate;
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}
