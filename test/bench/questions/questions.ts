import { codeId } from '../../../cli/code-id.ts';
import { answersOf } from '../../../queries/regressions/answers.ts';
import { changeClasses, type Version } from '../../../queries/results/change-classes.ts';
import { check } from '../../../queries/knowledge/check.ts';
import { coverage } from '../../../queries/knowledge/coverage.ts';
import { escape, whoRanWhereBroken } from '../../../queries/regressions/escape.ts';
import { explain } from '../../../queries/explain/explain.ts';
import { knowledgeDiff } from '../../../queries/knowledge/knowledge-diff.ts';
import { keptAnswer, stampOf, type KeptQuestion } from '../../../queries/kept/kept-answers.ts';
import {
  allContradictions,
  allCulprits,
  allRegressions,
  whoRanRecorded,
  wholeBrowserCompat,
  wholeCompatibility,
  wholeTable,
  wholeTimeline,
  wholeWorld,
} from '../../../queries/kept/kept-questions.ts';
import { loadModel, loadStatements } from '../../../queries/replay/load-model.ts';
import { loadForCells, loadWithRegressions } from '../../../queries/kept/load-kept.ts';
import { migration } from '../../../queries/interface/migration.ts';
import { mode } from '../../../queries/interface/mode.ts';
import type { Model } from '../../../queries/model/model.ts';
import { ownership } from '../../../queries/interface/ownership.ts';
import { proposals } from '../../../queries/interface/proposals.ts';
import { releaseNote } from '../../../queries/tables/release-note.ts';
import { loadHistory } from '../../../queries/results/load-history.ts';
import { testsSeen } from '../../../queries/results/tests-seen.ts';
import { testHistories } from '../../../queries/results/test-history.ts';
import { knownTests, testsNamed } from '../../../queries/results/tests-named.ts';
import { loadResultsOf } from '../../../queries/results/runs-by-version.ts';
import { table } from '../../../queries/tables/table.ts';
import { diffMoments, diffReleases } from '../../../queries/tables/table-diff.ts';
import { weeklyReport } from '../../../queries/knowledge/weekly-report.ts';
import { imagine, whatIf } from '../../../queries/knowledge/what-if.ts';
import type { EventStore } from '../../../store/event-store.ts';

/** One question as a command asks it: everything between the open store and the document. */
export interface Question {
  /** The command line that asks it. */
  readonly command: string;
  /** In milliseconds. */
  readonly aim: number;
  ask(store: EventStore): Promise<unknown>;
  /** The same where no answer is kept, for questions whose answers are. */
  readonly anew?: (store: EventStore) => Promise<unknown>;
}

const FAST = 100;
const TWO_MOMENTS = 2000;

/** Where no regression is asked for. */
const ofCells = (command: string, answer: (model: Model) => unknown): Question => ({
  command,
  aim: FAST,
  ask: async (store) => answer(await loadForCells(store, {}, codeId())),
});

/** Where regressions are asked for, which are kept. */
const ofRegressions = (command: string, answer: (model: Model, store: EventStore) => unknown): Question => ({
  command,
  aim: FAST,
  ask: async (store) => answer(await loadWithRegressions(store, {}, codeId()), store),
  anew: async (store) => answer(await loadModel(store), store),
});

const kept = (question: KeptQuestion<unknown>): Question => ({
  command: question.name,
  aim: FAST,
  ask: (store) => keptAnswer(store, {}, codeId(), question),
  anew: async (store) => question.answer(store, await loadModel(store)),
});

const ofTwo = (
  command: string,
  from: string,
  to: string,
  answer: (earlier: Model, later: Model) => unknown,
): Question => ({
  command,
  aim: TWO_MOMENTS,
  ask: async (store) => answer(await loadModel(store, { asOf: from }), await loadModel(store, { asOf: to })),
});

/** What if a record of a behaviour did not count? What the log says without the thought is kept. */
const withoutRecord = (command: string, behaviour: string): Question => {
  const thought = (model: Model) => {
    const record = model.of('BehaviourSet').find((e) => e.payload.behaviour === behaviour)!;
    return imagine(model, { without: [record.id], with: [] });
  };
  return {
    command,
    aim: FAST,
    async ask(store) {
      const stamp = await stampOf(store, {}, codeId());
      const model = await loadWithRegressions(store, {}, codeId());
      const said = await keptAnswer(store, {}, codeId(), wholeWorld, { model, stamp });
      return whatIf(model, thought(model), {}, said);
    },
    async anew(store) {
      const model = await loadModel(store);
      return whatIf(model, thought(model));
    },
  };
};

