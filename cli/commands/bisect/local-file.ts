import { readFile, rename, writeFile } from 'node:fs/promises';
import { StoreError } from '../../../store/errors.ts';

/** Writes a file wholly or not at all. Of two processes that do so at once, either one's stands. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.new`;
  await writeFile(part, text);
  await rename(part, path);
}

/**
 * Reads what an earlier command kept for a session on this machine; null where there is nothing.
 *
 * @param without what becomes of the session when the file is removed
 * @throws StoreError for a file that cannot be read: what it says (where a checkout was lent from) is not to be passed over.
 */
export async function readLocal(path: string, without: string): Promise<object | null> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof kept === 'object' && kept !== null) return kept;
    throw new SyntaxError('it holds no object');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw new StoreError(
      'damaged',
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      `remove it: ${without}`,
      { cause: error },
    );
  }
}
