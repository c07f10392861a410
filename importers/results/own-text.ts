/** A text of its own: a piece of a longer one would keep all of that in memory, a line of a mebibyte for the name in it. */
export function ownText(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  return copy === text ? copy : Buffer.from(text, 'utf16le').toString('utf16le');
}

/** The first letters of a text, at most so many; what is cut off is not kept in memory. */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : ownText(text.slice(0, most));
}
