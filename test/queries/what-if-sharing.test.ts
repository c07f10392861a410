import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { reachOf } from '../../queries/knowledge/reach.ts';
import { sparedBy } from '../../queries/knowledge/spared.ts';
import { allApart } from '../../queries/knowledge/told-apart.ts';
import { retold } from '../../queries/knowledge/told-regression.ts';
import {
  imagine,
  whatIf,
  worldSays,
  type Thought,
  type WhatIfDocument,
  type WorldSays,
} from '../../queries/knowledge/what-if.ts';
import { migration, type MigrationDocument } from '../../queries/interface/migration.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { QueryError } from '../../queries/model/query-error.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { answersOf } from '../../queries/regressions/answers.ts';
import { openedBesideOther } from '../../queries/regressions/regressions.ts';
import { buildModel, type Model } from '../../queries/model/model.ts';
import { diffMoments } from '../../queries/tables/table-diff.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, stored } from '../support/facts-model.ts';
import { one, picks, randomWorld } from '../support/random-worlds.ts';

let sets: readonly (readonly StoredEvent[])[];
beforeAll(async () => {
  sets = [stored(await factsOf('test/fixtures/pipes')), stored(await factsOf('data/rseq'))];
});

/** Records, claims and consumers of an interface that nobody described: its architectures are those that they speak of. */
const UNDESCRIBED: [number, number[], [number, number, number][], number[], number[]] = [
  0,
  [0, 26, 0, 0, 25, 24, 0, 0, 26, 26, 26, 0, 0, 0, 0, 26, 26, 0, 24, 23],
  Array.from({ length: 30 }, () => [0, 0, 0]),
  [],
  [916_032_297],
];

/** The only record of a behaviour that nothing describes is taken away: the thought does not know it any more. */
const UNKNOWN_SINCE: typeof UNDESCRIBED = [
  0,
  [0, 26, 26, 0, 25, 24, 23, 22, 26, 26, 0, 0, 0, 0, 0, 0, 26, 25, 24, 0],
  Array.from({ length: 30 }, () => [0, 0, 0]),
  [1_986_596_638],
  [],
];

/** A model that shares nothing with the one that it was made from. */
const anew = (model: Model): Model => buildModel([...model.byId.values()], model.view, model.results);

/** A world to think in, with what a whole replay says of it. */
interface World {
  readonly before: Model;
  readonly then: Model;
  readonly was: WorldSays;
}

function worldFrom(before: Model): World {
  const then = anew(before);
  return { before, then, was: worldSays(then) };
}

/** Holds what is said of a thought to what two whole replays say; gives whether any cell was spared. */
function holdToReplays({ before, then, was }: World, thought: Thought): boolean {
  const now = anew(thought.after);
  const is = worldSays(now);
  const less = (a: readonly string[], b: readonly string[]) => [...new Set(a)].filter((x) => !b.includes(x));
  const ids = ({ regressions }: typeof was) => regressions.map((r) => r.document.id);
  // What is kept of a world has gone through JSON.
  const kept = JSON.parse(JSON.stringify(was)) as WorldSays;
  const matters = (says: WorldSays) => Object.values(says.contradictions).flat();
  const said = whatIf(before, thought, {}, kept);
  expect(said.flips).toEqual(
    diffMoments(then, now).changes.filter((c) => c.before?.status !== c.after?.status),
  );
  expect(said.contradictions).toEqual({
    gone: less(matters(was), matters(is)),
    new: less(matters(is), matters(was)),
  });
  expect(said.apart).toEqual({
    gone: less(allApart(was.apart), allApart(is.apart)),
    new: less(allApart(is.apart), allApart(was.apart)),
  });
  expect([said.regressions.gone, said.regressions.new].map((list) => list.map((r) => r.id))).toEqual([
    less(ids(was), ids(is)),
    less(ids(is), ids(was)),
  ]);
  const told = new Map(was.regressions.map((r) => [r.document.id, r]));
  expect(said.regressions.changed.map((r) => [r.id, r.says])).toEqual(
    is.regressions.flatMap((r) => {
      const before = told.get(r.document.id);
      const says = before === undefined ? [] : retold(before, r);
      return says.length === 0 ? [] : [[r.document.id, says]];
    }),
  );
  for (const kind of ['coverage', 'ownership', 'proposals'] as const)
    expect(said[kind]).toEqual({
      gone: less(was.statements[kind], is.statements[kind]),
      new: less(is.statements[kind], was.statements[kind]),
    });
  // Whatever `culprits` and `regressions` answer otherwise is told of, somewhere.
  const { regressions, ...others } = said;
  const stated = [
    regressions.changed,
    ...[regressions, ...Object.values(others)].flatMap((x) => (isGoneAndNew(x) ? [x.gone, x.new] : [])),
  ];
  const answers = (model: Model) => JSON.stringify([regressionLives(model), culprits(model)]);
  if (answers(then) !== answers(now)) expect(stated.some((list) => list.length > 0)).toBe(true);
  return reachOf(before, thought.after) !== null;
}

