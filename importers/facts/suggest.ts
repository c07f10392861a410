/** The number of letters to insert, delete or replace to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Gives the hint `did you mean "x"?` for a misspelt word, or undefined when nothing is near. */
export function suggest(word: string, words: Iterable<string>): string | undefined {
  const reach = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = reach + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const d = distance(word, candidate);
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  // An abbreviated hash is no misspelling, but its full form is what was meant.
  if (best === undefined && /^[0-9a-f]{7,39}$/.test(word)) {
    for (const candidate of words) if (candidate.startsWith(word)) best = candidate;
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}
