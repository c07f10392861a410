import { visibleJson } from '../../store/canonical-json.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { KcidbExport } from '../../queries/export/kcidb-export.ts';
import type { KcidbObject } from '../../queries/export/kcidb-objects.ts';
import { loadModel } from '../../queries/replay/load-model.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { regzbotSections } from '../../queries/export/regzbot-export.ts';
import { eventLine } from '../../store/event-line.ts';
import type { EventStore } from '../../store/event-store.ts';
import { viewOf, withLog, type CommonArguments, type World } from '../context.ts';
import { safeText } from '../output/safe-text.ts';

export interface ExportArguments extends CommonArguments {
  readonly as?: string;
  readonly regression?: string;
}

/** Writes what the log holds in the form that somebody else reads. */
export async function exportCommand(world: World, args: ExportArguments): Promise<number> {
  if (args.regression !== undefined && args.as !== 'regzbot')
    throw new QueryError('--regression goes with --as regzbot');
  const isModel = args.as === 'regzbot' || args.as === 'kcidb';
  if (!isModel && (args.asOf !== undefined || args.asRecorded !== undefined))
    throw new QueryError('events are exported whole', {
      hint: '--as-of goes with --as kcidb and --as regzbot',
    });
  await withLog(world, args, (store) => {
    if (args.as === 'kcidb') return exportKcidb(world, args, store);
    if (args.as === 'regzbot') return exportRegzbot(world, args, store);
    return exportEvents(world, store);
  });
  return 0;
}

async function exportEvents(world: World, store: EventStore): Promise<void> {
  for await (const page of store.read()) world.out(page.map((event) => `${eventLine(event)}\n`).join(''));
}

/** One submission, written as it is made: a log may hold more tests than memory does. */
async function exportKcidb(world: World, args: ExportArguments, store: EventStore): Promise<void> {
  const view = viewOf(args);
  const made = new KcidbExport(await loadModel(store, view));
  world.out('{"version":{"major":5,"minor":3},\n"tests":[');
  let count = 0;
  const write = (objects: readonly KcidbObject[], first: boolean) => {
    if (objects.length > 0)
      world.out(
        `${first ? '\n' : ',\n'}${objects.map((object) => visibleJson(JSON.stringify(object))).join(',\n')}`,
      );
  };
  for await (const page of store.read({ types: ['RunObserved'] })) {
    const tests = page.flatMap((event) => (event.type === 'RunObserved' ? made.testsOf(event) : []));
    write(tests, count === 0);
    count += tests.length;
  }
  for (const [name, objects] of made.rest()) {
    world.out(`],\n"${name}":[`);
    write(objects, true);
  }
  world.out(']}\n');
}

async function exportRegzbot(world: World, args: ExportArguments, store: EventStore): Promise<void> {
  const model = await loadModel(store, viewOf(args));
  const { regression } = args;
  const { regressions } = culprits(model, regression === undefined ? {} : { id: regression });
  const wanted = regression === undefined ? regressions.filter((r) => r.kind === 'regression') : regressions;
  const pages = regzbotSections(model, wanted).map(
    // regzbot reads commands after an empty line, up to the next.
    ({ id, title, commands }) => `${safeText(`${id}: ${title}`)}\n\n${commands.join('\n')}\n`,
  );
  world.out(pages.join('\n'));
}