const isGoneAndNew = (x: unknown): x is { gone: readonly unknown[]; new: readonly unknown[] } =>
  typeof x === 'object' && x !== null && 'gone' in x && 'new' in x;

/** Whatever `migrate` and `predictions` answer otherwise is told of, and nothing else. */
function holdToAnswers(said: WhatIfDocument, then: Model, now: Model): void {
  const [was, is] = [then, now].map((model) => migration(model, {}));
  const rows = ({ releases, migrations }: MigrationDocument, beside: MigrationDocument) =>
    JSON.stringify([
      releases,
      migrations
        .filter((m) => [m.from, m.to].every((release) => beside.releases.includes(release)))
        .map((m) => [m.consumer, m.variant, m.arch, m.from, m.to, m.status, m.why]),
    ]);
  const { moves, predictions } = said as Required<WhatIfDocument>;
  expect(moves.gone.length + moves.new.length > 0).toBe(rows(was!, is!) !== rows(is!, was!));
  const cells = (model: Model) => {
    try {
      const { release, proposals: columns } = proposals(model, {}, true);
      return JSON.stringify([
        release,
        columns.map((p) => [p.proposal, p.cells.map((c) => ({ ...c, evidence: 0, beforeEvidence: 0 }))]),
      ]);
    } catch (error) {
      if (error instanceof QueryError) return null;
      throw error;
    }
  };
  const told = [predictions, said.proposals].some((s) => s.gone.length + s.new.length > 0);
  if (cells(then) !== cells(now)) expect(told).toBe(true);
  else expect(predictions).toEqual({ gone: [], new: [] });
}

