import type { Scalar } from '../../store/events/fields.ts';
import { listedApart } from './listed-apart.ts';
import { hasCell } from '../verdict/violations.ts';
import type { Consumer, Model } from '../model/model.ts';
import { regressionsOf, type FoundRegressions } from './found-regressions.ts';
import { failingTests, type FailingTests } from './opened-by-tests.ts';
import { verdicts, type Verdicts } from '../verdict/verdicts.ts';
import type { FoundRegression } from './found-regression.ts';
import { addTo } from '../../store/grouping.ts';

/** What several answers on one model share: its verdicts and its regressions, worked out once, when asked for. */
export interface Answers {
  readonly verdicts: Verdicts;
  /** All of them, as decisions merge them. */
  readonly regressions: readonly FoundRegression[];
  /** The same by what opened them. */
  readonly found: FoundRegressions;
  /** How tests fail after they passed. */
  readonly failing: FailingTests;
  /** The regression in which a behaviour has a value at a release; where several do, the one that holds the cell. */
  regressionOf(behaviour: string, value: Scalar, cell: CellPlace): FoundRegression | undefined;
  /** Guards that refuse and what other configurations break, worked out when asked for. */
  readonly apart: readonly FoundRegression[];
}

/** A cell, as far as regressions are told by it. */
export interface CellPlace {
  readonly consumer: Consumer;
  readonly release: string;
  readonly arch: string;
}

/** By behaviour, value and release. */
type PlaceIndex = ReadonlyMap<string, ReadonlyMap<Scalar, ReadonlyMap<string, readonly FoundRegression[]>>>;

const known = new WeakMap<Model, Answers>();
const shared = new WeakMap<Model, Shared>();

/** What somebody knows of a model already: from what is kept, or from another world that says the same. */
export interface Shared {
  /** How tests fail after they passed; the same in worlds with the same results and releases. */
  readonly failing?: FailingTests;
  /** Finds the regressions that records open, with less work. */
  readonly byRecords?: (verdicts: Verdicts) => readonly FoundRegression[];
  /** Reads all regressions; asked when they are. */
  readonly found?: () => FoundRegressions;
}

/** Tells what is known of a model; to be called before its answers are asked for. */
export function share(model: Model, known: Shared): void {
  shared.set(model, { ...shared.get(model), ...known });
}

/** Gives the verdicts and regressions of a model. A model never changes, so they are worked out once. */
export function answersOf(model: Model): Answers {
  const before = known.get(model);
  if (before) return before;
  const made = verdicts(model);
  let failing: FailingTests | null = null;
  let found: FoundRegressions | null = null;
  let apart: readonly FoundRegression[] | null = null;
  let index: PlaceIndex | null = null;
  const answers: Answers = {
    verdicts: made,
    get failing() {
      return (failing ??= shared.get(model)?.failing ?? failingTests(made));
    },
    get found() {
      const { found: read, byRecords } = shared.get(model) ?? {};
      return (found ??= read?.() ?? regressionsOf(made, () => answers.failing, byRecords));
    },
    get regressions() {
      return answers.found.all;
    },
    regressionOf(behaviour, value, { consumer, release, arch }) {
      const { found } = answers;
      // What tests alone open has no value that a record gives, unless somebody merged it with what has.
      index ??= byPlace(model.of('RegressionMerged').length > 0 ? found.all : found.byWords);
      const there = index.get(behaviour)?.get(value)?.get(release) ?? [];
      if (there.length < 2) return there[0];
      // Somebody decided that one regression is several.
      return there.find(({ stretch }) => hasCell(stretch.violations, consumer, release, arch)) ?? there[0];
    },
    get apart() {
      return (apart ??= listedApart(made));
    },
  };
  known.set(model, answers);
  return answers;
}

/** A regression that was merged has the values of all that it was made from. */
function byPlace(regressions: readonly FoundRegression[]): PlaceIndex {
  const found = new Map<string, Map<Scalar, Map<string, FoundRegression[]>>>();
  for (const regression of regressions) {
    const { behaviour, value, releases, violations } = regression.stretch;
    const values = new Map<string, readonly [string, Scalar]>([
      [JSON.stringify([behaviour, value]), [behaviour, value]],
    ]);
    for (const { need } of violations)
      if (need.effective.known)
        values.set(JSON.stringify([need.behaviour, need.effective.value]), [
          need.behaviour,
          need.effective.value,
        ]);
    for (const [name, is] of values.values()) {
      const byValue = found.get(name) ?? new Map<Scalar, Map<string, FoundRegression[]>>();
      found.set(name, byValue);
      const byRelease = byValue.get(is) ?? new Map<string, FoundRegression[]>();
      byValue.set(is, byRelease);
      for (const release of releases) {
        addTo(byRelease, release, regression);
      }
    }
  }
  return found;
}
