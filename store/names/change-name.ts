/** The first twelve digits of a commit, or the message-id as it is. */
export function shortChange(change: string): string {
  return /^[0-9a-f]{40}$/.test(change) ? change.slice(0, 12) : change;
}
