import { readdirSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../store/errors.ts';
import { refusal } from './refusal.ts';

/** A file that was found, or why there is none at a path. */
export type FoundFile =
  | { readonly path: string; readonly isPipe: boolean; readonly error?: undefined }
  | { readonly path: string; readonly error: InputError };

/**
 * Finds the files under a path: itself, or all in the folder and its folders, sorted, without hidden ones. Links are
 * followed; a folder is entered once, however many lead to it. Pipes and devices count only where the user names them.
 */
export function* filesOf(path: string): Generator<FoundFile> {
  let found: Stats;
  try {
    found = statSync(path);
  } catch (error) {
    yield { path, error: refusal(path, error) };
    return;
  }
  if (found.isDirectory()) yield* filesIn(path, found, new Set());
  else if (found.isFile()) yield { path, isPipe: false };
  else if (found.isFIFO()) yield { path, isPipe: true };
  else {
    const message = 'a device or a socket, and no file';
    const hint = 'pipe what it gives to standard input and name that: -';
    yield { path, error: new InputError([{ severity: 'error', message, place: { file: path }, hint }]) };
  }
}

function* filesIn(folder: string, self: Stats, entered: Set<string>): Generator<FoundFile> {
  const id = `${self.dev}:${self.ino}`;
  if (entered.has(id)) return;
  entered.add(id);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    yield { path: folder, error: refusal(folder, error) };
    return;
  }
  names.sort((a, b) => (a < b ? -1 : 1));
  for (const name of names) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    try {
      const child = statSync(path);
      if (child.isDirectory()) yield* filesIn(path, child, entered);
      else if (child.isFile()) yield { path, isPipe: false };
    } catch (error) {
      yield { path, error: refusal(path, error) };
    }
  }
}