describe('what is said of a thought', () => {
  it.each(['ConsumerRecorded', 'InterfaceDescribed', 'RequirementStated'] as const)(
    'tells how moves fare instead when a %s is taken away',
    (kind) => {
      const before = buildModel(sets[1]!, {});
      const told = before
        .of(kind)
        .slice(0, 4)
        .map(({ id }) => {
          const thought = imagine(before, { without: [id] });
          const said = whatIf(before, thought, { moves: true });
          holdToAnswers(said, before, anew(thought.after));
          return said.moves!.gone.length + said.moves!.new.length;
        });
      expect(Math.max(...told)).toBeGreaterThan(0);
    },
  );

  it('tells of every regression that names a change that what it is called is not recorded any more', () => {
    const before = buildModel(sets[1]!, {});
    const named = (model: Model) =>
      answersOf(model).regressions.flatMap(({ document: { id, suspects, fixes, companions } }) =>
        [...suspects, ...fixes, ...companions].map(({ change }) => `${id} ${change}`),
      );
    const companions = answersOf(before).regressions.flatMap((r) => r.document.companions);
    expect(companions.length).toBeGreaterThan(0);
    for (const { id, payload } of before.of('ChangeRecorded')) {
      if (!companions.some(({ change }) => change === payload.change)) continue;
      const posted = before
        .of('AliasRecorded')
        .filter(({ payload: a }) => a.how === 'posted' && a.change === payload.change);
      const thought = imagine(before, { without: [id, ...posted.map((e) => e.id)] });
      const { changed } = whatIf(before, thought).regressions;
      const untold = `what ${payload.change.slice(0, 12)} is called is not recorded`;
      for (const name of named(thought.after).filter((n) => n.endsWith(payload.change)))
        expect(changed.find((r) => name.startsWith(r.id))?.says).toContain(untold);
    }
  });

  it.each([
    ['any one event of pipes', 0, null, 1],
    ['any one event that claims a breakage of rseq', 1, 'BreakageClaimed', 1],
    ['every ninth record of rseq', 1, 'BehaviourSet', 9],
  ] as const)('is what two whole replays say when %s is taken away', (_what, set, only, step) => {
    const everything = Array.from({ length: 20 }, () => 99);
    const results = Array.from({ length: 300 }, (_, i) => [i, i * 7, i] as const);
    const world = worldFrom(randomWorld(sets[set]!, everything, results));
    const asked = sets[set]!.filter(({ type }) => only === null || type === only).filter(
      (_, index) => index % step === 0,
    );
    let spared = 0;
    for (const { id } of asked)
      if (holdToReplays(world, imagine(world.before, { without: [id] }))) spared += 1;
    // Of many events it is known whom they bear on.
    expect(spared).toBeGreaterThan(asked.length / 4);
  });

  it('is what two whole replays say when any record or requirement that asks for a switch is taken away', () => {
    const world = worldFrom(buildModel(sets[1]!, {}));
    const switches = [...world.before.interfaces.values()].flatMap((e) => e.payload.switches ?? []);
    const records = world.before
      .of('BehaviourSet')
      .filter(({ payload: { when } }) => switches.some((s) => when?.includes(s.switch) === true));
    const behaviours = new Set(records.map(({ payload }) => payload.behaviour));
    const requirements = world.before
      .of('RequirementStated')
      .filter(({ payload }) => behaviours.has(payload.behaviour));
    for (const asking of [records, requirements]) {
      expect(asking.length).toBeGreaterThan(1);
      for (const { id } of asking) holdToReplays(world, imagine(world.before, { without: [id] }));
    }
  });

  it('finds regressions anew of what a record bears on, and takes all others, as a whole replay finds them', () => {
    const before = buildModel(sets[1]!, {});
    const { regressions, found } = answersOf(before);
    const behaviours = new Set(regressions.map(({ document }) => document.behaviour));
    let taken = 0;
    for (const { id } of before.of('BehaviourSet').filter((_, at) => at % 4 === 0)) {
      const { after } = imagine(before, { without: [id] });
      const { moved } = sparedBy(after, reachOf(before, after), behaviours);
      if (moved === null) continue;
      const beside = openedBesideOther(answersOf(after).verdicts, found.byRecords, moved);
      const documents = beside.map(({ document, excluded }) => ({ document, excluded }));
      const whole = answersOf(anew(after)).found.byRecords;
      expect(documents).toEqual(whole.map(({ document, excluded }) => ({ document, excluded })));
      taken += beside.filter((regression) => found.byRecords.includes(regression)).length;
    }
    expect(taken).toBeGreaterThan(50);
  });

  it('is what two whole replays say of any log, whatever is taken away and added', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.array(fc.nat({ max: 99 }), { minLength: 20, maxLength: 20 }),
        picks(30),
        fc.array(fc.nat(), { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        (set, dice, results, taken, added) => {
          const before = randomWorld(sets[set]!, dice, results);
          const known = [...before.byId.keys()];
          const missing = sets[set]!.filter(({ id }) => !before.byId.has(id));
          const without = [...new Set(taken.map((number) => one(known, number)))];
          const more = missing.length === 0 ? [] : [...new Set(added.map((number) => one(missing, number)))];
          if (without.length + more.length === 0) return;
          holdToReplays(worldFrom(before), imagine(before, { without, with: more }));
        },
      ),
      { numRuns: 20, examples: [UNDESCRIBED, UNKNOWN_SINCE] },
    );
  });
});
