import { loadWithFailures } from '../../queries/kept/load-with-failures.ts';
import { codeId } from '../code-id.ts';
import { painter, viewOf, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { culpritsText } from '../output/culprits-text.ts';
import { explainText } from '../output/explain-text.ts';
import { timelineText } from '../output/timeline-text.ts';
import { culpritsPage } from '../output/page/culprits-page.ts';
import { explainPage } from '../output/page/explain-page.ts';
import { timelinePage } from '../output/page/timeline-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { answered } from './answered.ts';
import { eventsBeside } from './events-beside.ts';
import { listingText } from '../output/listing-text.ts';
import { allCulprits, wholeTimeline } from '../../queries/kept/kept-questions.ts';
import { culprits, type CulpritsOptions } from '../../queries/regressions/culprits.ts';
import { explain } from '../../queries/explain/explain.ts';
import { loadModel } from '../../queries/model/load.ts';
import { consumerName, type Model } from '../../queries/model/model.ts';
import { knownTests, testsNamed } from '../../queries/results/tests-named.ts';
import { testsSeen } from '../../queries/results/tests-seen.ts';
import { timeline, type TimelineOptions } from '../../queries/tables/timeline.ts';

type Answer<A> = (world: World, args: A & CommonArguments) => Promise<number>;

/** Lists which changes broke which consumers, and which fixed them. */
export const culpritsCommand: Answer<{ id?: string; consumer?: string; arch?: string }> = async (
  world,
  args,
) => {
  const { id, consumer, arch } = args;
  const options: CulpritsOptions = {
    ...(id ? { id } : {}),
    ...(consumer ? { consumer } : {}),
    ...(arch ? { arch } : {}),
  };
  await withLog(world, args, async (store) => {
    const document = await answered(store, args, options, allCulprits, culprits, loadWithFailures);
    if (args.format === 'text') world.out(culpritsText(document, world.columns, painter(world, args)));
    else await writeAnswer(world, args, document, () => culpritsPage(document));
  });
  return 0;
};

/** Lists what changed for each consumer, oldest first. */
export const timelineCommand: Answer<{ archs?: string; consumers?: string }> = async (world, args) => {
  const { archs, consumers } = args;
  const options: TimelineOptions = {
    ...(archs === undefined ? {} : { archs: [archs] }),
    ...(consumers === undefined ? {} : { consumers: [consumers] }),
  };
  await withLog(world, args, async (store) => {
    const document = await answered(store, args, options, wholeTimeline, timeline);
    if (args.format === 'text') world.out(timelineText(document, world.columns, painter(world, args)));
    else await writeAnswer(world, args, document, () => timelinePage(document));
  });
  return 0;
};

/** Explains a subject down to its sources; runs are asked of the log once the explanation has named them. */
export const explainCommand: Answer<{ subject: readonly string[] }> = async (world, args) => {
  await withLog(world, args, async (store) => {
    const model = await loadWithFailures(store, viewOf(args), codeId());
    const document = explain(model, args.subject, await eventsBeside(store, model, args.subject));
    if (args.format !== 'text') {
      await writeAnswer(world, args, document, () => explainPage(document));
      return;
    }
    world.out(explainText(document, world.columns, painter(world, args)));
  });
  return 0;
};

const listing =
  <Entry extends Record<string, unknown>>(
    schema: string,
    key: string,
    entries: (model: Model) => readonly Entry[],
    row: (e: Entry) => readonly string[],
  ): Answer<object> =>
  async (world, args) => {
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

/** The tests that are recorded, and those that only results name; or some of them. */
export const testsCommand: Answer<{ readonly names: readonly string[] }> = async (world, args) => {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const seen = new Set(await testsSeen(store, model.view));
    const known = await knownTests(store, model);
    const named = new Set(args.names.length === 0 ? known : testsNamed(model, known, args.names));
    const recorded = model
      .of('TestRecorded')
      .filter(({ payload: t }) => named.has(t.test))
      .map(({ payload: t }) => ({
        test: t.test,
        title: t.title,
        behaviours: t.behaviours ?? [],
        consumers: (t.consumers ?? []).map((c) => consumerName(c.consumer, c.variant)),
        results: seen.has(t.test),
      }));
    for (const { test } of recorded) named.delete(test);
    const nothing = { title: null, behaviours: [], consumers: [], results: true };
    const others = [...named].map((test) => ({ test, ...nothing }));
    if (args.format === 'json') {
      writeJson(world, {
        schema: 'regline.tests/1',
        asOf: model.view.asOf ?? null,
        tests: [...recorded, ...others],
      });
      return;
    }
    const rows = recorded.map((t) => {
      const exercised = [...t.behaviours, ...t.consumers];
      const says = exercised.length > 0 ? exercised.join(', ') : 'what it exercises is not recorded';
      return [t.test, `${says}${t.results ? '' : ' (no results)'}`];
    });
    world.out(listingText(rows, world.columns));
    if (rows.length + others.length === 0) world.out('no tests are known\n');
    if (others.length === 0) return;
    if (recorded.length > 0) world.out('\nOnly seen in results:\n');
    world.out(
      listingText(
        others.map((t) => [t.test]),
        world.columns,
      ),
    );
  });
  return 0;
};
