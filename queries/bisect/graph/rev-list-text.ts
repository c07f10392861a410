import { BisectError } from './bisect-error.ts';
import { graphFromRecords, type VersionGraph, type VersionRecord } from './graph.ts';

const HASH = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * Reads the lines of `git rev-list --parents [--timestamp]` (any order; `--topo-order` is usual): an optional
 * committer date in seconds, the commit, its parents. Boundary marks (`-`, `<`, `>`, `^`) are taken off; empty
 * lines count for nothing. Throws a `BisectError` with the line number for anything else.
 */
export function graphFromRevList(lines: Iterable<string>): VersionGraph {
  const records: VersionRecord[] = [];
  let lineNumber = 0;
  for (const raw of lines) {
    lineNumber++;
    const words = raw.trim().split(/\s+/);
    if (words[0] === '') continue;
    // No hash is as short as a date, so the two cannot be taken for one another.
    const date = /^\d{1,12}$/.test(words[0]!) ? Number(words.shift()) : 0;
    const hashes = words.map((word) => word.replace(/^[-<>^]/, ''));
    const wrong = hashes.length === 0 ? '' : hashes.find((hash) => !HASH.test(hash));
    if (wrong !== undefined)
      throw new BisectError(
        'bad-line',
        `line ${lineNumber} of the commit list is not made of commit hashes: ${raw}`,
        {
          line: lineNumber,
          word: wrong,
        },
      );
    records.push({ name: hashes[0]!, parents: hashes.slice(1), committedAtS: date });
  }
  return graphFromRecords(records);
}