/** Every question of the commands, on the shipped data. */
export const questions: readonly Question[] = [
  ofRegressions('table (one cell)', (m) =>
    table(m, { consumers: ['tcmalloc'], archs: ['arm64'], releases: 'v7.0.10' }),
  ),
  kept(wholeTable),
  ofRegressions('table --releases v6.18..v7.1', (m) => table(m, { releases: 'v6.18..v7.1' })),
  kept(wholeCompatibility),
  kept(wholeBrowserCompat),
  {
    command: 'table --as-of 2026-05-24',
    aim: TWO_MOMENTS,
    ask: async (store) => table(await loadModel(store, { asOf: '2026-05-24' })),
  },
  ofCells('table diff --from v6.18 --to v7.1', (m) => diffReleases(m, 'v6.18', 'v7.1', {})),
  ofTwo('table diff --from 2026-04-22 --to 2026-05-24', '2026-04-22', '2026-05-24', (a, b) =>
    diffMoments(a, b, {}),
  ),
  ofRegressions('release-note v7.0.10', (m) => releaseNote(m, { release: 'v7.0.10' })),
  kept(wholeTimeline),
  kept(allCulprits),
  ofRegressions('explain tcmalloc v7.0.10 arm64', (m) => explain(m, ['tcmalloc', 'v7.0.10', 'arm64'])),
  kept(allRegressions),
  ofRegressions('check --release v7.0.12 --arch arm64', (m) =>
    check(m, { releases: 'v7.0.12', archs: ['arm64'], consumers: ['tcmalloc'] }),
  ),
  ofRegressions('check --release v7.0.12 --baseline v6.18', (m) =>
    check(m, { releases: 'v7.0.12', baseline: 'v6.18' }),
  ),
  kept(allContradictions),
  ofCells('predictions --score', (m) => proposals(m, {}, true)),
  withoutRecord('what-if --without EVENT', 'rseq.slice.advertised'),
  withoutRecord('what-if --without EVENT that most need', 'rseq.feature_size'),
  ofRegressions('coverage', async (m, store) => {
    const stamp = await stampOf(store, {}, codeId());
    const ran = await keptAnswer(store, {}, codeId(), whoRanRecorded, { model: m, stamp });
    return coverage(m, { ran, others: (await testsSeen(store)).length });
  }),
  ofCells('ownership', (m) => ownership(m)),
  ofRegressions('escape REGRESSION', async (m, store) => {
    const { id } = answersOf(m).regressions[0]!.document;
    return escape(m, id, await whoRanWhereBroken(store, m, id));
  }),
  ofCells('mode --size 32 --release v7.1', (m) =>
    mode(m, {
      release: 'v7.1',
      arch: 'arm64',
      profile: { 'registration.size': 32, 'registration.align': 32, 'registration.flags': 0 },
    }),
  ),
  ofCells('migrate --releases v6.18,v6.19,v7.0,v7.1', (m) =>
    migration(m, { releases: 'v6.18,v6.19,v7.0,v7.1' }),
  ),
  {
    command: 'changes --from v7.0 --to v7.1-rc1',
    aim: FAST,
    ask: async (store) => {
      const model = await loadStatements(store);
      const version = async (name: string): Promise<Version> => ({
        name,
        results: await loadResultsOf(store, model, name),
      });
      return changeClasses(await version('v7.0'), await version('v7.1-rc1'), [], {});
    },
  },
  {
    command: 'history TEST',
    aim: FAST,
    ask: async (store) => {
      const model = await loadStatements(store);
      const tests = testsNamed(model, await knownTests(store, model), ['kselftest.rseq.param_test']);
      return testHistories(model.graph, tests, await loadHistory(store, model, new Set(tests)));
    },
  },
  ofTwo('diff --from 2026-04-22 --to 2026-05-24', '2026-04-22', '2026-05-24', (a, b) => knowledgeDiff(a, b)),
  ofTwo('report --since 2026-05-17 --until 2026-05-24', '2026-05-17', '2026-05-24', (a, b) =>
    weeklyReport(a, b),
  ),
];
