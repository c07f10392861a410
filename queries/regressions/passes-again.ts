import { byName } from '../../store/by-name.ts';
import { chanceOfFewerFailures, sum, UNLIKELY } from '../outcomes/fisher.ts';
import type { Model } from '../model/model.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { Failing, FailingMachine, Fared } from './failing-tests.ts';
import type { FoundRegression } from './found-regression.ts';
import type { Quiet, Regression } from './regression.ts';

/** Where tests that opened a regression pass again. */
export interface PassesAgain {
  /** By line: the release since which they pass wherever they failed. */
  readonly since: Readonly<Record<string, string>>;
  /** By line, of a flaky test: on the machine that says least. */
  readonly quiet: Readonly<Record<string, Quiet>>;
  /** `ID#index` of the passes. */
  readonly evidence: readonly string[];
}

/** The pass of one architecture, or machine, after its failures in a line. */
interface Passed extends Pick<Fared, 'release' | 'evidence'> {
  /** Of a flaky test. */
  readonly quiet: Quiet | null;
}

/**
 * Finds the lines in which a test passes again wherever it failed: on each architecture, and, of a test that came to both at one place, on
 * each machine. Nobody has to know the change that mended it. Where the test is flaky, one pass mends nothing: it is over where what it
 * came to after its last failure is less than 1% likely, had it gone on to fail as often. What is not tested any more goes on.
 */
export function passesAgain(
  { model, counted }: Verdicts,
  test: string,
  failures: readonly Failing[],
): PassesAgain {
  const since = byName<string>();
  const quiet = byName<Quiet>();
  const evidence = new Set<string>();
  const { graph } = model;
  const linesOf = ({ releases }: Pick<Failing, 'releases'>) =>
    new Set(releases.map((name) => graph.releases.get(name)!.line));
  for (const line of new Set(failures.flatMap((failing) => [...linesOf(failing)]))) {
    const members = graph.members.get(line)!;
    const place = new Map(members.map((name, index) => [name, index]));
    const after = ({ releases }: Pick<Failing, 'releases'>) =>
      members.slice(Math.max(...releases.map((name) => place.get(name) ?? -1)) + 1);
    const passes = failures
      .filter((failing) => linesOf(failing).has(line))
      .flatMap((failing) => {
        if (failing.machines !== null)
          return failing.machines
            .filter((machine) => linesOf(machine).has(line))
            .map((machine) => passOf(model, machine, after(machine)));
        for (const release of after(failing)) {
          const found = counted(test, release, failing.arch, null);
          if (found?.isGood === true && !found.isBad) return [{ release, evidence: found.good, quiet: null }];
        }
        return [null];
      });
    if (passes.length === 0 || passes.some((pass) => pass === null)) continue;
    const least = passes.reduce<Quiet | null>((most, pass) => lessSure(most, pass!.quiet), null);
    if (least !== null) quiet[line] = least;
    for (const pass of passes) for (const address of pass!.evidence.slice(0, 2)) evidence.add(address);
    if ((least?.chance ?? 0) < UNLIKELY)
      since[line] = members[Math.max(...passes.map((pass) => place.get(pass!.release)!))]!;
  }
  return { since, quiet, evidence: [...evidence] };
}

/** Where a machine passes after its failures; null where it does not. */
function passOf(
  { graph }: Pick<Model, 'graph'>,
  { fared, releases, isFlaky }: FailingMachine,
  after: readonly string[],
): Passed | null {
  const then = fared.filter(({ release }) => after.includes(release));
  const first = then.find(({ rate }) => rate.good > 0 && (isFlaky || rate.bad === 0));
  if (first === undefined) return null;
  const { release, evidence } = first;
  if (!isFlaky) return { release, evidence, quiet: null };
  const failing = fared.filter(
    (f) => !then.includes(f) && releases.some((bad) => graph.isAncestor(f.release, bad)),
  );
  const usual = sum(failing.map(({ rate }) => rate));
  const now = sum(then.map(({ rate }) => rate));
  const quiet = { from: release, usual, since: now, chance: chanceOfFewerFailures(usual, now) };
  return { release, evidence, quiet };
}

function lessSure(one: Quiet | null, other: Quiet | null): Quiet | null {
  if (one === null || other === null) return one ?? other;
  return other.chance > one.chance ? other : one;
}

/** Of two regressions that are merged: they pass again in a line where each does that fails there. */
export function bothPassAgain(
  { graph: { order } }: Pick<Model, 'graph'>,
  ...regressions: readonly [FoundRegression, FoundRegression]
): Pick<Regression, 'passesAgain' | 'quiet'> {
  const documents = regressions.map(({ document }) => document);
  const found = byName<string>();
  const quiet = byName<Quiet>();
  for (const line of new Set(documents.flatMap((r) => r.affected.map((s) => s.line)))) {
    const there = documents.filter((r) => r.affected.some((s) => s.line === line));
    const passes = there.flatMap((r) => r.passesAgain?.[line] ?? []);
    if (passes.length === there.length)
      found[line] = passes.reduce((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b));
    const least = there.reduce<Quiet | null>((most, r) => lessSure(most, r.quiet?.[line] ?? null), null);
    if (least !== null) quiet[line] = least;
  }
  return {
    ...(documents.every((r) => r.passesAgain === undefined) ? {} : { passesAgain: found }),
    ...(documents.every((r) => r.quiet === undefined) ? {} : { quiet }),
  };
}
