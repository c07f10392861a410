import type { EventStore } from '../../store/event-store.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import type { Model } from '../model/model.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { isNot } from '../model/select.ts';
import { matches } from './identity-filter.ts';
import { testsSeen } from './tests-seen.ts';

/** Gives the tests that a view knows, recorded or seen in a run, by name. */
export async function knownTests(store: EventStore, model: Model): Promise<readonly string[]> {
  const recorded = model.of('TestRecorded').map(({ payload }) => payload.test);
  return [...new Set([...recorded, ...(await testsSeen(store, model.view))])].sort();
}

/** A test by its name, however a format writes it, or by the end of the name of just one; null where neither leads to one. */
export function testMeant(known: readonly string[], wanted: string): string | null {
  const name = canonicalTestName(wanted);
  if (known.includes(name)) return name;
  const found = endingIn(known, name);
  return found.length === 1 ? found[0]! : null;
}

const endingIn = (known: readonly string[], name: string) =>
  known.filter((test) => test.endsWith(`.${name}`));

/**
 * Finds the tests that names stand for; a `*` stands for anything.
 *
 * @throws QueryError for a name that no test has.
 */
export function testsNamed(
  model: Model,
  known: readonly string[],
  names: readonly string[],
): readonly string[] {
  const found = names.flatMap((name) => {
    const fitting = known.filter((test) => matches(name, test));
    const meant = testMeant(known, name);
    if (fitting.length > 0 || meant !== null) return [...fitting, ...(meant === null ? [] : [meant])];
    const ending = endingIn(known, canonicalTestName(name));
    throw new QueryError(`no test "${name}" ${isNot(model)}`, {
      suggestions: ending.length > 0 ? ending.slice(0, 3) : nearest(canonicalTestName(name), known),
      hint: 'regline tests lists them; a * stands for anything',
    });
  });
  return [...new Set(found)].sort();
}
