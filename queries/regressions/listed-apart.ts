import type { Verdicts } from '../verdict/verdicts.ts';
import { brokenBy, configurations, inFull } from './broken-by-switch.ts';
import type { FoundRegression } from './found-regression.ts';
import { refusals } from './refused-by-guards.ts';

/** What is no regression in the default configuration: guards that refuse, and what other configurations break. */
export function listedApart(verdicts: Verdicts): readonly FoundRegression[] {
  return [
    ...verdicts.model.consumers.flatMap((consumer) => refusals(verdicts, consumer)),
    ...configurations(verdicts)
      .flatMap((configuration) => brokenBy(verdicts, configuration))
      .map((broken) => inFull(verdicts, broken)),
  ];
}
