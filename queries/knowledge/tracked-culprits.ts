import type { TypedStoredEvent } from '../../store/events/event.ts';
import { addTo } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { candidates } from '../releases/release-graph.ts';
import { linksIn } from '../tracking/link-trailers.ts';
import { placeOf } from '../tracking/tracking-threads.ts';
import { Fixes } from '../tracking/tracking-fixes.ts';
import { tracking, type TrackedReport } from '../tracking/tracking.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { Contradiction } from './contradiction.ts';

/** A tracked report names what introduced it, and the fix that closes the report names another change in its `Fixes:`. */
export function trackedCulprits(model: Model): readonly Contradiction[] {
  const { reports } = tracking(model);
  if (reports.length === 0) return [];
  const known = new Fixes(model);
  const fixes = fixesByReport(model);
  return reports.flatMap((report) =>
    (fixes.get(report.report) ?? []).flatMap((fix) => rivalsOf(model, known, report, fix)),
  );
}

/** The changes, merged or posted, by the reports that they link to. */
function fixesByReport(model: Model): ReadonlyMap<string, readonly TypedStoredEvent<'ChangeRecorded'>[]> {
  const found = new Map<string, TypedStoredEvent<'ChangeRecorded'>[]>();
  for (const fix of model.of('ChangeRecorded'))
    for (const place of new Set(linksIn(fix.payload.trailers).flatMap((link) => placeOf(link) ?? [])))
      addTo(found, place, fix);
  return found;
}

function rivalsOf(
  model: Model,
  known: Fixes,
  report: TrackedReport,
  fix: TypedStoredEvent<'ChangeRecorded'>,
): readonly Contradiction[] {
  const told = report.history.findLast((step) => step.command === 'introduced');
  const named = namedBy(fix).flatMap((hash) => known.changeBeginning(hash) ?? []);
  if (told === undefined || report.introduced === null || named.length === 0) return [];
  const against = disagrees(model, known, report.introduced, named);
  if (against === null) return [];
  const trailer = named.map(shortChange).join(', ');
  return [
    {
      kind: 'culprits',
      about: `${report.title} (${report.report})`,
      sides: [
        { says: `${told.by}: introduced ${shortened(report.introduced)}`, evidence: [told.event] },
        {
          says: `the fix "${fix.payload.subject}" names ${trailer} in its Fixes:${against.says}`,
          evidence: [fix.id],
        },
      ],
      settles: `try what was reported on ${against.isBuilt ? 'a kernel built from ' : ''}${against.version}: if it fails there, ${against.then}; if not, ${against.otherwise}`,
      run: { test: null, subject: report.title, version: against.version, arch: null, config: null },
      settlesBy: [told.event],
      settledBy: null,
    },
  ];
}

function namedBy({
  payload: { fixes = [], trailers = [] },
}: TypedStoredEvent<'ChangeRecorded'>): readonly string[] {
  const said = trailers.flatMap((t) =>
    /^fixes$/i.test(t.key)
      ? (/^(?:commit\s+)?([0-9a-f]{8,40})\b/i.exec(t.value)?.[1]?.toLowerCase() ?? [])
      : [],
  );
  return [...new Set([...fixes, ...said])];
}

/** Where what was introduced is another change, or a range that the change is not in: what to try, and what it tells. */
function disagrees(
  model: Model,
  known: Fixes,
  introduced: string,
  named: readonly string[],
): {
  readonly says: string;
  readonly version: string;
  /** Whether the version is a commit that has to be built. */
  readonly isBuilt: boolean;
  readonly then: string;
  readonly otherwise: string;
} | null {
  const [from = '', to] = introduced.split('..');
  const [first = ''] = named;
  if (to === undefined || to === '') {
    const change = /^[0-9a-f]{8,40}$/.test(from) ? known.changeBeginning(from) : null;
    if (change === null || named.includes(change)) return null;
    const [early, late] = inOrder(model, change, first);
    return {
      says: '',
      version: shortChange(early),
      isBuilt: true,
      then: `${shortChange(early)} did it`,
      otherwise: `${shortChange(late)} remains`,
    };
  }
  const { graph } = model;
  if (!graph.releases.has(from) || !graph.releases.has(to) || !graph.isAncestor(from, to)) return null;
  const possible = new Set(candidates(graph, from, to));
  const isAt = (name: string) => named.some((change) => graph.contains(name).has(change));
  if (named.some((change) => possible.has(change))) return null;
  if (isAt(from))
    return {
      says: `, which ${from} has already`,
      version: from,
      isBuilt: false,
      then: `the range is wrong and ${shortChange(first)} may be it`,
      otherwise: `${shortChange(first)} is not it`,
    };
  return null;
}

/** Two changes, the one that entered first before the other. */
function inOrder({ graph }: Model, a: string, b: string): readonly [string, string] {
  for (const name of graph.order) {
    const entered = graph.entriesAt(name).map((e) => e.change);
    const [at, other] = [entered.indexOf(a), entered.indexOf(b)];
    if (at < 0 && other < 0) continue;
    return at >= 0 && (other < 0 || at < other) ? [a, b] : [b, a];
  }
  return [a, b];
}

/** Shortens the hashes in a range of versions. */
function shortened(introduced: string): string {
  return introduced.replace(/[0-9a-f]{40}/g, (hash) => shortChange(hash));
}
