import { addTo, within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import { isAbout, type ClaimReach } from './claims.ts';
import type { Lane } from './lane.ts';
import type { PredictedStatus } from './predicted-status.ts';
import { testedStatus, whatTestsSay, type Bearing, type TestedCells, type TestedStatus } from './tested.ts';

/** What is known of a cell beside the records: claims about it, and what its tests and bisect sessions found. */
export interface CellEvidence {
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
}

/** The evidence for the cells of a model, beside its records. */
export interface CellEvidences {
  at(lane: Lane, release: string, predicted: PredictedStatus): CellEvidence;
  /**
   * The same for all releases of a lane, prepared once: null for a release without any. The whole answer is null where no
   * release can have any.
   */
  along(lane: Lane, predicted: PredictedStatus): ((release: string) => CellEvidence | null) | null;
}

const NONE: readonly never[] = [];

/** Arranges the claims, tests and bisect sessions of a model by cell. */
export function cellEvidences(cells: TestedCells, claims: readonly ClaimReach[]): CellEvidences {
  const { model } = cells;
  const claimsAt = new Map<string, Map<string, ClaimReach[]>>();
  for (const claim of claims)
    for (const arch of new Set(claim.event.payload.archs ?? []))
      for (const release of claim.spokenOf) addTo(within(claimsAt, arch), release, claim);
  const claimsOf = ({ consumer, arch }: Lane, release: string, { behaviours }: PredictedStatus) =>
    claimsAt
      .get(arch)
      ?.get(release)
      ?.filter(({ event }) => isAbout(event, consumer, behaviours)) ?? NONE;

  const bisected = new Set(model.of('BisectOutcomeRecorded').map((e) => e.payload.release));
  const testedAt = ({ consumer, config }: Lane, release: string, { bearing }: PredictedStatus) =>
    testedStatus(cells, consumer, bearing, release, config);
  const byConfig = new Map<Bearing, Map<string, ReadonlyMap<string, TestedStatus>>>();
  const testsOf = (bearing: Bearing, config: string | null) =>
    remembered(within(byConfig, bearing), config ?? '', () => whatTestsSay(cells, bearing, config));

  return {
    at(lane, release, predicted) {
      const mayBeTested = model.results.hasRelease(release) || bisected.has(release);
      const tested = mayBeTested ? testedAt(lane, release, predicted) : null;
      return { claims: claimsOf(lane, release, predicted), tested };
    },
    along(lane, predicted) {
      const claimed = claimsAt.get(lane.arch);
      const tests = testsOf(predicted.bearing, lane.config);
      if (claimed === undefined && tests.size === 0 && bisected.size === 0) return null;
      return (release) => {
        const isBisected = bisected.has(release);
        const found = {
          claims: claimed?.has(release) === true ? claimsOf(lane, release, predicted) : NONE,
          tested: isBisected ? testedAt(lane, release, predicted) : (tests.get(release) ?? null),
        };
        return found.claims.length === 0 && found.tested === null && !isBisected ? null : found;
      };
    },
  };
}
