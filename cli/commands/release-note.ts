import { loadWithRegressions } from '../../queries/kept/load-kept.ts';
import { releaseNote } from '../../queries/tables/release-note.ts';
import { codeId } from '../code-id.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { releaseNotePage } from '../output/page/release-note-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { tableCellsOf, type TableArguments } from './cells.ts';

interface ReleaseNoteArguments extends CommonArguments, Omit<TableArguments, 'releases'> {
  readonly release: string;
  readonly since?: string;
}

/** Writes what the note of a release has to say: fixed, newly broken, known issues, not known. */
export async function releaseNoteCommand(world: World, args: ReleaseNoteArguments): Promise<number> {
  await withLog(world, args, async (store) => {
    const document = releaseNote(await loadWithRegressions(store, viewOf(args), codeId()), {
      ...tableCellsOf(args),
      release: args.release,
      ...(args.since === undefined ? {} : { since: args.since }),
    });
    await writeAnswer(world, args, document, () => releaseNotePage(document));
  });
  return 0;
}
