import { byName } from '../../store/by-name.ts';
import { byLine } from '../releases/stretches.ts';
import type { Model } from '../model/model.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { Failing, Passed } from './failing-tests.ts';
import type { FoundRegression } from './found-regression.ts';
import type { Regression } from './regression.ts';

/** Where tests that opened a regression pass again. */
export interface PassesAgain {
  /** By line: the release since which they pass wherever they failed. */
  readonly since: Readonly<Record<string, string>>;
  /** `ID#index` of the passes. */
  readonly evidence: readonly string[];
}

/**
 * Finds the lines in which a test passes again wherever it failed: on each architecture, and, of a test that came to both at one place, on
 * each machine. Nobody has to know the change that mended it. One pass of a flaky test mends nothing, and what is not tested any more goes on.
 */
export function passesAgain(
  { model, counted }: Verdicts,
  test: string,
  failures: readonly Failing[],
): PassesAgain {
  const since = byName<string>();
  const evidence = new Set<string>();
  for (const [line, members] of byLine(model)) {
    const failing = failures.filter(({ releases }) => releases.some((name) => members.includes(name)));
    if (failing.length === 0 || failing.some(({ rates }) => rates !== null)) continue;
    const passes = failing.flatMap(({ arch, releases, passes: byMachine }) => {
      const after = members.slice(members.findLastIndex((name) => releases.includes(name)) + 1);
      if (byMachine !== null)
        return byMachine.map((passed) =>
          firstOf(after, (r) => passed.find((p) => p.release === r)?.evidence),
        );
      return [
        firstOf(after, (release) => {
          const found = counted(test, release, arch, null);
          return found?.isGood === true && !found.isBad ? found.good : undefined;
        }),
      ];
    });
    if (passes.length === 0 || passes.some((pass) => pass === null)) continue;
    since[line] = members[Math.max(...passes.map((pass) => members.indexOf(pass!.release)))]!;
    for (const pass of passes) for (const address of pass!.evidence.slice(0, 2)) evidence.add(address);
  }
  return { since, evidence: [...evidence] };
}

/** The first of some releases at which a test passes, with the passes; null where it does at none. */
function firstOf(
  releases: readonly string[],
  passesAt: (release: string) => readonly string[] | undefined,
): Passed | null {
  for (const release of releases) {
    const evidence = passesAt(release);
    if (evidence !== undefined) return { release, evidence };
  }
  return null;
}

/** Of two regressions that are merged: they pass again in a line where each does that fails there. */
export function bothPassAgain(
  { graph: { order } }: Pick<Model, 'graph'>,
  ...regressions: readonly [FoundRegression, FoundRegression]
): Pick<Regression, 'passesAgain'> {
  const documents = regressions.map(({ document }) => document);
  if (documents.every((r) => r.passesAgain === undefined)) return {};
  const found = byName<string>();
  for (const line of new Set(documents.flatMap((r) => r.affected.map((s) => s.line)))) {
    const there = documents.filter((r) => r.affected.some((s) => s.line === line));
    const passes = there.flatMap((r) => r.passesAgain?.[line] ?? []);
    if (passes.length === there.length)
      found[line] = passes.reduce((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b));
  }
  return { passesAgain: found };
}
