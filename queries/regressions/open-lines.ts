/** Gives the affected lines that no fix has reached, ended ones among them. */
export function openLines(
  fixes: readonly { readonly releases: Readonly<Record<string, string>> }[],
  affected: readonly { readonly line: string }[],
): readonly string[] {
  const lines = [...new Set(affected.map((s) => s.line))];
  return lines.filter(
    (line) => !fixes.some((f) => !['pending', 'never', undefined].includes(f.releases[line])),
  );
}
