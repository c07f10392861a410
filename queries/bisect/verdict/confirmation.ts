import { cautiousRates } from '../rates/flakiness.ts';
import type { OpenCase } from '../beliefs/open-case.ts';
import type { Problem } from '../range/problem.ts';
import type { CandidateRange } from '../range/range.ts';

/** The chance of being wrong that is allowed where nobody says another one. */
const DOUBT = 0.01;

/** How likely a suspect of this search has to be before it is the answer. */
export function certaintyOf({ certainty = 1 - DOUBT }: Pick<Problem, 'certainty'>): number {
  return certainty;
}

/** A test that the first suspect still has to pass before it is called the culprit. */
export interface OpenConfirmation {
  readonly purpose: 'see-it-bad' | 'see-parent-good';
  /** A node of the range. */
  readonly local: number;
  /** Runs that are missing, with the outcome that confirms. */
  readonly repeats: number;
}

/**
 * Lists what is missing before the first suspect is confirmed: it was seen bad itself, often enough that flakes do
 * not explain it, and each parent among the candidates was seen good so often that a test as flaky as this one may
 * be (at the 90th percentile) would have failed. Posterior mass alone can be sure for the wrong reason, when the
 * history of the test belies its rates. Without noise an answer is proven once nobody else can be it; as long as
 * somebody can, the first suspect is so far ahead by what is believed of it, and the same two tests prove it.
 */
export function openConfirmations(
  { part, bads }: CandidateRange,
  { posterior, rates, runs, suspects: { top, count } }: OpenCase,
  certainty: number,
): OpenConfirmation[] {
  if (rates.kind === 'exact' && count === 1) return [];
  const cautious = cautiousRates(rates, posterior.countsOf(top));
  const open: OpenConfirmation[] = [];
  const isEnd = bads.includes(part.nodeOf[top]!) ? 1 : 0;
  const seenBad = (runs.get(part.nodeOf[top]!)?.bad ?? 0) + isEnd;
  const badNeeded = runsNeeded(cautious.falseFail, 1 - certainty);
  if (seenBad < badNeeded) open.push({ purpose: 'see-it-bad', local: top, repeats: badNeeded - seenBad });
  const goodNeeded = runsNeeded(cautious.falsePass, 1 - certainty);
  for (let e = part.parentStart[top]!; e < part.parentStart[top + 1]!; e++) {
    const parent = part.parentList[e]!;
    // Passes at versions that contain the parent but not the suspect: each version with the suspect has the parent.
    const passes = posterior.countsOf(parent).goodAtBad - posterior.countsOf(top).goodAtBad;
    if (passes < goodNeeded)
      open.push({ purpose: 'see-parent-good', local: parent, repeats: goodNeeded - passes });
  }
  return open;
}

/** How many outcomes of one kind make an error of this rate less likely than the doubt that is allowed. */
export function runsNeeded(rate: number, doubt = DOUBT): number {
  if (rate <= 0) return 1;
  return Math.max(1, Math.ceil(Math.log(doubt) / Math.log(Math.min(rate, 0.95)) - 1e-9));
}
