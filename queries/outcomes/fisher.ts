/** Of so many runs, so many failed. */
export interface Failures {
  readonly bad: number;
  readonly good: number;
}

/** Takes runs together. */
export function sum(runs: readonly Failures[]): Failures {
  return runs.reduce<Failures>((all, r) => ({ bad: all.bad + r.bad, good: all.good + r.good }), {
    bad: 0,
    good: 0,
  });
}

/** How often something failed before and since, and the chance of that had its rate stayed. */
export interface Rates {
  readonly usual: Failures;
  readonly since: Failures;
  readonly chance: number;
}

/** Below this chance a flaky test is believed to have changed. */
export const UNLIKELY = 0.01;

/**
 * Gives the chance that the later runs fail as often as they did, or oftener, if nothing changed: Fisher's exact test, one-sided.
 * Exact for any counts; two passes followed by two failures give 1/6, which is no proof.
 *
 * @param enough from here on it need not be told how great the chance is
 * @see R. A. Fisher, The Logic of Inductive Inference (1935), for the test of a two by two table with fixed margins
 */
export function chanceOfMoreFailures(before: Failures, after: Failures, enough = 1): number {
  const bad = before.bad + after.bad;
  const good = before.good + after.good;
  const runs = after.bad + after.good;
  const ways = (failed: number) =>
    logChoose(bad, failed) + logChoose(good, runs - failed) - logChoose(bad + good, runs);
  let chance = 0;
  for (let failed = after.bad; failed <= Math.min(bad, runs) && chance < enough; failed++)
    chance += Math.exp(ways(failed));
  return Math.min(1, chance);
}

/** Gives the chance that the later runs fail as seldom as they did, or more seldom, if nothing changed. */
export function chanceOfFewerFailures(before: Failures, after: Failures, enough = 1): number {
  const swapped = ({ bad, good }: Failures) => ({ bad: good, good: bad });
  return chanceOfMoreFailures(swapped(before), swapped(after), enough);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const logFactorials = [0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}
