import iconv from 'iconv-lite';
import type { SourceEntry } from '../importer.ts';
import { asBuffer } from '../source/as-buffer.ts';

/**
 * Reads the letters of a report as its XML declaration says; as UTF-8 where it says nothing, or names what nobody knows.
 * UTF-16 has become UTF-8 before it comes here, whatever the declaration says.
 */
export function lettersOf({ head }: SourceEntry): (bytes: Uint8Array) => string {
  const start = Buffer.from(head.subarray(0, 200)).toString('latin1');
  const declared = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1] ?? 'utf-8';
  if (/^(?:utf|ucs|iso-10646)/i.test(declared) || !iconv.encodingExists(declared)) {
    const decoder = new TextDecoder('utf-8');
    return (bytes) => decoder.decode(bytes, { stream: true });
  }
  const decoder = iconv.getDecoder(declared);
  return (bytes) => decoder.write(asBuffer(bytes));
}
