import { answersOf } from '../model/answers.ts';
import type { CulpritsDocument } from '../model/documents.ts';
import type { Model } from '../model/model.ts';
import { nearest, QueryError } from '../model/query-error.ts';
import { selectArchs, selectConsumers } from '../model/select.ts';

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
  const regressions = [...answers.regressions, ...answers.apart];
  const { id, consumer, arch } = options;
  let found = regressions;
  if (id !== undefined) {
    found = found.filter(({ document }) =>
      [document.id, ...document.aliases].some((name) => name.toLowerCase().startsWith(id.toLowerCase())),
    );
    if (found.length === 0) {
      throw new QueryError(`no regression "${id}"`, {
        suggestions: nearest(
          id,
          regressions.map((r) => r.document.id),
        ),
        hint: 'regline culprits lists them all',
      });
    }
  }
  if (consumer !== undefined) {
    const wanted = selectConsumers(model, [consumer]);
    found = found.filter(({ stretch }) => stretch.violations.some((v) => wanted.includes(v.consumer)));
  }
  if (arch !== undefined) {
    selectArchs(model, [arch]);
    found = found.filter(({ document }) => document.archs.includes(arch));
  }
  return {
    schema: 'regline.culprits/1',
    asOf: model.view.asOf ?? null,
    regressions: found.map(({ document }) => document),
  };
}
