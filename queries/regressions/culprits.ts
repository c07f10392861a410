import { answersOf } from './answers.ts';
import type { CulpritsDocument } from './regression.ts';
import type { Model } from '../model/model.ts';
import { selectArchs, selectConsumers } from '../model/select.ts';
import { regressionsNamed } from './regression-named.ts';

export interface CulpritsOptions {
  /** A regression's id, or the beginning of one. */
  readonly id?: string;
  readonly consumer?: string;
  readonly arch?: string;
}

/**
 * Answers: which regressions are there, and which changes did it? Without options, all of them.
 *
 * @throws QueryError for an id, a consumer or an architecture that is not known.
 */
export function culprits(model: Model, options: CulpritsOptions = {}): CulpritsDocument {
  const answers = answersOf(model);
  const { id, consumer, arch } = options;
  let found = id === undefined ? [...answers.regressions, ...answers.apart] : regressionsNamed(model, id);
  if (consumer !== undefined) {
    const wanted = selectConsumers(model, [consumer]);
    found = found.filter(({ stretch }) => stretch.violations.some((v) => wanted.includes(v.consumer)));
  }
  if (arch !== undefined) {
    const wanted = selectArchs(model, [arch]);
    found = found.filter(({ document }) => document.archs.some((a) => wanted.includes(a)));
  }
  return {
    schema: 'regline.culprits/1',
    asOf: model.view.asOf ?? null,
    regressions: found.map(({ document }) => document),
  };
}
