import { TooManyFiles, type OnDamage } from './decompress.ts';

/** One regular file in an archive. Its name is only shown; nothing is ever written under it. */
export interface Member {
  readonly name: string;
  /** What is wrong with it beforehand: the archive ends inside it. */
  readonly problems: readonly string[];
  /**
   * Reads the content. Damage ends it and is told.
   *
   * @throws Unreadable when the content is encrypted or packed in a way that is not supported
   */
  readonly read: (onDamage: OnDamage) => AsyncIterable<Uint8Array>;
}

/** A few compressed bytes can tell of millions of empty files, and archives in an archive of as many again. */
export const MAX_MEMBERS = 100_000;

/** @throws TooManyFiles when an archive, or all that lie in one, holds more files than anybody packs. */
export function checkMembers(members: { readonly length: number }, most = MAX_MEMBERS): void {
  if (members.length > most) throw new TooManyFiles(`more than ${most} files in one archive`);
}

/**
 * Gives the name of a member of an archive as it is shown: without `..`, leading slashes and control characters, so
 * that it cannot pose as another place.
 */
export function memberName(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/').replace(/[\u0000-\u001F\u007F]/g, '?') || '?';
}
