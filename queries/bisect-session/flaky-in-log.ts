import type { EventStore } from '../../store/event-store.ts';
import type { Model } from '../model/model.ts';
import { loadHistory } from '../results/load-history.ts';
import { configKey } from '../results/result-index.ts';
import type { Rate } from '../outcomes/seen-result.ts';
import { testHistories } from '../results/test-history.ts';
import type { Started } from '../recorded-sessions/session.ts';

/** A test that the log has seen to pass and to fail at one version, and everything else alike. */
export interface SeenFlaky {
  readonly test: string;
  readonly arch: string | null;
  readonly platform: string | null;
  /** The last versions, one after the other, that show both; how the test came out at them together. */
  readonly from: string;
  readonly to: string;
  readonly rate: Rate;
}

/**
 * Finds the tests of a search that the log has seen to be flaky in the default configuration: on one machine, with one compiler, one version
 * shows both outcomes. Machines that differ from one another are no sign of that.
 *
 * @returns one for each such test and architecture, of the machine that ran it most often
 */
export async function seenFlaky(
  store: EventStore,
  model: Model,
  regressions: Started['regressions'],
): Promise<readonly SeenFlaky[]> {
  const searched = regressions.flatMap(({ test, arch }) => (test === undefined ? [] : [{ test, arch }]));
  const tests = new Set(searched.map(({ test }) => test));
  if (tests.size === 0) return [];
  const histories = testHistories(model.graph, tests, await loadHistory(store, model, tests));
  return searched.flatMap((wanted): readonly SeenFlaky[] => {
    const lanes = histories.find(({ test }) => test === wanted.test)!.lanes;
    const mixed = lanes
      .filter(({ arch, config }) => (wanted.arch ?? arch) === arch && configKey(config) === '')
      .flatMap(({ arch, platform, spans }) => {
        const last = spans.findLast(({ state }) => state === 'mixed');
        if (last === undefined) return [];
        const { from, to, rate } = last;
        return [{ test: wanted.test, arch, platform, from, to, rate }];
      });
    const [most] = mixed.sort((a, b) => runsOf(b.rate) - runsOf(a.rate));
    return most === undefined ? [] : [most];
  });
}

const runsOf = ({ good, bad }: Rate) => good + bad;
