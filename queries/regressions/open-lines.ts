import type { Fix, Regression } from './regression.ts';

/**
 * Gives the affected lines that no fix has ended, and in which tests do not pass again, ended ones among them: a line that goes on to be bad
 * is open whatever was merged there. Of fixes that are only stated, as for what a claim opened, nobody knows which suffices: it takes all.
 */
export function openLines({
  fixes,
  affected,
  passesAgain = {},
  announced,
  opened,
}: Pick<Regression, 'fixes' | 'affected' | 'passesAgain' | 'announced' | 'opened'>): readonly string[] {
  const isIn = ({ releases }: Fix, line: string) => !['pending', 'never', undefined].includes(releases[line]);
  const hasEach = (line: string) =>
    fixes.length > 0 && announced.every((a) => a.change === null) && fixes.every((f) => isIn(f, line));
  const lines = [...new Set(affected.map((s) => s.line))];
  return lines.filter(
    (line) =>
      affected.some((s) => s.line === line && s.to === null) ||
      (!Object.hasOwn(passesAgain, line) &&
        !(opened === 'claim' ? hasEach(line) : fixes.some((f) => isIn(f, line)))),
  );
}
