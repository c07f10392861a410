import type { Outcome } from '../../store/events/observation.ts';
import { remembered } from '../../store/memo.ts';
import type { Model } from '../model/model.ts';
import { mayBeAttributed, countedResults } from '../results/attribution.ts';
import { BAD, GOOD, type CellResults, type OutcomesHere } from '../outcomes/results.ts';

/** The results of a test at a place that count as evidence, by whether they are bad or good. */
export interface Counted {
  readonly isBad: boolean;
  readonly isGood: boolean;
  /** `ID#index` of the first result of each outcome. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** Gives the results of a test at a place that count; null where it has no results at all. */
export type CountedAt = (
  test: string,
  release: string,
  arch: string,
  config: string | null,
) => Counted | null;

/** Finds the results of a model that count, once for all consumers for which a test is evidence. */
export function countedAt(model: Model): CountedAt {
  if (!mayBeAttributed(model))
    return (test, release, arch, config) => {
      const found = model.results.at(test, release, arch, config);
      return found ? new CountedLater(found) : null;
    };
  const known = new Map<CellResults, Counted>();
  return (test, release, arch, config) => {
    const found = model.results.at(test, release, arch, config);
    if (!found) return null;
    const counted = (outcomes: readonly Outcome[]) =>
      countedResults(model, { test, release, arch }, found, outcomes);
    return remembered(known, found, () => countedNow(counted(BAD), counted(GOOD)));
  };
}

/** Counts results that are listed already. */
export function countedNow(bad: readonly string[], good: readonly string[]): Counted {
  return { isBad: bad.length > 0, isGood: good.length > 0, bad, good };
}

/** All results count where none is attributed to another cause. Which they are is looked up when it is asked for, which is rare. */
class CountedLater implements Counted {
  private readonly found: CellResults;
  readonly isBad: boolean;
  readonly isGood: boolean;

  constructor(found: CellResults) {
    this.found = found;
    this.isBad = hasAny(found, BAD);
    this.isGood = hasAny(found, GOOD);
  }

  get bad(): readonly string[] {
    return firstOfEach(this.found, BAD);
  }

  get good(): readonly string[] {
    return firstOfEach(this.found, GOOD);
  }
}

function firstOfEach(found: CellResults, outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome) => found.outcomes.get(outcome)?.slice(0, 1) ?? []);
}

function hasAny(found: CellResults, outcomes: readonly Outcome[]): boolean {
  for (const outcome of outcomes) if (found.has(outcome)) return true;
  return false;
}

/** Whether the results at a place that count are bad or good, without the results themselves. */
export interface CountedHere {
  isBad(test: string): boolean;
  isGood(test: string): boolean;
}

/** Gives the outcomes at a place; null where there are no results at all. */
export type CountedHereAt = (release: string, arch: string, config: string | null) => CountedHere | null;

/** Finds the outcomes of a model by place. */
export function countedHere(model: Model, counted: CountedAt): CountedHereAt {
  const isAnyAttributed = mayBeAttributed(model);
  return (release, arch, config) => {
    const here = model.results.here(release, arch, config);
    if (here === null) return null;
    return isAnyAttributed
      ? {
          isBad: (test) => counted(test, release, arch, config)?.isBad === true,
          isGood: (test) => counted(test, release, arch, config)?.isGood === true,
        }
      : new AllCount(here);
  };
}

class AllCount implements CountedHere {
  private readonly here: OutcomesHere;

  constructor(here: OutcomesHere) {
    this.here = here;
  }

  isBad(test: string): boolean {
    return this.here.hasAny(test, BAD);
  }

  isGood(test: string): boolean {
    return this.here.hasAny(test, GOOD);
  }
}
