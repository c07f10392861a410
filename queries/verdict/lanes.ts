import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { switchesOf } from '../model/switches.ts';
import { guardsOf } from './guards.ts';
import type { Lane, LaneRecords } from './lane.ts';
import { needsRestOn } from './needs.ts';
import { placeAt } from './place.ts';
import type { Prediction } from './prediction.ts';

/** Gives the lane of a consumer on an architecture in a configuration: one, however often it is asked for. */
export type LaneOf = (consumer: Consumer, arch: string, config: string | null) => Lane;

/** Makes the lanes of a model; those of which records say the same share it. */
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
    // The contract needs what is documented, and asks no profile; its switches are told apart as they are written.
    const own = consumer.consumer === CONTRACT || isAnyDirect ? consumer.is.join('\t') : '';
    const key = JSON.stringify([consumer.interface, arch, own, own === '' ? null : switches, asked]);
    const known = shared.get(key);
    if (known) return known;
    const { conditions, changes } = needsRestOn(model, consumer);
    const like = predict.likeness(conditions, consumer.profile, changes);
    const made: LaneRecords = { like, needs: new Map(), standings: new Map(), weighed: new Map() };
    shared.set(key, made);
    return made;
  };
  const lanes = new Map<string, Map<Consumer, Map<string, Lane>>>();
  return (consumer, arch, config) => {
    const ofConfig = lanes.get(config ?? '') ?? new Map<Consumer, Map<string, Lane>>();
    lanes.set(config ?? '', ofConfig);
    const ofConsumer = ofConfig.get(consumer) ?? new Map<string, Lane>();
    ofConfig.set(consumer, ofConsumer);
    const known = ofConsumer.get(arch);
    if (known) return known;
    const switches = switchesOf(config);
    const made: Lane = {
      consumer,
      arch,
      config,
      switches,
      records: recordsOf(consumer, arch, switches),
      guardAt: guardsIn(consumer, arch, switches),
      verdicts: new Map(),
    };
    ofConsumer.set(arch, made);
    return made;
  };
}
