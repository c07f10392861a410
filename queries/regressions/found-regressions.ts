import type { Verdicts } from '../verdict/verdicts.ts';
import type { FoundRegression } from './found-regression.ts';
import { testsAlone, type FailingTests, type TestsAlone } from './opened-by-tests.ts';
import { allOf, openedByRecords, openedByWords } from './regressions.ts';

/** The regressions of a model, from the first that opens one to all of them. */
export interface FoundRegressions {
  /** Those that records open, each as they alone tell it. */
  readonly byRecords: readonly FoundRegression[];
  /** The same with claims of breakage joined to them, and those that claims open. */
  readonly byWords: readonly FoundRegression[];
  /** What tests say that no word explains. */
  readonly testsAlone: TestsAlone;
  /** All of them, as decisions merge them. */
  readonly all: readonly FoundRegression[];
}

/**
 * Finds the regressions of a model, each part when it is asked for.
 *
 * @param failing tells how tests fail after they passed
 * @param recorded finds those that records open
 */
export function regressionsOf(
  verdicts: Verdicts,
  failing: () => FailingTests,
  recorded: (verdicts: Verdicts) => readonly FoundRegression[] = openedByRecords,
): FoundRegressions {
  let byRecords: readonly FoundRegression[] | null = null;
  let byWords: readonly FoundRegression[] | null = null;
  let alone: TestsAlone | null = null;
  let all: readonly FoundRegression[] | null = null;
  return {
    get byRecords() {
      return (byRecords ??= recorded(verdicts));
    },
    get byWords() {
      return (byWords ??= openedByWords(verdicts, this.byRecords));
    },
    get testsAlone() {
      return (alone ??= testsAlone(verdicts, this.byWords, failing()));
    },
    get all() {
      return (all ??= allOf(verdicts, this.byWords, this.testsAlone.opened));
    },
  };
}
