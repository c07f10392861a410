import { beforeAll, describe, expect, it } from 'vitest';
import { culprits } from '../../queries/regressions/culprits.ts';
import { escape } from '../../queries/regressions/escape.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { contradictions } from '../../queries/knowledge/contradictions.ts';
import { answersOf } from '../../queries/regressions/answers.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { imagine, whatIf, type WhatIfDocument } from '../../queries/knowledge/what-if.ts';
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

/** The regressions and the questions of which a thought tells that they are answered otherwise. */
const tellsOf = ({ regressions: r, coverage: c, ownership: o, proposals: p }: WhatIfDocument) => ({
  regressions: [...r.gone, ...r.new, ...r.changed].map(({ id }) => id).sort(),
  coverage: c.gone.length + c.new.length > 0,
  ownership: o.gone.length + o.new.length > 0,
  proposals: p.gone.length + p.new.length > 0,
});

/** What is answered otherwise in another world; what has another event behind it and says the same is not. */
function differingOf(before: Model, after: Model): ReturnType<typeof tellsOf> {
  const [then, now] = [before, after].map((model) => {
    const lives = regressionLives(model).regressions;
    const documents = answersOf(model).regressions.map(({ document }) => document);
    return new Map(
      documents.map((document) => {
        const { state, disputed } = lives.find(({ id }) => id === document.id)!;
        const steps = escape(model, document.id).milestones.map((m) => [m.milestone, m.line, m.at, m.says]);
        return [document.id, said([{ ...document, title: null }, state, disputed, steps])];
      }),
    );
  });
  const ids = [...new Set([...then!.keys(), ...now!.keys()])].sort();
  const differ = (question: (model: Model) => unknown) => said(question(before)) !== said(question(after));
  return {
    regressions: ids.filter((id) => then!.get(id) !== now!.get(id)),
    coverage: differ((model) => [coverage(model).entries, coverage(model).unknown.map((u) => u.says)]),
    ownership: differ(ownership),
    proposals: differ((model) =>
      asked(() => proposals(model).proposals.map((p) => [p.proposal, p.status, p.by, p.title, p.described])),
    ),
  };
}

const said = (answer: unknown) =>
  JSON.stringify(answer, (key, value: unknown) => (key === 'event' || key === 'asOf' ? undefined : value));

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
      const thinks = whatIf(before, thought);
      expect([what, thinks.flips]).toEqual([
        what,
        diffMoments(before, model).changes.filter((c) => c.before?.status !== c.after?.status),
      ]);
      expect([what, tellsOf(thinks)]).toEqual([what, differingOf(before, model)]);
      const behind = modelOf(after, { asRecorded: '2026-11-01' });
      expect([what, answers(behind) === whole]).toEqual([what, true]);
      const again = without(after, after.at(-1)!.id);
      expect([what, answers(modelOf(again)) === whole]).toEqual([what, true]);
    }
  });
});
