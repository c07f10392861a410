import { InputError } from '../../store/errors.ts';
import { TooLarge, Unreadable } from './decompress.ts';

/** Turns what went wrong with one file into a refusal of it. Mistakes of this program stay what they are. */
export function refusal(file: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const place = { file };
  if (error instanceof TooLarge) {
    const hint = 'unpack it and import its parts';
    return new InputError([{ severity: 'error', message: error.message, place, hint }]);
  }
  if (error instanceof Unreadable)
    return new InputError([{ severity: 'error', message: error.message, place }]);
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
  const messages: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'not allowed to read it',
    ENOSPC: 'there is no room to unpack it in the folder for temporary files (TMPDIR)',
    ELOOP: 'a link that leads to itself',
  };
  const message = messages[String(error.code)] ?? `cannot be read: ${error.message}`;
  return new InputError([{ severity: 'error', message, place }]);
}
