import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders whose code decides what an answer is. */
const FOLDERS = ['cli', 'queries', 'store'];
const ROOT = join(import.meta.dirname, '..');
/** Where the build notes what it made. */
const NOTE = join(ROOT, 'code-id');
/** Whoever compiles anew writes this file, too: a note that is older is of other code. */
const COMPILED = join(ROOT, 'cli', 'main.js');

let known: string | null | undefined;

/**
 * Names the code that answers: what other code worked out is not its word. The build has noted it; where nothing is noted, or the code is
 * younger, it is told from names, sizes and times of the files, which takes as long as most answers that are kept. Null where the
 * code does not lie in these folders.
 */
export function codeId(): string | null {
  known ??= notedId() ?? idOf(sizeAndTime);
  return known;
}

/** Notes what names the code, by all that it says: the last step of the build. */
export function noteCodeId(): void {
  const id = idOf((path) => readFileSync(path));
  if (id !== null) writeFileSync(NOTE, id);
}

function notedId(): string | null {
  try {
    return statSync(NOTE).mtimeMs >= statSync(COMPILED).mtimeMs ? readFileSync(NOTE, 'utf8') : null;
  } catch {
    return null;
  }
}

function sizeAndTime(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return `${size} ${mtimeMs}\n`;
}

/** @param says what tells a file from others of its name */
function idOf(says: (path: string) => string | Buffer): string | null {
  const digest = createHash('sha256');
  try {
    for (const folder of FOLDERS)
      for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).sort()) {
        if (!/\.[jt]s$/.test(name)) continue;
        digest.update(`${folder}/${name}\n`).update(says(join(ROOT, folder, name)));
      }
  } catch {
    return null;
  }
  return digest.digest('hex');
}
