/**
 * Tells where a text stops being JSON, from the error with which `JSON.parse` refused it. Of an unexpected token it says no
 * place: every beginning of the text that ends before it is refused for its end, every longer one for the token.
 */
export function offsetOfJsonError(text: string, says: string): number {
  const at = /position (\d+)/.exec(says);
  if (at) return Number(at[1]);
  if (!isToken(says)) return text.length;
  let before = 0;
  let behind = text.length;
  while (behind - before > 1) {
    const middle = (before + behind) >>> 1;
    if (isToken(refusal(text.slice(0, middle)))) behind = middle;
    else before = middle;
  }
  return before;
}

function isToken(says: string): boolean {
  return says.startsWith('Unexpected token ');
}

/** What `JSON.parse` says against a text; empty where it is JSON. */
function refusal(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
