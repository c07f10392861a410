import { loadModel } from '../../queries/replay/load-model.ts';
import { consumerName, type Model } from '../../queries/model/model.ts';
import { viewOf, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { listingText } from '../output/listing-text.ts';

/** Makes a command that lists what a log knows: `row` is what a person sees of an entry. */
const listing =
  <Entry extends Record<string, unknown>>(
    schema: string,
    key: string,
    entries: (model: Model) => readonly Entry[],
    row: (e: Entry) => readonly string[],
  ) =>
  async (world: World, args: CommonArguments): Promise<number> => {
    await withLog(world, args, async (store) => {
      const model = await loadModel(store, viewOf(args));
      const found = entries(model);
      if (args.format === 'json') writeJson(world, { schema, asOf: model.view.asOf ?? null, [key]: found });
      else if (found.length === 0) world.out(`no ${key} are known\n`);
      else world.out(listingText(found.map(row), world.columns));
    });
    return 0;
  };

/** Lists the releases that the log knows. */
export const releasesCommand = listing(
  'regline.releases/1',
  'releases',
  (model) =>
    model.graph.order.map((name) => {
      const { line, date, predecessor } = model.graph.releases.get(name)!;
      return { release: name, line, date, predecessor };
    }),
  (r) => [r.release, r.line, r.date ?? 'date not known'],
);

/** Lists the consumers that the log knows, with what they need. */
export const consumersCommand = listing(
  'regline.consumers/1',
  'consumers',
  (model) =>
    model.consumers.map((c) => ({
      consumer: c.consumer,
      variant: c.variant,
      title: c.event?.payload.title ?? 'needs what is documented',
      archs: c.archs,
      needs: [...new Set(c.requirements.map((r) => r.payload.behaviour))],
    })),
  (c) => [consumerName(c.consumer, c.variant), c.title],
);
