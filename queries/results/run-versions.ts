import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Result } from '../../store/events/observation.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';
import { sees } from '../model/view.ts';
import type { Model } from '../model/model.ts';
import { grouped } from '../../store/grouping.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Runs by statement, as far as a view sees them and they were not retracted. */
export function versionsOf(model: Model, runs: readonly Run[]): ReadonlyMap<string, readonly Run[]> {
  return grouped(
    runs.filter((run) => sees(model.view, run)),
    (run) => run.stream,
  );
}

const order = (run: Run) => `${String(run.payload.rev).padStart(9, '0')} ${run.knownAt ?? ''}`;

/** The versions that count: the highest, and all that are of equal order with it. */
export function highest(versions: readonly Run[]): readonly Run[] {
  const top = versions.reduce<string>((best, run) => (order(run) > best ? order(run) : best), '');
  return versions.filter((run) => order(run) === top);
}

/** Of runs with several versions or retractions: the results that count. */
export function* countingResults(
  model: Model,
  runs: readonly Run[],
): Iterable<{ readonly run: Run; readonly index: number; readonly result: Result }> {
  for (const versions of versionsOf(model, runs).values()) {
    // A retraction of a result holds for later versions of the run in which that result is unchanged.
    const struck = new Set<string>();
    for (const run of versions) {
      run.payload.results.forEach((result, index) => {
        if (model.counting.retracted.has(`${run.id}#${index}`)) struck.add(itemKey(result));
      });
    }
    const left = versions.filter((run) => !model.counting.retracted.has(run.id));
    for (const run of highest(left)) {
      for (const [index, result] of run.payload.results.entries()) {
        if (!struck.has(itemKey(result))) yield { run, index, result: named(result, left) };
      }
    }
  }
}

/** An object that is told in pieces: its name may have been said in an earlier one. */
function named(result: Result, versions: readonly Run[]): Result {
  if (result.test !== UNNAMED_TEST) return result;
  const names = versions.flatMap(({ payload: { results } }) =>
    results.length === 1 && results[0]!.test !== UNNAMED_TEST ? [results[0]!.test] : [],
  );
  const [name] = names;
  // Two names for one object are a contradiction, and no reason to choose.
  return name === undefined || names.some((other) => other !== name) ? result : { ...result, test: name };
}

function itemKey({ test, occurrence, outcome }: Result): string {
  return `${test}\n${occurrence ?? 1}\n${outcome}`;
}
