import { answersOf } from './answers.ts';
import type { Model } from '../model/model.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { isNot } from '../model/select.ts';
import type { FoundRegression } from './found-regression.ts';

/**
 * Finds the regressions that an id, or the beginning of one, names.
 *
 * @throws QueryError where there is none.
 */
export function regressionsNamed(model: Model, id: string): readonly FoundRegression[] {
  const answers = answersOf(model);
  // Most are asked for by their whole id: what is listed apart is only worked out for others.
  const whole = answers.regressions.find(({ document }) => [document.id, ...document.aliases].includes(id));
  if (whole) return [whole];
  const regressions = [...answers.regressions, ...answers.apart];
  const found = regressions.filter(({ document }) =>
    [document.id, ...document.aliases].some((name) => name.toLowerCase().startsWith(id.toLowerCase())),
  );
  if (found.length > 0) return found;
  const { asOf, asRecorded } = model.view;
  const then = asOf === undefined && asRecorded === undefined ? '' : ` ${isNot(model)}`;
  throw new QueryError(`no regression "${id}"${then}`, {
    suggestions: nearest(
      id,
      regressions.map((f) => f.document.id),
    ),
    hint: LISTED,
  });
}

/**
 * Finds the one regression that an id, or the beginning of one, names.
 *
 * @throws QueryError where none begins so, or several do.
 */
export function regressionNamed(model: Model, id: string): FoundRegression {
  const found = regressionsNamed(model, id);
  if (found.length === 1) return found[0]!;
  throw new QueryError(`"${id}" is the beginning of several`, {
    suggestions: found.map((f) => f.document.id),
    hint: LISTED,
  });
}

const LISTED = 'regline culprits lists them all';
