import type { Regression } from './regression.ts';

/** Gives the affected lines that no fix has ended, ended ones among them: a line that goes on to be bad is open whatever was merged there. */
export function openLines({ fixes, affected }: Pick<Regression, 'fixes' | 'affected'>): readonly string[] {
  const lines = [...new Set(affected.map((s) => s.line))];
  return lines.filter(
    (line) =>
      affected.some((s) => s.line === line && s.to === null) ||
      !fixes.some((f) => !['pending', 'never', undefined].includes(f.releases[line])),
  );
}
