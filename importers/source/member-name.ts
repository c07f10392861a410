/**
 * Gives the name of a member of an archive as it is shown: without `..`, leading slashes and control characters, so
 * that it cannot pose as another place. Nothing is ever written under it.
 */
export function memberName(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/').replace(/[\u0000-\u001F\u007F]/g, '?') || '?';
}
