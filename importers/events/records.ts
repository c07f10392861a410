import { LF } from '../source/characters.ts';

/** A run of 20,000 results is some 20 MB; a line that is longer than this is no event. */
const MOST_RECORD_BYTES = 128 * 1024 * 1024;

/** A line that is longer than any event. */
export class LongRecord extends Error {
  readonly line: number;

  constructor(line: number) {
    super(`the line is longer than ${MOST_RECORD_BYTES} bytes`);
    this.line = line;
  }
}

/**
 * Splits bytes into lines, whole: an event may be longer than any line of a log.
 *
 * @throws LongRecord for a line that is longer than memory should hold.
 */
export async function* records(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let number = 1;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      yield { number, text: Buffer.concat([...held, chunk.subarray(from, end)]).toString('utf8') };
      held = [];
      heldBytes = 0;
      from = end + 1;
      number++;
    }
    heldBytes += chunk.length - from;
    if (heldBytes > MOST_RECORD_BYTES) throw new LongRecord(number);
    // The source may use its buffer again for the next chunk.
    if (from < chunk.length) held.push(Buffer.from(chunk.subarray(from)));
  }
  if (heldBytes > 0) yield { number, text: Buffer.concat(held).toString('utf8') };
}
