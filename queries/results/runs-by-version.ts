import type { EventStore } from '../../store/event-store.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { ReadModel } from '../../store/read-model.ts';
import { buildsOf } from './builds.ts';
import type { SeenResult } from '../outcomes/seen-result.ts';
import type { Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';
import { factsOfEach, resultTeller } from './run-facts.ts';
import { countingResults } from './run-versions.ts';

type Run = TypedStoredEvent<'RunObserved'>;

/** As few digits of a commit are taken for one, and that is how runs are found by commits, which may be abbreviated in either place. */
const SHORTEST = 7;
const HASH = /^[0-9a-f]{7,64}$/;

/** Where the runs of a release, a build or a commit are in the log, and the versions of each: one small row per run. */
export const runsByVersion: ReadModel = {
  name: 'runs_by_version',
  version: '3',
  types: ['RunObserved'],
  tables: { run: ['release', 'build', 'commit', 'stream'] },
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
                  commit: event.payload.commit?.slice(0, SHORTEST) ?? '',
                  stream: event.stream,
                },
              },
            ]
          : [],
      ),
    );
  },
};

/**
 * Reads the results of a release, a build or a commit (7 digits of it or more) that a view sees: of each run its version that counts,
 * without what was retracted. What was laid to infrastructure, another cause or a newer selftest is set aside: it is there, and says nothing.
 *
 * @throws QueryError where the digits are the beginning of several commits.
 */
export async function loadResultsOf(
  store: EventStore,
  model: Model,
  name: string,
): Promise<readonly SeenResult[]> {
  const rows = await store.rows(runsByVersion);
  const commits = new Set<string>();
  const isCommit = (commit: string | undefined): boolean => {
    if (commit === undefined || !isSame(commit, name)) return false;
    commits.add(commit);
    return true;
  };
  const ofVersion = [...buildsOf(model)]
    .filter(([, place]) => place.release === name || isCommit(place.commit))
    .map(([id]) => id);
  const builds = new Set([name, ...ofVersion]);
  const found = [
    ...(await rows.find('run', 'release', [name])),
    ...(await rows.find('run', 'build', [...builds])),
    ...(HASH.test(name) ? await rows.find('run', 'commit', [name.slice(0, SHORTEST)]) : []),
  ];
  // Another version of a run may be of another release, and count instead.
  const versions = await rows.find('run', 'stream', [...new Set(found.map((row) => row.indexes!.stream!))]);
  const positions = versions.map((row) => Number(row.key)).sort((a, b) => a - b);
  const runs = (await store.at(positions)) as readonly Run[];
  const teller = resultTeller(model);
  const factsOf = factsOfEach();
  const isHere = ({ payload: { release, build, commit } }: Run) =>
    release === name || (build !== undefined && builds.has(build)) || isCommit(commit);
  const results: SeenResult[] = [];
  for (const { run, index, result } of countingResults(model, runs))
    if (isHere(run)) results.push(teller.tell(factsOf(run), name, result.test, result.outcome, index));
  const [one = '', ...others] = [...commits].sort((a, b) => b.length - a.length);
  if (others.some((other) => !one.startsWith(other)))
    throw new QueryError(`"${name}" is the beginning of several commits`, {
      suggestions: [...commits].sort(),
    });
  return results;
}

/** Either may be abbreviated. */
function isSame(commit: string, name: string): boolean {
  return HASH.test(name) && (commit.startsWith(name) || name.startsWith(commit));
}
