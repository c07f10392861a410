import { claimReach, isAbout, type ClaimReach } from './claims.ts';
import { CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { switchesOf } from '../model/switches.ts';
import { absent, CellVerdict } from './cell-verdict.ts';
import { guardsOf, type GuardAnswer, type GuardAt } from './guards.ts';
import type { Lane, LaneRecords, WeighedByTests } from './lane.ts';
import { isMadeFor, needsAt, needsRestOn, presenceOf, rootOf, type Need } from './needs.ts';
import { placeAt } from './place.ts';
import { prediction, type Prediction } from './prediction.ts';
import { standingOf, type Standing } from './standing.ts';
import { bearingsOf, countedAt, testedStatus, type CountedAt } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { weigh, type Said, type Weighed } from './weighing.ts';
import { addTo, within } from '../../store/grouping.ts';

const NONE: readonly never[] = [];

/** Gives verdicts on a model; keeps what it works out. */
export interface Verdicts {
  readonly model: Model;
  readonly predict: Prediction;
  readonly claims: readonly ClaimReach[];
  readonly counted: CountedAt;
  /** What a consumer needs at a place, and whether it has it: one list for all releases of a class. */
  needs(consumer: Consumer, release: string, arch: string, config?: string | null): readonly Need[];
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
  /** What the guards of a consumer say in the default configuration, whether it can be there or not; far cheaper than a verdict. */
  guardAt(consumer: Consumer, arch: string): GuardAt;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const claims = claimReach(model);
  const claimsAt = new Map<string, ClaimReach[]>();
  for (const claim of claims) {
    for (const release of claim.spokenOf) {
      addTo(claimsAt, release, claim);
    }
  }
  const searched = new Set(model.of('BisectOutcomeRecorded').map((e) => e.payload.release));
  const counted = countedAt(model);
  const guardsIn = guardsOf(model, predict);
  const bearingOf = bearingsOf(model);
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
  const laneOf = (consumer: Consumer, arch: string, config: string | null): Lane => {
    const known = lanes
      .get(config ?? '')
      ?.get(consumer)
      ?.get(arch);
    if (known) return known;
    const ofConfig = lanes.get(config ?? '') ?? new Map<Consumer, Map<string, Lane>>();
    lanes.set(config ?? '', ofConfig);
    const ofConsumer = ofConfig.get(consumer) ?? new Map<string, Lane>();
    ofConfig.set(consumer, ofConsumer);
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
  const needsIn = ({ consumer, arch, switches, records }: Lane, release: string): readonly Need[] => {
    const first = records.like(predict.classOf(release));
    const known = records.needs.get(first);
    if (known) return known;
    const made = needsAt(model, predict, consumer, first, arch, switches);
    records.needs.set(first, made);
    return made;
  };
  const standingIn = (lane: Lane, release: string): Standing => {
    const first = lane.records.like(predict.classOf(release));
    const known = lane.records.standings.get(first);
    if (known) return known;
    const needs = needsIn(lane, release);
    const made = standingOf(needs, bearingOf(lane.consumer, needs, lane.arch));
    lane.records.standings.set(first, made);
    return made;
  };
  // What it says may name the release.
  const notFoundOutAt = (lane: Lane, release: string): Standing => {
    const key = `${release}\nnot found out`;
    const known = lane.records.standings.get(key);
    if (known) return known;
    const made = notFoundOut(model, standingIn(lane, release), lane, release);
    lane.records.standings.set(key, made);
    return made;
  };
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, config } = lane;
    if (!isMadeFor(consumer, arch)) return absent(lane, release);
    const presence = presenceOf(model, consumer.interface, release, arch);
    if (presence === 'absent') return absent(lane, release);
    const standing = presence === 'there' ? standingIn(lane, release) : notFoundOutAt(lane, release);
    const said =
      claimsAt
        .get(release)
        ?.filter(
          ({ event }) =>
            (event.payload.archs?.includes(arch) ?? false) && isAbout(event, consumer, standing.behaviours),
        ) ?? NONE;
    const tested =
      model.results.hasRelease(release) || searched.has(release)
        ? testedStatus(model, counted, consumer, standing.bearing, release, config)
        : null;
    const guard = lane.guardAt(release);
    const weighed = weighedIn(lane, release, standing, said, tested, guard);
    return new CellVerdict(lane, release, standing, weighed, said, tested, guard);
  };
  /** Cells of which the same is said fare alike; those of which somebody claims something are weighed one by one. */
  const weighedIn = (lane: Lane, release: string, standing: Standing, ...said: Said): Weighed => {
    const [claims, tested, guard] = said;
    if (claims.length > 0) return weigh(lane.config, release, standing, ...said);
    const byGuard = lane.records.weighed.get(standing) ?? new Map<GuardAnswer | null, WeighedByTests>();
    lane.records.weighed.set(standing, byGuard);
    const byTests = within(byGuard, guard);
    const known = byTests.get(tested?.status ?? null);
    if (known) return known;
    const made = weigh(lane.config, release, standing, ...said);
    byTests.set(tested?.status ?? null, made);
    return made;
  };
  return {
    model,
    predict,
    claims,
    counted,
    guardAt: (consumer, arch) => laneOf(consumer, arch, null).guardAt,
    needs: (consumer, release, arch, config = null) => needsIn(laneOf(consumer, arch, config), release),
    at(consumer, release, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      const known = lane.verdicts.get(release);
      if (known) return known;
      const made = judge(lane, release);
      lane.verdicts.set(release, made);
      return made;
    },
  };
}

/** How a consumer stands where nobody has found out whether the architecture had the interface yet. */
function notFoundOut(model: Model, standing: Standing, { consumer, arch }: Lane, release: string): Standing {
  const event = model.interfaces.get(consumer.interface);
  const since = event?.payload.archs?.find((a) => a.arch === arch)?.since;
  const isAdrift = since !== undefined && rootOf(model, since) !== rootOf(model, release);
  return {
    ...standing,
    status: 'unknown',
    basis: null,
    evidence: event ? [event.id] : [],
    note: isAdrift
      ? `what ${release} continues is not recorded`
      : `since when ${arch} has ${consumer.interface} is not known`,
  };
}
