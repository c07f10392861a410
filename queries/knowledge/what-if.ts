import type { NewEvent, StoredEvent } from '../../store/events/event.ts';
import { differingCells, type DifferingCells } from './contradicted-cells.ts';
import { contradictedMatters, type ContradictedMatters } from './contradictions.ts';
import { goneAndNew, type GoneAndNew } from './gone-and-new.ts';
import { movedBehaviours } from './moved-behaviours.ts';
import {
  canMoveBehaviours,
  canMoveProcesses,
  canTouchPredictions,
  haveSameResults,
  reachOf,
} from './reach.ts';
import { sparedBy } from './spared.ts';
import { openedBesideOther } from '../regressions/regressions.ts';
import { answersOf, share } from '../regressions/answers.ts';
import type { Regression } from '../regressions/regression.ts';
import { retold, toldRegressions, type ToldRegression } from './told-regression.ts';
import { allApart, toldApart, type ToldApart } from './told-apart.ts';
import { toldBehaviours } from './told-behaviours.ts';
import { toldMoves } from './told-moves.ts';
import { toldPredictions } from './told-predictions.ts';
import { moveOutcomes } from '../interface/migration.ts';
import { toldStatements, type ToldStatements } from './told-statements.ts';
import { describeEvent } from '../model/describe-event.ts';
import { modelInThought, thoughtOf } from '../model/in-thought.ts';
import type { Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';
import { faresAlong, faresBeside, faresOf, readFares, type Fares, type FaresOf } from '../tables/fares.ts';
import { diffMoments, type TableChange } from '../tables/table-diff.ts';

export interface WhatIfOptions {
  /** Event ids (4 hex digits or more; `ID#index` for a result in a run). */
  readonly without?: readonly string[];
  readonly with?: readonly NewEvent[];
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
  /** Also tell which moves of `migrate` and cells of `predictions` are others, which takes longer than all the rest. */
  readonly moves?: boolean;
}

export interface WhatIfDocument {
  readonly schema: 'regline.what-if/1';
  readonly asOf: string | null;
  readonly without: readonly { readonly id: string; readonly says: string }[];
  readonly with: readonly { readonly id: string; readonly says: string }[];
  /** Cells whose status is another. */
  readonly flips: readonly TableChange[];
  readonly regressions: {
    readonly gone: readonly { readonly id: string; readonly title: string }[];
    readonly new: readonly { readonly id: string; readonly title: string }[];
    /** Those that stay and are told otherwise: another range, other suspects, other fixes; `says` what is other. */
    readonly changed: readonly {
      readonly id: string;
      readonly before: string;
      readonly after: string;
      readonly says: readonly string[];
    }[];
  };
  /** Contradictions, by what they are about, that are no longer there, and those that come. */
  readonly contradictions: GoneAndNew;
  /** What behaviours are no longer, and what they are instead: what a process finds otherwise that is moved (`migrate`). */
  readonly behaviours: GoneAndNew;
  /**
   * What `culprits` and `regressions` tell apart no longer, and what they tell instead: guards that refuse, what one switch away from its
   * default breaks, failures of flaky tests, what is broken in no regression, proposed splits.
   */
  readonly apart: GoneAndNew;
  /** Statements of `coverage`, `ownership` and `predictions` that are no longer made, and those that come. */
  readonly coverage: GoneAndNew;
  readonly ownership: GoneAndNew;
  readonly proposals: GoneAndNew;
  /** Where it was asked for: how moves of `migrate` fare no longer, and how they fare instead; releases at which behaviours change. */
  readonly moves?: GoneAndNew;
  /** Where it was asked for: cells of `predictions` that are no longer as they were, and what they are instead. */
  readonly predictions?: GoneAndNew;
}

/** A model with facts taken away or added in thought. */
export interface Thought {
  readonly without: readonly { readonly address: string; readonly says: string }[];
  readonly with: readonly StoredEvent[];
  readonly after: Model;
}

/**
 * Takes facts away and adds others, in thought.
 *
 * @throws QueryError for an event that is not known, or an id that several events begin with.
 */
export function imagine(model: Model, options: WhatIfOptions): Thought {
  const named = (options.without ?? []).map((name) => addressOf(model, name));
  const without = [...new Map(named.map((w) => [w.address, w])).values()];
  const more = thoughtOf(model, options.with ?? []);
  if (without.length === 0 && more.length === 0) {
    throw new QueryError('nothing is taken away or added in thought', {
      hint: 'add --without EVENT or --with FILE',
    });
  }
  const addresses = without.map((w) => w.address);
  return { without, with: more, after: modelInThought(model, addresses, more) };
}

/** What a world says as a whole, as far as another is held against it. */
export interface WorldSays {
  readonly regressions: readonly ToldRegression[];
  readonly contradictions: ContradictedMatters;
  readonly statements: ToldStatements;
  readonly apart: ToldApart;
  readonly differing: DifferingCells;
  readonly fares: Fares;
}

/** Tells what a world says, for those that are like it but for a thought. */
export function worldSays(model: Model): WorldSays {
  return {
    regressions: toldRegressions(model),
    contradictions: contradictedMatters(model),
    statements: toldStatements(model),
    apart: toldApart(model),
    differing: differingCells(model),
    fares: faresOf(model),
  };
}

/**
 * Answers: which verdicts flip when facts are taken away or added in thought? Nothing is written. What the thought does not bear on is not
 * worked out again.
 *
 * @param said what the model says, where somebody has worked it out already
 */
export function whatIf(
  model: Model,
  { without, with: more, after }: Thought,
  options: Pick<WhatIfOptions, 'archs' | 'consumers' | 'moves'> = {},
  said: WorldSays = worldSays(model),
): WhatIfDocument {
  if (model.results === after.results && haveSameResults(model, after))
    share(after, { failing: answersOf(model).failing });
  const reach = reachOf(model, after);
  const then = readFares(model, said.fares);
  const now: FaresOf =
    reach === null
      ? (consumer, arch) => faresAlong(after, consumer, arch, null)
      : faresBeside(after, then, reach.at);
  const { changes } = diffMoments(
    model,
    after,
    {
      ...(options.archs ? { archs: options.archs } : {}),
      ...(options.consumers ? { consumers: options.consumers } : {}),
    },
    { then, now },
  );
  const spared = sparedBy(after, reach, new Set(said.regressions.map((r) => r.document.behaviour)));
  const { moved } = spared;
  if (moved !== null)
    share(after, {
      byRecords: (verdicts) => openedBesideOther(verdicts, answersOf(model).found.byRecords, moved),
    });
  const regressions = spared.regressions ? said.regressions : toldRegressions(after);
  const [were, are] = [said.regressions, regressions].map(
    (list) => new Map(list.map((r) => [r.document.id, r])),
  );
  const statements = spared.statements ? said.statements : toldStatements(after);
  const matters = contradictedMatters(after, {
    matters: said.contradictions,
    spared: spared.contradictions,
    cells: reach === null ? null : { cells: said.differing, reached: reach.at },
  });
  const told = ({ title, suspects, affected }: Regression) =>
    `${title}; led by ${suspects[0]?.change.slice(0, 12) ?? 'nobody'}; ${affected.length} stretches`;
  return {
    schema: 'regline.what-if/1',
    asOf: model.view.asOf ?? null,
    without: without.map(({ address, says }) => ({ id: address, says })),
    with: more.map((e) => ({ id: e.id, says: describeEvent(e) })),
    flips: changes.filter((c) => c.before?.status !== c.after?.status),
    regressions: {
      gone: titlesIn(were!, are!),
      new: titlesIn(are!, were!),
      changed: [...are!].flatMap(([id, r]) => {
        const before = were!.get(id);
        const says = before === undefined || before === r ? [] : retold(before, r);
        return says.length === 0
          ? []
          : [{ id, before: told(before!.document), after: told(r.document), says }];
      }),
    },
    contradictions: goneAndNew(mattersIn(said.contradictions), mattersIn(matters)),
    behaviours: canMoveBehaviours(model, after)
      ? toldBehaviours(model, after, reach?.moved ?? movedBehaviours(model, after, null))
      : { gone: [], new: [] },
    apart: goneAndNew(
      allApart(said.apart),
      allApart(
        toldApart(after, {
          before: model,
          said: said.apart,
          reached: reach?.at ?? null,
          others: spared.regressions,
          fares: reach && now,
        }),
      ),
    ),
    coverage: goneAndNew(said.statements.coverage, statements.coverage),
    ownership: goneAndNew(said.statements.ownership, statements.ownership),
    proposals: goneAndNew(said.statements.proposals, statements.proposals),
    ...(options.moves === true ? movesAndPredictions(model, after) : {}),
  };
}

const NOTHING: GoneAndNew = { gone: [], new: [] };

/** Works out of both worlds what is not kept of either: how every process fares that is moved, and what every proposal does. */
function movesAndPredictions(
  model: Model,
  after: Model,
): Required<Pick<WhatIfDocument, 'moves' | 'predictions'>> {
  return {
    moves: canMoveProcesses(model, after) ? toldMoves(moveOutcomes(model), moveOutcomes(after)) : NOTHING,
    predictions: canTouchPredictions(model, after)
      ? goneAndNew(toldPredictions(model), toldPredictions(after))
      : NOTHING,
  };
}

/** The regressions of one world that another does not have. */
function titlesIn(
  one: ReadonlyMap<string, ToldRegression>,
  other: ReadonlyMap<string, ToldRegression>,
): readonly { readonly id: string; readonly title: string }[] {
  return [...one].filter(([id]) => !other.has(id)).map(([id, r]) => ({ id, title: r.document.title }));
}

const mattersIn = (matters: ContradictedMatters): readonly string[] => Object.values(matters).flat();

function addressOf(model: Model, text: string): { readonly address: string; readonly says: string } {
  const [prefix = '', item] = text.toLowerCase().split('#');
  if (!/^[0-9a-f]{4,64}$/.test(prefix))
    throw new QueryError(`"${text}" is no event id`, {
      hint: 'give 4 hex digits or more; regline log shows ids',
    });
  const found = [...model.byId.values()].filter((e) => e.id.startsWith(prefix));
  if (found.length > 1)
    throw new QueryError(`"${prefix}" is the beginning of several events`, {
      suggestions: found.slice(0, 5).map((e) => `${e.id.slice(0, 12)} ${describeEvent(e)}`),
    });
  const [event] = found;
  const tail = item === undefined ? '' : `#${item}`;
  if (event) return { address: `${event.id}${tail}`, says: describeEvent(event) };
  // Runs are not part of the model: their full id is taken as it is.
  if (prefix.length === 64) return { address: `${prefix}${tail}`, says: 'a run, or a result in one' };
  throw new QueryError(`no event begins with "${prefix}"`, { hint: 'regline log shows ids' });
}
