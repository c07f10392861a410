import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { answersOf, share } from '../../queries/regressions/answers.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { escape } from '../../queries/regressions/escape.ts';
import type { FoundRegressions } from '../../queries/regressions/found-regressions.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import {
  readRegressions,
  writeRegressions,
  type WrittenRegressions,
} from '../../queries/regressions/written-regressions.ts';
import { table } from '../../queries/tables/table.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, stored } from '../support/facts-model.ts';
import { picks, randomWorld } from '../support/random-worlds.ts';

let sets: readonly (readonly StoredEvent[])[];
beforeAll(async () => {
  sets = [stored(await factsOf('test/fixtures/pipes')), stored(await factsOf('data/rseq'))];
});

const written = (model: Model): WrittenRegressions =>
  JSON.parse(JSON.stringify(writeRegressions(model, answersOf(model).found))) as WrittenRegressions;

/** All parts, also those that are found when they are asked for; and which of one part is the same as which of another. */
function partsOf({ byRecords, byWords, testsAlone, all }: FoundRegressions) {
  return {
    ...{ byRecords, byWords, testsAlone, all },
    same: [byRecords, testsAlone.opened, testsAlone.explained.map(({ by }) => by), all].map((some) =>
      some.map((one) => byWords.indexOf(one)),
    ),
    lists: all.map(({ stretch }) => stretch.violations.map(({ releases }) => releases.length)),
  };
}

it('regressions are read as they were found, and answer as they did', () => {
  fc.assert(
    fc.property(
      fc.nat(1),
      fc.array(fc.nat(26), { minLength: 7, maxLength: 20 }),
      picks(30),
      (set, dice, results) => {
        const model = randomWorld(sets[set]!, [26, ...dice], results);
        const other = buildModel([...model.byId.values()], model.view, model.results);
        const read = readRegressions(other, written(model));
        expect(partsOf(read)).toEqual(partsOf(answersOf(model).found));
        for (const { consumer, need } of read.all.flatMap(({ stretch }) => stretch.violations)) {
          expect(other.consumers).toContain(consumer);
          expect(other.byId.get(need.event.id)).toBe(need.event);
        }
        share(other, { found: () => read });
        const answers = (of: Model) =>
          JSON.stringify([
            culprits(of),
            regressionLives(of),
            coverage(of),
            table(of),
            answersOf(of).regressions.map(({ document }) => escape(of, document.id)),
          ]);
        expect(answers(other)).toBe(answers(model));
      },
    ),
    { numRuns: 12 },
  );
});
