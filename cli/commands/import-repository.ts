import { CloneError } from '../../importers/git/run-git.ts';
import type { RepositoryImporter } from '../../importers/repository-importer.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import type { World } from '../context.ts';
import { InputError } from '../../store/errors.ts';
import { tell } from '../output/diagnostic.ts';
import { progressBar } from '../output/progress.ts';
import { fit, safeText } from '../output/safe-text.ts';
import { hintsOf, openForImport, type ImportArguments } from './import-arguments.ts';
import { count, emptyCounts, reportOf, writeReports } from './import-report.ts';
import { batchHeader } from './import-run.ts';

/** A bar counts thousandths: how many commits there are is known only once the clone was walked. */
const WHOLE = 1000;

/** Imports the history of a clone: one transaction, taken whole or not at all. */
export async function importRepository(
  world: World,
  args: ImportArguments,
  importer: RepositoryImporter,
): Promise<number> {
  const { repo, files = [] } = args;
  const [repository, ...more] = repo === undefined ? files : [repo, ...files];
  if (repository === undefined || more.length > 0)
    throw new QueryError(`${importer.format} reads one clone`, { hint: 'name it with --repo DIR' });
  if ((args.tags === undefined) !== (args.line === undefined))
    throw new QueryError('--tags and --line go together', {
      hint: '--tags Ubuntu-6.8.0- --line ubuntu-noble',
    });
  const hints = hintsOf(args);
  const store = await openForImport(world, args);
  const counts = emptyCounts();
  const bar = await progressBar(world, safeText(fit(repository, 40)), WHOLE);
  async function* pages(): AsyncGenerator<readonly NewEvent[]> {
    const produced = importer.read({
      repository: repository!,
      range: args.range ?? null,
      paths: (args.paths ?? '').split(',').filter((path) => path !== ''),
      tagRule: args.tags === undefined ? null : { prefix: args.tags, line: args.line! },
      hints,
      progress: (done, of) => {
        bar.update(Math.floor((done / Math.max(1, of)) * WHOLE));
      },
    });
    for await (const { events, warnings = [] } of produced) {
      for (const warning of warnings) tell(world, warning);
      for (const event of events) count(counts, event);
      yield events;
    }
  }
  try {
    const result = await store.append(batchHeader(world, importer, repository, null), pages(), {
      dryRun: args.dryRun === true,
      revisions: 'open',
    });
    writeReports(world, args, [reportOf(repository, importer.format, counts, result)]);
    return 0;
  } catch (error) {
    throw error instanceof CloneError ? unreadable(repository, error) : error;
  } finally {
    bar.stop();
    await store.close();
  }
}

/** What cannot be read is bad input, as a damaged file is. */
function unreadable(repository: string, { message }: CloneError): InputError {
  const before = `${repository}: `;
  const said = message.startsWith(before) ? message.slice(before.length) : message;
  // What led to it stands before.
  const says = /(?:^|\n)fatal: (.*)$/.exec(said)?.[1] ?? said;
  const isNone = /^not a git repository|^cannot change to /.test(says);
  const hint = isNone || said === message ? {} : { hint: 'git fsck tells what is damaged' };
  return new InputError([{ severity: 'error', message: says, place: { file: repository }, ...hint }]);
}
