import { isAscii } from 'node:buffer';
import { InputError } from '../../store/errors.ts';
import type { SourceEntry } from '../importer.ts';
import { asBuffer } from '../source/as-buffer.ts';
import { closedJson, type Cut } from './cut-json.ts';
import { offsetOfJsonError } from './json-error.ts';
import { MOST_HELD_BYTES } from './limits.ts';
import { holdsTooManyValues, MOST_VALUES } from './json-values.ts';

const CUT_IT = 'cut it into several files, each with a part of its records, and import them in any order';

/**
 * Reads a file whole, as UTF-8.
 *
 * @throws InputError for a file that is too large to be held.
 */
export async function wholeText(entry: SourceEntry): Promise<string> {
  if (entry.sizeBytes > MOST_HELD_BYTES)
    throw new InputError([
      {
        severity: 'error',
        message: `${entry.sizeBytes} bytes are more than a file of this format may have (${MOST_HELD_BYTES}): it is read whole`,
        place: { file: entry.name },
        hint: CUT_IT,
      },
    ]);
  const parts: Uint8Array[] = [];
  for await (const part of entry.bytes()) parts.push(part);
  const bytes = wholeOf(parts);
  // To be told that all of it is ASCII and to copy it takes half as long as to decode it.
  return bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
}

/** Most files come in one piece, which is as good as a copy. */
function wholeOf(parts: readonly Uint8Array[]): Buffer {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? asBuffer(only) : Buffer.concat(parts);
}

/**
 * Reads a file of JSON.
 *
 * @throws InputError with the line where it is no JSON.
 */
export async function wholeJson(entry: SourceEntry): Promise<unknown> {
  return parseJson(entry, await wholeText(entry));
}

/**
 * Reads JSON that was read as text.
 *
 * @throws InputError with the line where it is no JSON, or where it holds more values than memory has room for.
 */
export function parseJson(entry: SourceEntry, text: string): unknown {
  if (holdsTooManyValues(text))
    throw new InputError([
      {
        severity: 'error',
        message: `more than ${MOST_VALUES} values are more than a file of this format may have: it is read whole`,
        place: { file: entry.name },
        hint: CUT_IT,
      },
    ]);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = offsetOfJsonError(text, message);
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    throw new InputError([
      {
        severity: 'error',
        message: `no JSON: ${message}`,
        place: { file: entry.name, line, column: offset - before.lastIndexOf('\n') },
      },
    ]);
  }
}

/**
 * Reads JSON that was read as text; where it ends too early, as far as it is whole.
 *
 * @param depth how deep objects may lie open at the cut and still be taken as far as they go (see closedJson).
 * @throws InputError with the line where it is wrong before it ends.
 */
export function jsonUpToCut(
  entry: SourceEntry,
  text: string,
  depth: number,
): { readonly value: unknown; readonly cut: Cut | null } {
  try {
    return { value: parseJson(entry, text), cut: null };
  } catch (error) {
    const closed = error instanceof InputError ? closedJson(text, depth) : null;
    if (closed === null || !(error instanceof InputError)) throw error;
    const { left, line } = closed;
    try {
      return { value: parseJson(entry, closed.text), cut: { left, line, error } };
    } catch {
      throw error;
    }
  }
}
