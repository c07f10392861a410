import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folders whose code decides what an answer is. */
const FOLDERS = ['cli', 'queries', 'store'];
const ROOT = join(import.meta.dirname, '..');

let known: string | null | undefined;

/**
 * Names the code that answers: what other code worked out is not its word. Told from names, sizes and times of the files: to read
 * them all takes longer than most answers. Null where the code does not lie in these folders.
 */
export function codeId(): string | null {
  known ??= read();
  return known;
}

function read(): string | null {
  const digest = createHash('sha256');
  try {
    for (const folder of FOLDERS)
      for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()) {
        if (!/\.[jt]s$/.test(name)) continue;
        const { size, mtimeMs } = statSync(join(ROOT, folder, name));
        digest.update(`${folder}/${name} ${size} ${mtimeMs}\n`);
      }
  } catch {
    return null;
  }
  return digest.digest('hex');
}
