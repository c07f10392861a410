import { listedApart } from './listed-apart.ts';
import type { Model } from './model.ts';
import { findRegressions, type FoundRegression } from './regressions.ts';
import { verdicts, type Verdicts } from './verdict.ts';

/** What several answers on one model share: its verdicts and its regressions, worked out once, when asked for. */
export interface Answers {
  readonly verdicts: Verdicts;
  readonly regressions: readonly FoundRegression[];
  /** Guards that refuse and what other configurations break, worked out when asked for. */
  readonly apart: readonly FoundRegression[];
}

const known = new WeakMap<Model, Answers>();

/** Gives the verdicts and regressions of a model. A model never changes, so they are worked out once. */
export function answersOf(model: Model): Answers {
  const found = known.get(model);
  if (found) return found;
  const made = verdicts(model);
  let regressions: readonly FoundRegression[] | null = null;
  let apart: readonly FoundRegression[] | null = null;
  const answers: Answers = {
    verdicts: made,
    get regressions() {
      regressions ??= findRegressions(made);
      return regressions;
    },
    get apart() {
      apart ??= listedApart(made);
      return apart;
    },
  };
  known.set(model, answers);
  return answers;
}
