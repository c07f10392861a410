import { addTo, within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { absent, CellVerdict } from './cell-verdict.ts';
import { isAbout, type ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane, LaneVerdicts, WeighedByTests } from './lane.ts';
import { isMadeFor, presenceOf } from './needs.ts';
import type { Presences } from './presences.ts';
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
  const verdictOf = (lane: Lane, release: string, standing: Standing, ...said: Said): Verdict =>
    new CellVerdict(lane, release, standing, weighedIn(lane, release, standing, ...said), ...said);
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, config } = lane;
    const presence = isMadeFor(consumer, arch)
      ? presenceOf(model, consumer.interface, release, arch)
      : 'absent';
    if (presence === 'absent') return absent(lane, release);
    const standing =
      presence === 'there' ? standings.at(lane, release) : standings.notFoundOut(lane, release);
    const tested =
      model.results.hasRelease(release) || searched.has(release)
        ? testedStatus(model, counted, consumer, standing.bearing, release, config)
        : null;
    return verdictOf(
      lane,
      release,
      standing,
      claimsOf(lane, release, standing),
      tested,
      lane.guardAt?.(release) ?? null,
    );
  };
  const at: Judge['at'] = (lane, release) => {
    const known = lane.verdicts.get(release) ?? judge(lane, release);
    lane.verdicts.set(release, known);
    return known;
  };
  return {
    at,
    along(lane, presences) {
      const { config, guardAt } = lane;
      const found = new Map<string, Verdict>();
      const spokenOf = new Map<string, Verdict>();
      const judgeAlone = (release: string) => {
        const verdict = at(lane, release);
        found.set(release, verdict);
        spokenOf.set(release, verdict);
      };
      const [first] = presences.absent;
      if (first !== undefined) {
        const verdict = absent(lane, first);
        for (const release of presences.absent) found.set(release, verdict);
      }
      for (const release of presences.unknown) judgeAlone(release);
      for (const { first, releases } of presences.there) {
        const standing = standings.at(lane, first);
        const tested = whereTested(standing.bearing, config);
        // Of those of which nobody speaks nothing is said but by records and, where there is one, a guard.
        const byGuard = new Map<GuardAnswer | null, Verdict>();
        for (const release of releases) {
          if (tested.has(release) || searched.has(release) || claimsOf(lane, release, standing).length > 0) {
            judgeAlone(release);
            continue;
          }
          const guard = guardAt?.(release) ?? null;
          const verdict = byGuard.get(guard) ?? verdictOf(lane, release, standing, NONE, null, guard);
          byGuard.set(guard, verdict);
          found.set(release, verdict);
        }
      }
      return { at: found, spokenOf };
    },
  };
}

/** Cells of which the same is said fare alike; those of which somebody claims something are weighed one by one. */
function weighedIn(
  { config, records }: Lane,
  release: string,
  standing: Standing,
  ...[claims, tested, guard]: Said
): Weighed {
  if (claims.length > 0) return weigh(config, release, standing, claims, tested, guard);
  const byGuard = records.weighed.get(standing) ?? new Map<GuardAnswer | null, WeighedByTests>();
  records.weighed.set(standing, byGuard);
  const byTests = within(byGuard, guard);
  const known = byTests.get(tested?.status ?? null);
  if (known) return known;
  const made = weigh(config, release, standing, claims, tested, guard);
  byTests.set(tested?.status ?? null, made);
  return made;
}
