import { answersOf } from '../model/answers.ts';
import type { Model } from '../model/model.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import type { FoundRegression } from './found-regression.ts';

/**
 * Finds a regression by its id or the beginning of one.
 *
 * @throws QueryError where none begins so, or several do.
 */
export function regressionNamed(model: Model, id: string): FoundRegression {
  const answers = answersOf(model);
  // Most are asked for by their whole id: what is listed apart is only worked out for others.
  const whole = answers.regressions.find(({ document }) => [document.id, ...document.aliases].includes(id));
  if (whole) return whole;
  const regressions = [...answers.regressions, ...answers.apart];
  const found = regressions.filter(({ document }) =>
    [document.id, ...document.aliases].some((name) => name.toLowerCase().startsWith(id.toLowerCase())),
  );
  if (found.length === 1) return found[0]!;
  throw new QueryError(found.length === 0 ? `no regression "${id}"` : `"${id}" is the beginning of several`, {
    suggestions:
      found.length > 1
        ? found.map((f) => f.document.id)
        : nearest(
            id,
            regressions.map((f) => f.document.id),
          ),
    hint: 'regline culprits lists them all',
  });
}
