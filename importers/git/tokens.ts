import type { LF } from '../source/characters.ts';

/** Cuts a stream of bytes at a separator and decodes the pieces; what follows the last separator is a piece if it is not empty. */
export async function* tokens(
  chunks: AsyncIterable<Buffer>,
  separator: 0 | typeof LF,
  encoding: 'utf8' | 'latin1' = 'utf8',
): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(separator); at >= 0; at = chunk.indexOf(separator, from)) {
      const piece = chunk.subarray(from, at);
      from = at + 1;
      if (rest.length === 0) yield piece.toString(encoding);
      else {
        rest.push(piece);
        yield Buffer.concat(rest).toString(encoding);
        rest = [];
      }
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString(encoding);
}
