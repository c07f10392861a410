import { beforeAll, describe, expect, it } from 'vitest';
import { culprits } from '../../queries/regressions/culprits.ts';
import { escape } from '../../queries/regressions/escape.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { contradictions } from '../../queries/knowledge/contradictions.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { imagine, whatIf } from '../../queries/knowledge/what-if.ts';
import { migration } from '../../queries/interface/migration.ts';
import { ownership } from '../../queries/interface/ownership.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import { table } from '../../queries/tables/table.ts';
import { diffMoments } from '../../queries/tables/table-diff.ts';
import { timeline } from '../../queries/tables/timeline.ts';
import type { Model } from '../../queries/model/model.ts';
import { newEvent, type StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let pipes: readonly StoredEvent[];
beforeAll(async () => {
  pipes = stored(await factsOf('test/fixtures/pipes'));
});

const LATER = '2026-11-02T00:00:00.000Z';

/** The log after somebody took an event back. */
function without(events: readonly StoredEvent[], id: string): readonly StoredEvent[] {
  const retraction = newEvent({
    type: 'EventRetracted',
    stream: `retraction/${id}`,
    knownAt: LATER,
    source: 'eve',
    locator: 'regline',
    payload: { target: id, by: 'eve', reason: 'misread', at: LATER },
  });
  const [taken] = stored([retraction], LATER);
  return [...events, { ...taken!, position: events.length + 1, batch: 2 }];
}

/** An answer, or what is said where the question cannot be asked. */
function asked(question: () => object): unknown {
  try {
    return question();
  } catch (error) {
    return (error as Error).message;
  }
}

/** What every command would say, but for the list of what was decided. */
const answers = (model: Model): string =>
  JSON.stringify(
    [
      () => culprits(model),
      () => regressionLives(model),
      () => regressionLives(model).regressions.map((r) => escape(model, r.id)),
      () => contradictions(model),
      () => coverage(model),
      () => migration(model, {}),
      () => ownership(model),
      () => proposals(model, {}),
      () => compatibility(model),
      () => table(model),
      () => timeline(model),
    ].map(asked),
  );

describe('a retraction', () => {
  it('leaves nothing of an event in any answer, says what what-if said, and can be taken back', () => {
    const before = modelOf(pipes);
    const whole = answers(before);
    for (const { id, type, stream } of pipes) {
      const after = without(pipes, id);
      const model = modelOf(after);
      const said = answers(model);
      const what = `${type} ${stream}`;
      expect([what, said.includes(id), said.includes(id.slice(0, 8))]).toEqual([what, false, false]);
      const thought = imagine(before, { without: [id] });
      expect([what, answers(thought.after) === said]).toEqual([what, true]);
      expect([what, whatIf(before, thought).flips]).toEqual([
        what,
        diffMoments(before, model).changes.filter((c) => c.before?.status !== c.after?.status),
      ]);
      const behind = modelOf(after, { asRecorded: '2026-11-01' });
      expect([what, answers(behind) === whole]).toEqual([what, true]);
      const again = without(after, after.at(-1)!.id);
      expect([what, answers(modelOf(again)) === whole]).toEqual([what, true]);
    }
  });
});
