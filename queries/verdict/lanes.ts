import { within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { switchesOf } from '../model/switches.ts';
import { guardsOf } from './guards.ts';
import type { Lane, LaneRecords } from './lane.ts';
import { needsRestOn } from './needs.ts';
import { placeAt } from './place.ts';
import type { Prediction } from './prediction.ts';

/** Gives the lane of a consumer on an architecture in a configuration, the same object each time. */
export type LaneOf = (consumer: Consumer, arch: string, config: string | null) => Lane;

/** Makes the lanes of a model; those for which the same follows from the records share it. */
export function lanesOf(model: Model, predict: Prediction): LaneOf {
  const guardsIn = guardsOf(model, predict);
  const shared = new Map<string, LaneRecords>();
  const isAnyDirect = model.of('TestRecorded').some(({ payload }) => (payload.consumers ?? []).length > 0);
  const recordsOf = (consumer: Consumer, arch: string, switches: Lane['switches']): LaneRecords => {
    const place = placeAt('', arch, consumer.profile, switches);
    const asked = consumer.requirements.flatMap(({ id, payload: { behaviour, when } }) => [
      id,
      predict.circumstances(behaviour, place),
      when === undefined ? '' : predict.circumstances(when, place),
    ]);
    // The needs of the contract are what is documented, not requirements: its switches are compared as a whole.
    const own = consumer.consumer === CONTRACT || isAnyDirect ? consumer.is.join('\t') : '';
    const key = JSON.stringify([consumer.interface, arch, own, own === '' ? null : switches, asked]);
    return remembered(shared, key, () => {
      const { conditions, changes } = needsRestOn(model, consumer);
      const equivalent = predict.equivalence(conditions, consumer.profile, changes);
      return { equivalent, needs: new Map(), predictions: new Map(), weighed: new Map() };
    });
  };
  const lanes = new Map<string, Map<Consumer, Map<string, Lane>>>();
  return (consumer, arch, config) => {
    const byArch = within(within(lanes, config ?? ''), consumer);
    return remembered(byArch, arch, (): Lane => {
      const switches = switchesOf(config);
      return {
        consumer,
        arch,
        config,
        switches,
        records: recordsOf(consumer, arch, switches),
        guardAt: guardsIn(consumer, arch, switches),
        verdicts: new Map(),
      };
    });
  };
}
