/**
 * What git costs on a flaky test with the best fixed rule "r runs a version, bad when at least t of them fail",
 * over all r and t. Runs stop as soon as the verdict is certain.
 */
export interface FixedRepeats {
  readonly repeats: number;
  readonly failuresNeeded: number;
  /** Mean cost of a search. */
  readonly cost: number;
  readonly right: number;
}

/** How many of the versions on git's way to one culprit are good and bad. */
export interface PathCounts {
  readonly good: number;
  readonly bad: number;
}

/** Finds the cheapest rule that is right in at least `right` of the searches. `build` is the cost beside a run of 1. */
export function cheapestFixedRepeats(
  paths: readonly PathCounts[],
  falseFail: number,
  falsePass: number,
  right: number,
  build: number,
): FixedRepeats {
  let best: FixedRepeats | null = null;
  for (let repeats = 1; repeats <= 40; repeats++)
    for (let failuresNeeded = 1; failuresNeeded <= repeats; failuresNeeded++) {
      const good = verdictOf(falseFail, repeats, failuresNeeded);
      const bad = verdictOf(1 - falsePass, repeats, failuresNeeded);
      let rightSum = 0;
      let costSum = 0;
      for (const path of paths) {
        rightSum += (1 - good.bad) ** path.good * bad.bad ** path.bad;
        costSum += path.good * (good.runs + build) + path.bad * (bad.runs + build);
      }
      const rule = { repeats, failuresNeeded, cost: costSum / paths.length, right: rightSum / paths.length };
      if (rule.right >= right && (best === null || rule.cost < best.cost)) best = rule;
    }
  if (best === null) throw new Error('no fixed number of repeats up to 40 is enough');
  return best;
}

/** The chance of the verdict "bad", and the expected number of runs, for a version that fails with a chance. */
function verdictOf(failure: number, repeats: number, needed: number): { bad: number; runs: number } {
  // Chances by the number of failures so far, among sequences that are not decided yet.
  let open = new Float64Array(needed).fill(0);
  open[0] = 1;
  let bad = 0;
  let runs = 0;
  for (let run = 0; run < repeats; run++) {
    const next = new Float64Array(needed);
    for (let failures = 0; failures < needed; failures++) {
      const chance = open[failures]!;
      if (chance === 0 || failures + (repeats - run) < needed) continue;
      runs += chance;
      if (failures + 1 === needed) bad += chance * failure;
      else next[failures + 1]! += chance * failure;
      next[failures]! += chance * (1 - failure);
    }
    open = next;
  }
  return { bad, runs };
}
