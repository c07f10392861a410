/**
 * The name of a file without its folder and its extension; null where it has another extension. Some runners write the name of a test
 * nowhere but into the name of its file.
 */
export function fileStem(name: string, extension: string): string | null {
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('!')) + 1);
  const end = `.${extension}`;
  return file.endsWith(end) && file.length > end.length ? file.slice(0, -end.length) : null;
}
