import { addTo, grouped, within } from '../../store/grouping.ts';
import { absent, CellVerdict } from './cell-verdict.ts';
import { isAbout, type ClaimReach } from './claims.ts';
import type { GuardAnswer } from './guards.ts';
import type { Lane, WeighedByTests } from './lane.ts';
import { LaneVerdicts } from './lane-verdicts.ts';
import { isMadeFor, presenceOf, type PartOfClass, type Presences } from './presences.ts';
import type { Prediction } from './prediction.ts';
import type { Standing } from './standing.ts';
import type { Standings } from './standings.ts';
import { testedStatus, whatTestsSay, type Bearing, type TestedCells, type TestedStatus } from './tested.ts';
import type { Verdict } from './verdict.ts';
import { weigh, type Said } from './weighing.ts';

const NONE: readonly never[] = [];

/** Judges cells from what is said of them. */
export interface Judge {
  at(lane: Lane, release: string): Verdict;
  /** Judges all releases of a lane, one of those of which the same is said for all of them. */
  along(lane: Lane, presences: Presences): LaneVerdicts;
}

/** Makes the judge of a model. */
export function judgeOf(
  cells: TestedCells,
  { classOf }: Prediction,
  standings: Standings,
  claims: readonly ClaimReach[],
): Judge {
  const { model } = cells;
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
  const spoken = new Map<Bearing, Map<string, ReadonlyMap<string, TestedStatus>>>();
  const testsSay = (bearing: Bearing, config: string | null): ReadonlyMap<string, TestedStatus> => {
    const byConfig = within(spoken, bearing);
    const known = byConfig.get(config ?? '') ?? whatTestsSay(cells, bearing, config);
    byConfig.set(config ?? '', known);
    return known;
  };
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, config, guardAt, records } = lane;
    const presence = isMadeFor(consumer, arch)
      ? presenceOf(model, consumer.interface, release, arch)
      : 'absent';
    if (presence === 'absent') return absent(lane, release);
    const standing =
      presence === 'there' ? standings.at(lane, release) : standings.notFoundOut(lane, release);
    const tested =
      model.results.hasRelease(release) || searched.has(release)
        ? testedStatus(cells, consumer, standing.bearing, release, config)
        : null;
    const claimed = claimsOf(lane, release, standing);
    return verdictOf(
      lane,
      release,
      standing,
      weighedOf(records, standing),
      claimed,
      tested,
      guardAt?.(release) ?? null,
    );
  };
  return {
    at(lane, release) {
      const known = lane.verdicts.get(release) ?? lane.along?.spokenOf.get(release) ?? judge(lane, release);
      lane.verdicts.set(release, known);
      return known;
    },
    along(lane, presences) {
      const { consumer, arch, config, guardAt, records } = lane;
      const claimedHere = claimsAt.get(arch);
      const spokenOf = new Map<string, Verdict>();
      const toldApart = new Map<string, Verdict>();
      const ofClass = new Map<string, Verdict>();
      const judgeAll = ({ first, releases, isPart }: PartOfClass, standing: Standing) => {
        const says = testsSay(standing.bearing, config);
        const weighed = weighedOf(records, standing);
        const isAnySpokenOf = claimedHere !== undefined || says.size > 0 || searched.size > 0;
        const untold: string[] = [];
        for (const release of isAnySpokenOf ? releases : NONE) {
          const claimed = claimedHere?.has(release) === true ? claimsOf(lane, release, standing) : NONE;
          const isSearched = searched.has(release);
          const tested = isSearched
            ? testedStatus(cells, consumer, standing.bearing, release, config)
            : (says.get(release) ?? null);
          if (claimed.length === 0 && tested === null && !isSearched) {
            untold.push(release);
            continue;
          }
          const guard = guardAt === null ? null : guardAt(release);
          spokenOf.set(
            release,
            lane.verdicts.get(release) ?? verdictOf(lane, release, standing, weighed, claimed, tested, guard),
          );
        }
        // Of the others nothing is said but by records and, where there is one, a guard.
        const others = isAnySpokenOf ? untold : releases;
        const [one] = others;
        if (one === undefined) return;
        if (guardAt === null && !isPart) {
          ofClass.set(first, verdictOf(lane, one, standing, weighed, NONE, null, null));
          return;
        }
        const byGuard = new Map<GuardAnswer | null, Verdict>();
        for (const release of others) {
          const guard = guardAt?.(release) ?? null;
          const verdict =
            byGuard.get(guard) ?? verdictOf(lane, release, standing, weighed, NONE, null, guard);
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

type ByGuard = Map<GuardAnswer | null, WeighedByTests>;

/** How a standing of a lane is weighed, by what else is said of a cell. */
function weighedOf({ weighed }: Lane['records'], standing: Standing): ByGuard {
  return within(weighed, standing);
}

/** Cells of which the same is said fare alike; those of which somebody claims something are weighed one by one. */
function verdictOf(
  lane: Lane,
  release: string,
  standing: Standing,
  byGuard: ByGuard,
  claims: Said[0],
  tested: Said[1],
  guard: Said[2],
): Verdict {
  const said: Said = [claims, tested, guard];
  if (claims.length > 0)
    return new CellVerdict(lane, release, standing, weigh(lane.config, release, standing, said), said);
  const status = tested === null ? null : tested.status;
  const byTests = within(byGuard, guard);
  const weighed = byTests.get(status) ?? weigh(lane.config, release, standing, said);
  byTests.set(status, weighed);
  return new CellVerdict(lane, release, standing, weighed, said);
}
