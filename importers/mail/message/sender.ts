/** The part before the `@` (RFC 5322): letters, or anything at all between quotes, an `@` and blanks too. */
const LOCAL = String.raw`(?:"(?:[^"\\]|\\.){1,128}"|[^<>\s@"]{1,128})`;
const BRACKETED = new RegExp(String.raw`<(${LOCAL}@[^<>\s@]{1,255})>\s*$`);
/** Alone, or with a comment behind it: `user@host (A. Name)`. */
const BARE = new RegExp(String.raw`^\s*(${LOCAL}@[^<>\s@()]{1,255})\s*(?:\([^()]{0,255}\)\s*)?$`);

/** The address in a `From:` header, in small letters; where there is none, all that stands there. */
export function senderAddress(from: string): string {
  return (BRACKETED.exec(from)?.[1] ?? BARE.exec(from)?.[1] ?? from).toLowerCase();
}
