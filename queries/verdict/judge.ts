import { addTo, grouped, within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { absent, CellVerdict } from './cell-verdict.ts';
import { isAbout, type ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane, WeighedByTests } from './lane.ts';
import { LaneVerdicts } from './lane-verdicts.ts';
import { isMadeFor, presenceOf } from './needs.ts';
import type { Prediction } from './prediction.ts';
import type { PartOfClass, Presences } from './presences.ts';
import type { Standing } from './standing.ts';
import type { Standings } from './standings.ts';
import { testedStatus, whereTestsSpeak, type Bearing, type CountedAt } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { weigh, type Said, type Weighed } from './weighing.ts';

const NONE: readonly never[] = [];

/** Judges cells from what is said of them. */
export interface Judge {
  at(lane: Lane, release: string): Verdict;
  /** Judges all releases of a lane, one of those of which the same is said for all of them. */
  along(lane: Lane, presences: Presences): LaneVerdicts;
}

/** Makes the judge of a model. */
export function judgeOf(
  model: Model,
  { classOf }: Prediction,
  standings: Standings,
  claims: readonly ClaimReach[],
  counted: CountedAt,
): Judge {
  const claimsAt = new Map<string, Map<string, ClaimReach[]>>();
  for (const claim of claims)
    for (const arch of new Set(claim.event.payload.archs ?? []))
      for (const release of claim.spokenOf) addTo(within(claimsAt, arch), release, claim);
  const searched = new Set(model.of('BisectOutcomeRecorded').map((e) => e.payload.release));
  const claimsOf = ({ consumer, arch }: Lane, release: string, { behaviours }: Standing): Said[0] =>
    claimsAt
      .get(arch)
      ?.get(release)
      ?.filter(({ event }) => isAbout(event, consumer, behaviours)) ?? NONE;
  const spoken = new Map<Bearing, Map<string, ReadonlySet<string>>>();
  const whereTested = (bearing: Bearing, config: string | null): ReadonlySet<string> => {
    const byConfig = within(spoken, bearing);
    const known = byConfig.get(config ?? '') ?? whereTestsSpeak(model, counted, bearing, config);
    byConfig.set(config ?? '', known);
    return known;
  };
  const verdictOf = (lane: Lane, release: string, standing: Standing, said: Said): Verdict =>
    new CellVerdict(lane, release, standing, weighedIn(lane, release, standing, said), said);
  const spokenVerdict = (lane: Lane, release: string, standing: Standing, claimed: Said[0]): Verdict => {
    const { consumer, config, guardAt } = lane;
    const tested =
      model.results.hasRelease(release) || searched.has(release)
        ? testedStatus(model, counted, consumer, standing.bearing, release, config)
        : null;
    return verdictOf(lane, release, standing, [claimed, tested, guardAt?.(release) ?? null]);
  };
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch } = lane;
    const presence = isMadeFor(consumer, arch)
      ? presenceOf(model, consumer.interface, release, arch)
      : 'absent';
    if (presence === 'absent') return absent(lane, release);
    const standing =
      presence === 'there' ? standings.at(lane, release) : standings.notFoundOut(lane, release);
    return spokenVerdict(lane, release, standing, claimsOf(lane, release, standing));
  };
  const at: Judge['at'] = (lane, release) => {
    const known = lane.verdicts.get(release) ?? judge(lane, release);
    lane.verdicts.set(release, known);
    return known;
  };
  return {
    at,
    along(lane, presences) {
      const { arch, config, guardAt } = lane;
      const isClaimed = claimsAt.has(arch);
      const spokenOf = new Map<string, Verdict>();
      const toldApart = new Map<string, Verdict>();
      const ofClass = new Map<string, Verdict>();
      const judgeAll = ({ first, releases, isPart }: PartOfClass, standing: Standing) => {
        const tested = whereTested(standing.bearing, config);
        const isAnySpokenOf = isClaimed || tested.size > 0 || searched.size > 0;
        const others: string[] = [];
        for (const release of isAnySpokenOf ? releases : NONE) {
          const claimed = claimsOf(lane, release, standing);
          if (claimed.length === 0 && !tested.has(release) && !searched.has(release)) others.push(release);
          else {
            const verdict = lane.verdicts.get(release) ?? spokenVerdict(lane, release, standing, claimed);
            lane.verdicts.set(release, verdict);
            spokenOf.set(release, verdict);
          }
        }
        // Of the others nothing is said but by records and, where there is one, a guard.
        const untold = isAnySpokenOf ? others : releases;
        const [one] = untold;
        if (one === undefined) return;
        if (guardAt === null && !isPart) {
          ofClass.set(first, verdictOf(lane, one, standing, [NONE, null, null]));
          return;
        }
        const byGuard = new Map<GuardAnswer | null, Verdict>();
        for (const release of untold) {
          const guard = guardAt?.(release) ?? null;
          const verdict = byGuard.get(guard) ?? verdictOf(lane, release, standing, [NONE, null, guard]);
          byGuard.set(guard, verdict);
          toldApart.set(release, verdict);
        }
      };
      for (const part of presences.there) judgeAll(part, standings.at(lane, part.first));
      for (const { first, releases } of presences.unknown)
        for (const [standing, alike] of grouped(releases, (release) => standings.notFoundOut(lane, release)))
          judgeAll({ first, releases: alike, isPart: true }, standing);
      const [gone] = presences.absent;
      const nowhere = gone === undefined ? undefined : absent(lane, gone);
      return new LaneVerdicts(classOf, spokenOf, toldApart, ofClass, nowhere);
    },
  };
}

/** Cells of which the same is said fare alike; those of which somebody claims something are weighed one by one. */
function weighedIn({ config, records }: Lane, release: string, standing: Standing, said: Said): Weighed {
  const [claims, tested, guard] = said;
  if (claims.length > 0) return weigh(config, release, standing, said);
  const byGuard = records.weighed.get(standing) ?? new Map<GuardAnswer | null, WeighedByTests>();
  records.weighed.set(standing, byGuard);
  const byTests = within(byGuard, guard);
  const known = byTests.get(tested?.status ?? null);
  if (known) return known;
  const made = weigh(config, release, standing, said);
  byTests.set(tested?.status ?? null, made);
  return made;
}
