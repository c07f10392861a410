import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { ReadModel } from '../../store/read-model.ts';
import { attributionOf } from './attribution.ts';
import { buildsOf, excusedRuns } from './builds.ts';
import type { SeenResult } from './change-classes.ts';
import { knownEnd, sees } from '../model/counting.ts';
import type { Model } from '../model/model.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** Where the runs of a release, a build or a commit are in the log: one small row per run. */
export const runsByVersion: ReadModel = {
  name: 'runs_by_version',
  version: '1',
  types: ['RunObserved'],
  tables: { run: ['release', 'build', 'commit'] },
  async fold(rows, page) {
    await rows.put(
      'run',
      page.flatMap((event) =>
        event.type === 'RunObserved'
          ? [
              {
                key: String(event.position),
                value: null,
                indexes: {
                  release: event.payload.release ?? '',
                  build: event.payload.build ?? '',
                  commit: event.payload.commit ?? '',
                },
              },
            ]
          : [],
      ),
    );
  },
};

/**
 * Reads the results of a release, a build or a commit that a view sees: of each run its version that counts, without what
 * was retracted. What was laid to infrastructure, another cause or a newer selftest is set aside: it is there, and says nothing.
 */
export async function loadResultsOf(
  store: EventStore,
  model: Model,
  name: string,
): Promise<readonly SeenResult[]> {
  const rows = await store.rows(runsByVersion);
  const builds = buildsOf(model);
  const ofRelease = [...builds].filter(([, place]) => place.release === name).map(([id]) => id);
  const found = [
    ...(await rows.find('run', 'release', [name])),
    ...(await rows.find('run', 'build', [name, ...ofRelease])),
    ...(await rows.find('run', 'commit', [name])),
  ];
  const positions = [...new Set(found.map((row) => Number(row.key)))].sort((a, b) => a - b);
  const excused = excusedRuns(model);
  const versions = new Map<string, Run[]>();
  for (const event of await store.at(positions)) {
    if (event.type !== 'RunObserved' || !sees(model.view, event) || model.counting.retracted.has(event.id))
      continue;
    const rivals = versions.get(event.stream) ?? [];
    const compared = rivals.length === 0 ? 1 : order(event).localeCompare(order(rivals[0]!), 'en');
    // Two versions of equal order both count: neither first nor last wins.
    if (compared >= 0) versions.set(event.stream, compared === 0 ? [...rivals, event] : [event]);
  }
  const results: SeenResult[] = [];
  for (const run of [...versions.values()].flat()) {
    const { origin, build, id, platform } = run.payload;
    const isExcused = id !== undefined && excused.has(id);
    const place = builds.get(build ?? '');
    const arch = run.payload.arch ?? place?.arch ?? null;
    const config = run.payload.config ?? place?.config ?? null;
    run.payload.results.forEach((result, index) => {
      const address = `${run.id}#${index}`;
      if (model.counting.retracted.has(address)) return;
      const seen: SeenResult = {
        test: result.test,
        arch,
        config,
        platform: result.platform ?? platform ?? null,
        origin,
        outcome: result.outcome,
        address,
      };
      results.push({
        ...seen,
        ...(isExcused
          ? { aside: true }
          : causeOf(attributionOf(model, { ...seen, release: name, known: knownEnd(run) }))),
      });
    });
  }
  return results;
}

/** How a result counts that somebody has laid to a cause. */
function causeOf(laidTo: ReturnType<typeof attributionOf>): Pick<SeenResult, 'aside' | 'knownIssue'> {
  if (laidTo === null) return {};
  if (laidTo.cause !== 'known-issue') return { aside: true };
  const isHere = laidTo.target !== undefined || laidTo.releases !== undefined;
  return { knownIssue: isHere ? 'here' : 'always' };
}

function order(run: Run): string {
  return `${String(run.payload.rev).padStart(9, '0')} ${run.knownAt ?? ''}`;
}
