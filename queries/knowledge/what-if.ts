import type { NewEvent, StoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../model/answers.ts';
import { differingCells, type DifferingCells, type KnownCells } from './contradicted-cells.ts';
import { contradictions } from './contradictions.ts';
import { reachOf } from './reach.ts';
import type { Regression } from '../model/documents.ts';
import { changesOf } from './knowledge-diff.ts';
import { shortChange } from '../verdict/prediction.ts';
import { describeEvent } from '../model/describe-event.ts';
import { modelInThought, thoughtOf } from '../model/in-thought.ts';
import type { Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';
import { faresOf, readFares, type Fares } from '../tables/fares.ts';
import { diffMoments, type TableChange } from '../tables/table-diff.ts';

export interface WhatIfOptions {
  /** Event ids (4 hex digits or more; `ID#index` for a result in a run). */
  readonly without?: readonly string[];
  readonly with?: readonly NewEvent[];
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
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
  readonly contradictions: { readonly gone: readonly string[]; readonly new: readonly string[] };
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
    throw new QueryError('what if what?', { hint: 'add --without EVENT or --with FILE' });
  }
  const addresses = without.map((w) => w.address);
  return { without, with: more, after: modelInThought(model, addresses, more) };
}

/** What a world says as a whole, as far as another is held against it. */
export interface WorldSays {
  readonly regressions: readonly Regression[];
  /** By what they are about. */
  readonly contradictions: readonly string[];
  readonly differing: DifferingCells;
  readonly fares: Fares;
}

/** Tells what a world says, for those that are like it but for a thought. */
export function worldSays(model: Model): WorldSays {
  return {
    regressions: regressionsIn(model),
    contradictions: contradictionsIn(model, null),
    differing: differingCells(model),
    fares: faresOf(model),
  };
}

const regressionsIn = (model: Model) => answersOf(model).regressions.map(({ document }) => document);

function contradictionsIn(model: Model, known: KnownCells | null): readonly string[] {
  const { contradictions: found } = contradictions(model, new Map(), [], known);
  return found.map(({ kind, about }) => `${kind}: ${about}`);
}

/**
 * Answers: which verdicts flip when facts are taken away or added in thought? Nothing is written. Cells that the thought does not bear on
 * are not judged again.
 *
 * @param said what the model says, where somebody has worked it out already
 */
export function whatIf(
  model: Model,
  { without, with: more, after }: Thought,
  options: Pick<WhatIfOptions, 'archs' | 'consumers'> = {},
  said: WorldSays = worldSays(model),
): WhatIfDocument {
  const reach = reachOf(model, after);
  const { changes } = diffMoments(
    model,
    after,
    {
      ...(options.archs ? { archs: options.archs } : {}),
      ...(options.consumers ? { consumers: options.consumers } : {}),
    },
    reach,
    readFares(model, said.fares),
  );
  const [then, now] = [said.regressions, regressionsIn(after)].map(
    (regressions) => new Map(regressions.map((r) => [r.id, r])),
  );
  const known = reach === null ? null : { cells: said.differing, reach };
  const [disagree, stillDisagree] = [said.contradictions, contradictionsIn(after, known)].map(
    (about) => new Set(about),
  );
  const told = (r: { title: string; suspects: readonly { change: string }[]; affected: readonly object[] }) =>
    `${r.title}; led by ${r.suspects[0]?.change.slice(0, 12) ?? 'nobody'}; ${r.affected.length} stretches`;
  return {
    schema: 'regline.what-if/1',
    asOf: model.view.asOf ?? null,
    without: without.map(({ address, says }) => ({ id: address, says })),
    with: more.map((e) => ({ id: e.id, says: describeEvent(e) })),
    flips: changes.filter((c) => c.before?.status !== c.after?.status),
    regressions: {
      gone: [...then!.values()].filter((r) => !now!.has(r.id)).map(({ id, title }) => ({ id, title })),
      new: [...now!.values()].filter((r) => !then!.has(r.id)).map(({ id, title }) => ({ id, title })),
      changed: [...now!.values()].flatMap((r) => {
        const before = then!.get(r.id);
        if (!before || JSON.stringify(essence(before)) === JSON.stringify(essence(r))) return [];
        return [{ id: r.id, before: told(before), after: told(r), says: otherwise(before, r) }];
      }),
    },
    contradictions: {
      gone: [...disagree!].filter((about) => !stillDisagree!.has(about)),
      new: [...stillDisagree!].filter((about) => !disagree!.has(about)),
    },
  };
}

/** What is told otherwise of a regression. */
function otherwise(before: Regression, after: Regression): readonly string[] {
  const says = [...changesOf(before, after)];
  const gone = before.suspects.filter((s) => !after.suspects.some((o) => o.change === s.change));
  for (const s of gone) says.push(`no longer named: ${shortChange(s.change)} (${s.role})`);
  for (const s of after.suspects) {
    const known = before.suspects.find((o) => o.change === s.change);
    if (known === undefined) continue;
    for (const reason of known.for.filter((x) => !s.for.includes(x)))
      says.push(`nothing more of ${shortChange(s.change)}: ${reason}`);
    for (const reason of s.for.filter((x) => !known.for.includes(x)))
      says.push(`of ${shortChange(s.change)}: ${reason}`);
  }
  const stretch = (r: Regression) =>
    r.affected.map((s) => (s.from === s.to ? s.from : `${s.from}..${s.to ?? ''}`)).join(', ');
  if (stretch(before) !== stretch(after)) says.push(`in ${stretch(after)}, not in ${stretch(before)}`);
  const fixed = (r: Regression) =>
    r.fixes
      .map(
        (f) =>
          `${shortChange(f.change)} (${Object.entries(f.releases)
            .map((x) => x.join(' '))
            .join(', ')})`,
      )
      .join('; ') || 'nothing';
  if (fixed(before) !== fixed(after)) says.push(`fixed by ${fixed(after)}, not by ${fixed(before)}`);
  if (before.observed !== after.observed)
    says.push(`observed behaviour ${after.observed}, not ${before.observed}`);
  return [...new Set(says)];
}

function essence({
  archs,
  consumers,
  affected,
  suspects,
  fixes,
  contract,
  observed,
}: {
  readonly archs: unknown;
  readonly consumers: unknown;
  readonly affected: unknown;
  readonly suspects: unknown;
  readonly fixes: unknown;
  readonly contract: unknown;
  readonly observed: unknown;
}): unknown {
  return [archs, consumers, affected, suspects, fixes, contract, observed];
}

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
