import type { Outcome } from '../../store/events/observation.ts';
import type { Model } from '../model/model.ts';
import { canBeLaid, countedResults } from '../results/attribution.ts';
import { BAD, GOOD, type CellResults, type OutcomesHere } from '../outcomes/results.ts';

/** The results of a test at a place that count, by whether they speak against the kernel. */
export interface Counted {
  readonly isBad: boolean;
  readonly isGood: boolean;
  /** `ID#index` of the results. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** Gives the results of a test at a place that count; null where there are none at all. */
export type CountedAt = (
  test: string,
  release: string,
  arch: string,
  config: string | null,
) => Counted | null;

/** Counts results of a model; every consumer that a test speaks of asks for the same ones. */
export function countedAt(model: Model): CountedAt {
  if (!canBeLaid(model))
    return (test, release, arch, config) => {
      const found = model.results.at(test, release, arch, config);
      return found ? new CountedLater(found) : null;
    };
  const known = new Map<CellResults, Counted>();
  return (test, release, arch, config) => {
    const found = model.results.at(test, release, arch, config);
    if (!found) return null;
    const before = known.get(found);
    if (before) return before;
    const [bad, good] = [BAD, GOOD].map((outcomes) =>
      countedResults(model, { test, release, arch }, found, outcomes),
    ) as [readonly string[], readonly string[]];
    const made = countedNow(bad, good);
    known.set(found, made);
    return made;
  };
}

/** Counts results that are listed already. */
export function countedNow(bad: readonly string[], good: readonly string[]): Counted {
  return { isBad: bad.length > 0, isGood: good.length > 0, bad, good };
}

/** Where nothing was laid to another cause all results count; most are never asked which they are. */
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
    return BAD.flatMap((outcome) => this.found.outcomes.get(outcome) ?? []);
  }

  get good(): readonly string[] {
    return GOOD.flatMap((outcome) => this.found.outcomes.get(outcome) ?? []);
  }
}

function hasAny(found: CellResults, outcomes: readonly Outcome[]): boolean {
  for (const outcome of outcomes) if (found.has(outcome)) return true;
  return false;
}

/** Whether results at a place that count speak against the kernel, or for it: told without the results themselves. */
export interface CountedHere {
  isBad(test: string): boolean;
  isGood(test: string): boolean;
}

/** Tells what came out at a place; null where there are no results at all. */
export type CountedHereAt = (release: string, arch: string, config: string | null) => CountedHere | null;

/** Tells of the results of a model what came out where. */
export function countedHere(model: Model, counted: CountedAt): CountedHereAt {
  const isAnyLaidAside = canBeLaid(model);
  return (release, arch, config) => {
    const here = model.results.here(release, arch, config);
    if (here === null) return null;
    return isAnyLaidAside
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
