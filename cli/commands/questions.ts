import { painter, viewOf, withLog, writeJson, type CommonArguments, type World } from '../context.ts';
import { culpritsText } from '../output/culprits-text.ts';
import { culpritsPage } from '../output/page/culprits-page.ts';
import { explainPage } from '../output/page/explain-page.ts';
import { timelinePage } from '../output/page/timeline-page.ts';
import { writeAnswer } from '../output/page/write-page.ts';
import { safeText, wrap } from '../output/safe-text.ts';
import { culprits } from '../../queries/culprits.ts';
import { explain } from '../../queries/explain.ts';
import { loadModel } from '../../queries/load.ts';
import { consumerName, type Model } from '../../queries/model.ts';
import { testsSeen } from '../../queries/tests-seen.ts';
import { timeline } from '../../queries/timeline.ts';

type Answer<A> = (world: World, args: A & CommonArguments) => Promise<number>;

function question<A>(
  ask: (model: Model, world: World, args: A & CommonArguments) => Promise<void> | void,
): Answer<A> {
  return async (world, args) => {
    await withLog(world, args, async (store) => {
      await ask(await loadModel(store, viewOf(args)), world, args);
    });
    return 0;
  };
}

export const culpritsCommand = question<{ id?: string; consumer?: string; arch?: string }>(
  async (model, world, args) => {
    const { id, consumer, arch } = args;
    const document = culprits(model, {
      ...(id ? { id } : {}),
      ...(consumer ? { consumer } : {}),
      ...(arch ? { arch } : {}),
    });
    if (args.format === 'text') {
      world.out(culpritsText(document, world.columns, painter(world, args)));
      return;
    }
    await writeAnswer(world, args, document, () => culpritsPage(document));
  },
);

export const timelineCommand = question<{ archs?: string; consumers?: string }>(
  async (model, world, args) => {
    const { archs, consumers } = args;
    const document = timeline(model, {
      ...(archs === undefined ? {} : { archs: [archs] }),
      ...(consumers === undefined ? {} : { consumers: [consumers] }),
    });
    if (args.format !== 'text') {
      await writeAnswer(world, args, document, () => timelinePage(document));
      return;
    }
    const paint = painter(world, args);
    for (const lane of document.lanes) {
      world.out(
        `${paint('bold', safeText(`${consumerName(lane.consumer, lane.variant)} on ${lane.arch}`))}\n`,
      );
      for (const s of lane.spans) {
        const range = s.to === s.from ? s.from : `${s.from}..${s.to ?? ''}`;
        const style =
          s.status === 'works'
            ? 'green'
            : s.status === 'broken' || s.status === 'conflict'
              ? 'red'
              : 'yellow';
        world.out(
          `  ${s.line.padEnd(9)} ${range.padEnd(24)} ${paint(style, s.status)}${s.basis === null ? '' : paint('dim', ` (${s.basis})`)}\n`,
        );
      }
      world.out('\n');
    }
  },
);

export const explainCommand = question<{ subject: readonly string[] }>(async (model, world, args) => {
  const document = explain(model, args.subject);
  if (args.format !== 'text') {
    await writeAnswer(world, args, document, () => explainPage(document));
    return;
  }
  const paint = painter(world, args);
  const width = Math.min(world.columns, 120);
  world.out(
    `${paint('bold', safeText(document.subject))}${document.verdict === null ? '' : `: ${safeText(document.verdict)}`}\n`,
  );
  document.steps.forEach((step, i) => {
    world.out(`${String(i + 1).padStart(3)}. ${wrap(safeText(step.says), width, '     ')}\n`);
    if (step.rule !== null)
      world.out(`     ${paint('dim', wrap(`rule: ${safeText(step.rule)}`, width, '     '))}\n`);
    for (const event of step.events) {
      world.out(
        `     ${paint('yellow', event.id.slice(0, 8))} ${wrap(safeText(`${event.knownAt ?? 'unknown date'} ${event.source}`), width, '       ')}\n`,
      );
      if (event.excerpt !== null)
        world.out(`       ${paint('dim', wrap(safeText(event.excerpt), width, '       '))}\n`);
    }
  });
});

const listing = <Entry extends Record<string, unknown>>(
  schema: string,
  key: string,
  entries: (model: Model) => readonly Entry[],
  line: (e: Entry) => string,
) =>
  question<object>((model, world, args) => {
    const found = entries(model);
    if (args.format === 'json') writeJson(world, { schema, asOf: model.view.asOf ?? null, [key]: found });
    else for (const entry of found) world.out(`${safeText(line(entry))}\n`);
  });

export const releasesCommand = listing(
  'regline.releases/1',
  'releases',
  (model) =>
    model.graph.order.map((name) => {
      const { line, date, predecessor } = model.graph.releases.get(name)!;
      return { release: name, line, date, predecessor };
    }),
  (r) => `${r.release.padEnd(14)} ${r.line.padEnd(10)} ${r.date ?? 'date not known'}`,
);

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
  (c) => `${consumerName(c.consumer, c.variant).padEnd(26)} ${c.title}`,
);

/** The tests that are recorded, and those that only results name. */
export const testsCommand: Answer<object> = async (world, args) => {
  await withLog(world, args, async (store) => {
    const model = await loadModel(store, viewOf(args));
    const seen = new Set(await testsSeen(store, model.view));
    const recorded = model.of('TestRecorded').map(({ payload: t }) => ({
      test: t.test,
      title: t.title,
      behaviours: t.behaviours ?? [],
      consumers: (t.consumers ?? []).map((c) => consumerName(c.consumer, c.variant)),
      results: seen.has(t.test),
    }));
    const named = new Set(recorded.map((t) => t.test));
    const others = [...seen]
      .filter((test) => !named.has(test))
      .map((test) => ({ test, title: null, behaviours: [], consumers: [], results: true }));
    if (args.format === 'json') {
      writeJson(world, {
        schema: 'regline.tests/1',
        asOf: model.view.asOf ?? null,
        tests: [...recorded, ...others],
      });
      return;
    }
    for (const t of [...recorded, ...others]) {
      const exercised = [...t.behaviours, ...t.consumers];
      const says = exercised.length > 0 ? exercised.join(', ') : 'what it exercises is not recorded';
      world.out(`${safeText(t.test.padEnd(44))} ${safeText(says)}${t.results ? '' : ' (no results)'}\n`);
    }
  });
  return 0;
};
