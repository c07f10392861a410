import type { Scalar } from '../../store/events/fields.ts';
import { listedApart } from '../regressions/listed-apart.ts';
import type { Model } from './model.ts';
import { findRegressions } from '../regressions/regressions.ts';
import { verdicts, type Verdicts } from '../verdict/verdict.ts';
import type { FoundRegression } from '../regressions/found-regression.ts';

/** What several answers on one model share: its verdicts and its regressions, worked out once, when asked for. */
export interface Answers {
  readonly verdicts: Verdicts;
  readonly regressions: readonly FoundRegression[];
  /** The first regression in which a behaviour has a value at a release. */
  regressionOf(behaviour: string, value: Scalar, release: string): FoundRegression | undefined;
  /** Guards that refuse and what other configurations break, worked out when asked for. */
  readonly apart: readonly FoundRegression[];
}

/** By behaviour, value and release. */
type PlaceIndex = ReadonlyMap<string, ReadonlyMap<Scalar, ReadonlyMap<string, FoundRegression>>>;

const known = new WeakMap<Model, Answers>();

/** Gives the verdicts and regressions of a model. A model never changes, so they are worked out once. */
export function answersOf(model: Model): Answers {
  const found = known.get(model);
  if (found) return found;
  const made = verdicts(model);
  let regressions: readonly FoundRegression[] | null = null;
  let apart: readonly FoundRegression[] | null = null;
  let index: PlaceIndex | null = null;
  const answers: Answers = {
    verdicts: made,
    get regressions() {
      regressions ??= findRegressions(made);
      return regressions;
    },
    regressionOf(behaviour, value, release) {
      index ??= byPlace(answers.regressions);
      return index.get(behaviour)?.get(value)?.get(release);
    },
    get apart() {
      apart ??= listedApart(made);
      return apart;
    },
  };
  known.set(model, answers);
  return answers;
}

function byPlace(regressions: readonly FoundRegression[]): PlaceIndex {
  const found = new Map<string, Map<Scalar, Map<string, FoundRegression>>>();
  for (const regression of regressions) {
    const { behaviour, value, releases } = regression.stretch;
    const byValue = found.get(behaviour) ?? new Map<Scalar, Map<string, FoundRegression>>();
    found.set(behaviour, byValue);
    const byRelease = byValue.get(value) ?? new Map<string, FoundRegression>();
    byValue.set(value, byRelease);
    for (const name of releases) if (!byRelease.has(name)) byRelease.set(name, regression);
  }
  return found;
}
