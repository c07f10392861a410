import { loadWithFailures } from '../../queries/kept/load-with-failures.ts';
import { codeId } from '../code-id.ts';
import { viewOf, withLog, painter, writeJson, type CommonArguments, type World } from '../context.ts';
import { answered } from './answered.ts';
import { compatibilityPage } from '../output/page/compatibility-page.ts';
import { gridPage } from '../output/page/grid-page.ts';
import { releaseNotePage } from '../output/page/release-note-page.ts';
import { tableDiffPage } from '../output/page/table-diff-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { tableText } from '../output/table-text.ts';
import { knownAtPrecision } from '../../store/known-at.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import { wholeBrowserCompat, wholeCompatibility, wholeTable } from '../../queries/kept/kept-questions.ts';
import { loadModel } from '../../queries/model/load.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { releaseNote } from '../../queries/tables/release-note.ts';
import { table, type TableOptions } from '../../queries/tables/table.ts';
import { diffMoments, diffReleases } from '../../queries/tables/table-diff.ts';

interface Selection extends CommonArguments {
  readonly archs?: string;
  readonly consumers?: string;
  readonly config?: string;
}

export interface TableArguments extends Selection {
  readonly releases?: string;
  readonly intervals?: boolean;
}

function optionsOf(args: TableArguments): TableOptions {
  const { releases, archs, consumers, config } = args;
  return {
    ...(releases === undefined ? {} : { releases }),
    ...(archs === undefined ? {} : { archs: [archs] }),
    ...(consumers === undefined ? {} : { consumers: [consumers] }),
    ...(config === undefined ? {} : { config }),
  };
}

/** Shows a column per release, or with `--intervals` the stretches over which a consumer fares alike. */
export async function tableCommand(world: World, args: TableArguments): Promise<number> {
  const options = optionsOf(args);
  await withLog(world, args, async (store) => {
    if (args.format === 'bcd') {
      const { writtenAsMarkup } = await import('../output/browser-compat.ts');
      const document = await answered(store, args, options, wholeBrowserCompat, async (model) => {
        const { browserCompat } = await import('../../queries/tables/browser-compat.ts');
        return browserCompat(model, compatibility(model, options));
      });
      writeJson(world, writtenAsMarkup(document));
    } else if (args.intervals === true) {
      const document = await answered(store, args, options, wholeCompatibility, compatibility);
      if (args.format === 'csv') world.out((await import('../output/csv.ts')).compatibilityCsv(document));
      else
        await writeAnswer(world, args, document, () =>
          compatibilityPage(document, args.format === 'text' && world.columns < 120),
        );
    } else {
      const document = await answered(store, args, options, wholeTable, table);
      if (args.format === 'csv') world.out((await import('../output/csv.ts')).tableCsv(document));
      else if (args.format === 'text') world.out(tableText(document, world.columns, painter(world, args)));
      else await writeAnswer(world, args, document, () => gridPage(document));
    }
  });
  return 0;
}

export interface TableDiffArguments extends TableArguments {
  readonly from: string;
  readonly to?: string;
}

/** Shows what differs between two releases, or between what was known at two moments. */
export async function tableDiffCommand(world: World, args: TableDiffArguments): Promise<number> {
  const isMoment = (text: string) => knownAtPrecision(text) !== null;
  const moments = isMoment(args.from) && (args.to === undefined || isMoment(args.to));
  if (!moments && args.to === undefined)
    throw new QueryError('say with what to compare', { hint: 'add --to RELEASE' });
  await withLog(world, args, async (store) => {
    const document = moments
      ? diffMoments(
          await loadModel(store, { ...viewOf(args), asOf: args.from }),
          await loadModel(store, { ...viewOf(args), ...(args.to === undefined ? {} : { asOf: args.to }) }),
          optionsOf(args),
        )
      : diffReleases(await loadModel(store, viewOf(args)), args.from, args.to!, optionsOf(args));
    await writeAnswer(world, args, document, () => tableDiffPage(document));
  });
  return 0;
}

export interface ReleaseNoteArguments extends Selection {
  readonly release: string;
  readonly since?: string;
}

/** Writes what the note of a release has to say: fixed, newly broken, known issues, not known. */
export async function releaseNoteCommand(world: World, args: ReleaseNoteArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = releaseNote(await loadWithFailures(store, viewOf(args), codeId()), {
      ...optionsOf(args),
      release: args.release,
      ...(args.since === undefined ? {} : { since: args.since }),
    });
    await writeAnswer(world, args, document, () => releaseNotePage(document));
  });
  return 0;
}
