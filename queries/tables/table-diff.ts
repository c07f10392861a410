import { faresAlong, type Fare, type FaresAlong, type FaresOf } from './fares.ts';
import { answersOf } from '../regressions/answers.ts';
import type { Basis, CellStatus } from '../verdict/cell-status.ts';
import type { Consumer, Model } from '../model/model.ts';
import {
  allArchs,
  selectArchs,
  selectConfig,
  selectConsumers,
  selectRelease,
  selectReleases,
} from '../model/select.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { TableOptions } from './table.ts';
import { isMadeFor } from '../verdict/presences.ts';
import { nameOf } from '../verdict/verdict.ts';

/** One side of a change: null where the cell did not exist. */
export type Side = { readonly status: CellStatus; readonly basis: Basis | null } | null;

/** Cells of one line that changed in the same way. */
export interface TableChange {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly line: string;
  /** The releases, by their ends; between two releases both are null. */
  readonly from: string | null;
  readonly to: string | null;
  readonly before: Side;
  readonly after: Side;
  /** Evidence of the later side that the earlier one did not have. */
  readonly evidence: readonly string[];
}

export interface TableDiffDocument {
  readonly schema: 'regline.table-diff/1';
  readonly by: 'moment' | 'release';
  readonly from: string;
  readonly to: string;
  /** Releases that only the later moment knows; their cells are no change. */
  readonly newReleases: readonly string[];
  readonly changes: readonly TableChange[];
}

/**
 * Answers: which cells differ between two releases?
 *
 * @throws QueryError where one of the two is no recorded release, or several.
 */
export function diffReleases(
  model: Model,
  from: string,
  to: string,
  options: TableOptions = {},
): TableDiffDocument {
  const { verdicts } = answersOf(model);
  const [a, b] = [selectRelease(model, from), selectRelease(model, to)];
  const config = selectConfig(model, options.config);
  const changes: TableChange[] = [];
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of selectArchs(model, options.archs)) {
      const then = verdicts.at(consumer, a, arch, config);
      const now = verdicts.at(consumer, b, arch, config);
      if (then.status === now.status) continue;
      changes.push({
        consumer: consumer.consumer,
        variant: consumer.variant,
        arch,
        line: model.graph.releases.get(b)!.line,
        from: null,
        to: null,
        before: sideOf(then),
        after: sideOf(now),
        evidence: fresh(then.evidence, now.evidence),
      });
    }
  }
  return { schema: 'regline.table-diff/1', by: 'release', from: a, to: b, newReleases: [], changes };
}

/**
 * Answers: which cells does one moment's knowledge see otherwise than another's? Consumers that one of the moments does not
 * know have no side there.
 *
 * @param known how both moments say that consumers fare in the default configuration, where somebody knows it: where they have one object
 *   for a lane, nothing of it differs
 */
export function diffMoments(
  earlier: Model,
  later: Model,
  options: TableOptions = {},
  known: { readonly then: FaresOf; readonly now: FaresOf } | null = null,
): TableDiffDocument {
  const wanted = options.releases === undefined ? null : new Set(selectReleases(later, options.releases));
  const both = withConsumersOf(earlier, later);
  // What no interface has any more cannot fare as it did.
  const archs = selectArchs(both, options.archs, [...new Set([later, earlier].flatMap(allArchs))]);
  const config = selectConfig(later, options.config);
  const changes: TableChange[] = [];
  const lines = [...later.graph.members];
  const { then, now } = known ?? {
    then: (consumer: Consumer, arch: string) => faresAlong(earlier, consumer, arch, config),
    now: (consumer: Consumer, arch: string) => faresAlong(later, consumer, arch, config),
  };
  for (const [before, after] of sidesOf(earlier, later, selectConsumers(both, options.consumers))) {
    const { consumer, variant } = (after ?? before)!;
    for (const arch of archs) {
      if (![before, after].some((one) => one && isMadeFor(one, arch))) continue;
      const thenThere = before && then(before, arch);
      const nowThere = after && now(after, arch);
      if (thenThere === nowThere) continue;
      for (const [line, members] of lines) {
        const releases = wanted === null ? members : members.filter((release) => wanted.has(release));
        const row = { consumer, variant, arch, line };
        changes.push(...changesAlong(row, releases, earlier.graph, thenThere, nowThere));
      }
    }
  }
  const newReleases = later.graph.order.filter((name) => !earlier.graph.releases.has(name));
  const moment = (model: Model) => String(model.view.asOf ?? model.view.asRecorded ?? 'now');
  return {
    schema: 'regline.table-diff/1',
    by: 'moment',
    from: moment(earlier),
    to: moment(later),
    newReleases,
    changes,
  };
}

/**
 * What changed of a row between two moments: neighbouring releases that changed in the same way are one change. A release
 * that the earlier moment did not know is no change, and parts those beside it.
 */
function changesAlong(
  row: Pick<TableChange, 'consumer' | 'variant' | 'arch' | 'line'>,
  releases: readonly string[],
  earlier: ReleaseGraph,
  thenThere: FaresAlong | undefined,
  nowThere: FaresAlong | undefined,
): readonly TableChange[] {
  const changes: TableChange[] = [];
  let open: { -readonly [K in keyof TableChange]: TableChange[K] } | null = null;
  for (const release of releases) {
    const [then, now] = [thenThere?.at(release), nowThere?.at(release)];
    if (isSameFare(then, now) || !earlier.releases.has(release)) {
      open = null;
      continue;
    }
    const [before, after] = [sideOf(then), sideOf(now)];
    const evidence = fresh(thenThere?.evidenceAt(release) ?? [], nowThere?.evidenceAt(release) ?? []);
    if (open && JSON.stringify([open.before, open.after]) === JSON.stringify([before, after])) {
      open.to = release;
      open.evidence = [...new Set([...open.evidence, ...evidence])];
      continue;
    }
    open = { ...row, from: release, to: release, before, after, evidence };
    changes.push(open);
  }
  return changes;
}

/** Who is not there fares as one to whom it does not apply. */
function isSameFare(then: Fare | undefined, now: Fare | undefined): boolean {
  return (
    (then?.status ?? 'not-applicable') === (now?.status ?? 'not-applicable') &&
    (then?.basis ?? null) === (now?.basis ?? null)
  );
}

/** The later moment with the consumers that only the earlier one has behind its own: somebody may name one that is gone. */
function withConsumersOf(earlier: Model, later: Model): Model {
  const now = new Set(later.consumers.map(nameOf));
  const gone = earlier.consumers.filter((consumer) => !now.has(nameOf(consumer)));
  return { ...later, consumers: [...later.consumers, ...gone] };
}

/** Consumers of two moments, each as either knows it. */
function sidesOf(
  earlier: Model,
  later: Model,
  consumers: readonly Consumer[],
): readonly (readonly [before: Consumer | undefined, after: Consumer | undefined])[] {
  const [then, now] = [earlier, later].map((model) => new Map(model.consumers.map((c) => [nameOf(c), c])));
  return consumers.map((c) => [then!.get(nameOf(c)), now!.get(nameOf(c))]);
}

function sideOf(fare: Fare | undefined): Side {
  if (fare === undefined || fare.status === 'not-applicable') return null;
  return { status: fare.status, basis: fare.basis };
}

function fresh(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((id) => !before.includes(id));
}
