import type { EventStore } from '../../store/event-store.ts';
import type { RunHistory } from '../bisect/rates/learned-rates.ts';
import type { Model } from '../model/model.ts';
import { loadHistory } from '../results/load-history.ts';
import { configKey } from '../results/result-index.ts';
import { failures, isGood } from '../outcomes/seen-result.ts';
import type { PlacedResult } from '../outcomes/seen-result.ts';
import type { Session } from '../recorded-sessions/session.ts';

/** Reads every result of the tests of a session whose rates are learned; of others nothing is asked. */
export async function pastRunsOf(
  store: EventStore,
  model: Model,
  { start }: Session,
): Promise<readonly PlacedResult[]> {
  if (start.payload.rates.kind !== 'learned') return [];
  const tests = new Set(start.payload.regressions.flatMap(({ test }) => test ?? []));
  return tests.size === 0 ? [] : loadHistory(store, model, tests);
}

/**
 * Counts how a test fared where the session knows the truth: at its good ends and before them it should pass, at its
 * bad ends it should fail. Everything else says nothing of the test's rates, and what ran under other switches is another thing.
 *
 * @param past every result of the tests of the session
 */
export function historyOfRuns(
  model: Model,
  session: Session,
  test: string | undefined,
  arch: string | undefined,
  past: readonly PlacedResult[],
): RunHistory {
  const history = { failuresAtGood: 0, runsAtGood: 0, passesAtBad: 0, runsAtBad: 0 };
  const { good, bad } = session.start.payload;
  const isGoodEnd = (version: string) =>
    good.some((end) => end === version || model.graph.isAncestor(version, end));
  for (const result of past) {
    const { version } = result;
    if (result.test !== test || version === null || configKey(result.config) !== '') continue;
    if (arch !== undefined && result.arch !== arch) continue;
    const isBefore = isGoodEnd(version);
    if (isBefore === bad.includes(version)) continue;
    const failed = failures(result);
    const passed = isGood(result) ? 1 : 0;
    if (isBefore) {
      history.failuresAtGood += failed;
      history.runsAtGood += failed + passed;
    } else {
      history.passesAtBad += passed;
      history.runsAtBad += failed + passed;
    }
  }
  return history;
}
