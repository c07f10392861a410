import type { Outcome } from '../../store/events/observation.ts';
import type { RunHistory } from '../bisect/learned-rates.ts';
import type { Model } from '../model/model.ts';
import type { Session } from './session.ts';

const FAILED: readonly Outcome[] = ['fail', 'timeout'];

/**
 * Counts how a test fared where the session knows the truth: at its good ends and before them it should pass, at its
 * bad ends it should fail. Everything else says nothing of the test's rates, and what ran under other switches is another thing.
 */
export function historyOfRuns(
  model: Model,
  session: Session,
  test: string | undefined,
  arch: string | undefined,
): RunHistory {
  const history = { failuresAtGood: 0, runsAtGood: 0, passesAtBad: 0, runsAtBad: 0 };
  if (test === undefined) return history;
  const { good, bad } = session.start.payload;
  for (const place of model.results.placesOf(test)) {
    if ((arch !== undefined && place.arch !== arch) || place.config !== null) continue;
    const isGood = good.some((end) => end === place.release || model.graph.isAncestor(place.release, end));
    const isBad = bad.includes(place.release);
    if (isGood === isBad) continue;
    const found = model.results.at(test, place.release, place.arch, place.config);
    const failed = FAILED.reduce((n, o) => n + (found?.outcomes.get(o)?.length ?? 0), 0);
    const passed = found?.outcomes.get('pass')?.length ?? 0;
    if (isGood) {
      history.failuresAtGood += failed;
      history.runsAtGood += failed + passed;
    } else {
      history.passesAtBad += passed;
      history.runsAtBad += failed + passed;
    }
  }
  return history;
}
