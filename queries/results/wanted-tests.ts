import type { EventStore } from '../../store/event-store.ts';
import type { Model } from '../model/model.ts';
import { knownTests, testsNamed } from './tests-named.ts';

export interface WantedTests {
  /** Names and patterns, for a filter. */
  readonly tests: readonly string[];
  /** Those of them that were asked for one by one. */
  readonly named: readonly string[];
}

/**
 * Reads which tests are wanted, with commas: by name as any format writes it, by the end of a name, or with `*`, which stays a pattern.
 *
 * @throws QueryError for what no test has: it would leave nothing to look at, as if nothing were wrong.
 */
export async function wantedTests(store: EventStore, model: Model, text: string): Promise<WantedTests> {
  const wanted = text.split(',').map((name) => name.trim());
  const patterns = wanted.filter((name) => name.includes('*'));
  const names = wanted.filter((name) => !name.includes('*'));
  // Everything may be nothing.
  const asked = [...names, ...patterns.filter((pattern) => pattern !== '*')];
  const known = asked.length === 0 ? [] : await knownTests(store, model);
  testsNamed(model, known, asked);
  const named = testsNamed(model, known, names);
  return { tests: [...patterns, ...named], named };
}
