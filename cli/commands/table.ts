import { wholeBrowserCompat, wholeCompatibility, wholeTable } from '../../queries/kept/kept-questions.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import { table } from '../../queries/tables/table.ts';
import { painter, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { compatibilityPage } from '../output/page/compatibility-page.ts';
import { gridPage } from '../output/page/grid-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { tableText } from '../output/table-text.ts';
import { answered } from './answered.ts';
import { tableCellsOf, type TableArguments } from './cells.ts';

/** Shows a column per release, or with `--intervals` the stretches over which a consumer fares alike. */
export async function tableCommand(
  world: World,
  args: CommonArguments & TableArguments & { readonly intervals?: boolean },
): Promise<number> {
  const options = tableCellsOf(args);
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
