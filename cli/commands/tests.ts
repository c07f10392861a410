import { loadModel } from '../../queries/replay/load-model.ts';
import { consumerName } from '../../queries/model/model.ts';
import { knownTests, testsNamed } from '../../queries/results/tests-named.ts';
import { testsSeen } from '../../queries/results/tests-seen.ts';
import { viewOf, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { listingText } from '../output/listing-text.ts';

/** Lists the tests that are recorded, and those that only results name; or some of them. */
export async function testsCommand(
  world: World,
  args: CommonArguments & { readonly names: readonly string[] },
): Promise<number> {
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
}
