import type { SourceEntry } from '../importer.ts';
import { hasBootLoader } from './boot-loader.ts';

/**
 * Tells what may be the console of a board by how it begins. Firmware and kernel can say more than the head of a file
 * holds: which tests ran, only the whole file shows.
 */
export function mayBeConsole(head: string): boolean {
  // A script that prints signals or results is no console that shows some.
  if (/^\s*[[{<]\s*["{?!]|^#!/.test(head) || /^(?:From \S|[A-Z][\w-]+: .*\n[A-Z][\w-]+: )/.test(head))
    return false;
  return (
    head.includes('LAVA_') ||
    head.includes('lava-') ||
    /^(?:<\d+>)?\[ *\d+\.\d{3,}\] /m.test(head) ||
    /\bLinux version \d/.test(head) ||
    hasBootLoader(head)
  );
}

/** Looks for some bytes in a file of any size. */
export async function holds(entry: SourceEntry, text: string): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const chunk of entry.bytes()) {
    const bytes = Buffer.concat([tail, chunk]);
    if (bytes.includes(text)) return true;
    tail = bytes.subarray(Math.max(0, bytes.length - text.length));
  }
  return false;
}

/** Looks for a line in a file of any size. */
export async function holdsLine(entry: SourceEntry, isIt: (text: string) => boolean): Promise<boolean> {
  for await (const page of entry.lines().pages()) for (const { text } of page) if (isIt(text)) return true;
  return false;
}
