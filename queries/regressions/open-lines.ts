import type { Regression } from './regression.ts';

/** Gives the affected lines that no fix has ended, and in which tests do not pass again, ended ones among them: a line that goes on to be bad is open whatever was merged there. */
export function openLines({
  fixes,
  affected,
  passesAgain = {},
}: Pick<Regression, 'fixes' | 'affected' | 'passesAgain'>): readonly string[] {
  const lines = [...new Set(affected.map((s) => s.line))];
  return lines.filter(
    (line) =>
      affected.some((s) => s.line === line && s.to === null) ||
      (!Object.hasOwn(passesAgain, line) &&
        !fixes.some((f) => !['pending', 'never', undefined].includes(f.releases[line]))),
  );
}
