import type { ContradictionsDocument } from '../knowledge/contradictions.ts';
import type { WorldSays } from '../knowledge/what-if.ts';
import type { CulpritsDocument } from '../regressions/regression.ts';
import type { TableDocument } from '../tables/table-document.ts';
import type { TimelineDocument } from '../tables/timeline-document.ts';
import type { FailingTests } from '../regressions/opened-by-tests.ts';
import type { RegressionsDocument } from '../regressions/regression-life.ts';
import type { WrittenRegressions } from '../regressions/written-regressions.ts';
import type { BuildsApart } from '../results/compilers-apart.ts';
import type { RanTest } from '../results/who-runs.ts';
import type { BrowserCompatDocument } from '../tables/browser-compat.ts';
import type { CompatibilityDocument } from '../tables/compatibility.ts';
import type { KeptQuestion } from './kept-answers.ts';

/*
 * The questions that ask for every cell of the log. Their code is loaded where an answer is worked out: where it is kept,
 * it need not be there.
 */

export const wholeTable: KeptQuestion<TableDocument> = {
  name: 'table',
  answer: async (_store, model) => (await import('../tables/table.ts')).table(model),
};

export const wholeCompatibility: KeptQuestion<CompatibilityDocument> = {
  name: 'table --intervals',
  answer: async (_store, model) => (await import('../tables/compatibility.ts')).compatibility(model),
};

export const wholeBrowserCompat: KeptQuestion<BrowserCompatDocument> = {
  name: 'table --format bcd',
  async answer(store, model) {
    const document = await wholeCompatibility.answer(store, model);
    return (await import('../tables/browser-compat.ts')).browserCompat(model, document);
  },
};

export const wholeTimeline: KeptQuestion<TimelineDocument> = {
  name: 'timeline',
  answer: async (_store, model) => (await import('../tables/timeline.ts')).timeline(model),
};

export const allCulprits: KeptQuestion<CulpritsDocument> = {
  name: 'culprits',
  answer: async (_store, model) => (await import('../regressions/culprits.ts')).culprits(model),
};

export const allRegressions: KeptQuestion<RegressionsDocument> = {
  name: 'regressions',
  answer: async (_store, model) => (await import('../regressions/regression-life.ts')).regressionLives(model),
};

export const allContradictions: KeptQuestion<ContradictionsDocument> = {
  name: 'contradictions',
  async answer(store, model) {
    const { contradictions } = await import('../knowledge/contradictions.ts');
    const { originsOf } = await import('../knowledge/origins.ts');
    const { rivalRuns } = await import('../results/rival-runs.ts');
    return contradictions(model, await originsOf(store, model), await rivalRuns(store, model));
  },
};

/** How recorded tests fare, as far as that is told from every result of theirs. */
export interface HowTestsFare {
  readonly failing: FailingTests;
  readonly buildsApart: readonly BuildsApart[];
}

/** What nearly every question takes. */
export const howTestsFare: KeptQuestion<HowTestsFare> = {
  name: 'how tests fare',
  async answer(_store, model) {
    const { answersOf } = await import('../regressions/answers.ts');
    const { buildsApart } = await import('../results/compilers-apart.ts');
    const { testsAskedFor } = await import('../replay/load-model.ts');
    return {
      failing: answersOf(model).failing,
      buildsApart: buildsApart(model.results, testsAskedFor(model)),
    };
  },
};

/** The regressions with all that they are made of, which every question takes that asks for them. */
export const regressionsInFull: KeptQuestion<WrittenRegressions> = {
  name: 'regressions, in full',
  async answer(_store, model) {
    const { answersOf } = await import('../regressions/answers.ts');
    const { writeRegressions } = await import('../regressions/written-regressions.ts');
    return writeRegressions(model, answersOf(model).found);
  },
};

/** Who ran the tests that are recorded, which is told from every result of theirs. */
export const whoRanRecorded: KeptQuestion<readonly RanTest[]> = {
  name: 'who ran recorded tests',
  async answer(store, model) {
    const { whoRuns } = await import('../results/who-runs.ts');
    return whoRuns(store, model, new Set(model.of('TestRecorded').map(({ payload }) => payload.test)));
  },
};

/** What a world says to which others are compared in thought. */
export const wholeWorld: KeptQuestion<WorldSays> = {
  name: 'what-if, of what is',
  answer: async (_store, model) => (await import('../knowledge/what-if.ts')).worldSays(model),
};

export const keptQuestions: readonly KeptQuestion<unknown>[] = [
  wholeTable,
  wholeCompatibility,
  wholeBrowserCompat,
  wholeTimeline,
  allCulprits,
  allRegressions,
  allContradictions,
  howTestsFare,
  regressionsInFull,
  whoRanRecorded,
  wholeWorld,
];
