import type { Payload } from '../../store/events/catalogue.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { addTo } from '../../store/grouping.ts';
import { knownAtEnd } from '../../store/events/known-at.ts';
import type { Model } from '../model/model.ts';
import type { CellResults } from '../outcomes/results.ts';

/** The properties of a result by which attributions refer to it. */
export interface AttributedResult {
  /** `ID#index`. */
  readonly address: string;
  readonly test: string;
  readonly release: string;
  readonly arch: string | null;
  readonly outcome: Outcome;
  /** The end of its known-at. */
  readonly known: string;
}

type Attribution = Payload<'OutcomeAttributed'>;

/** The attributions of a model, in its order, indexed by what they name. */
interface Attributions {
  readonly byTarget: ReadonlyMap<string, readonly Placed[]>;
  readonly byTest: ReadonlyMap<string, readonly Placed[]>;
  /** Those of any test. */
  readonly others: readonly Placed[];
}

interface Placed {
  readonly place: number;
  readonly payload: Attribution;
}

const known = new WeakMap<Model, Attributions>();

/** There may be thousands of attributions and many more results: for each result only those are checked that may apply to it. */
function attributionsOf(model: Model): Attributions {
  const before = known.get(model);
  if (before) return before;
  const byTarget = new Map<string, Placed[]>();
  const byTest = new Map<string, Placed[]>();
  const others: Placed[] = [];
  model.of('OutcomeAttributed').forEach(({ payload }, place) => {
    // An attribution to a run of a CI is found by the id of that run.
    if (payload.target !== undefined) addTo(byTarget, payload.target, { place, payload });
    else if (payload.run !== undefined) return;
    else if (payload.test !== undefined) addTo(byTest, payload.test, { place, payload });
    else others.push({ place, payload });
  });
  const made = { byTarget, byTest, others };
  known.set(model, made);
  return made;
}

/**
 * Finds the cause to which a result is attributed, if that is not the kernel: infrastructure, another cause, a newer selftest, a known
 * issue. An attribution with an end date does not apply to later results.
 */
export function attributionOf(model: Model, result: AttributedResult): Attribution | null {
  const { byTarget, byTest, others } = attributionsOf(model);
  let first: Placed | null = null;
  for (const some of [byTarget.get(result.address), byTest.get(result.test), others]) {
    const found = some?.find(({ payload }) => speaksOf(payload, result));
    if (found !== undefined && (first === null || found.place < first.place)) first = found;
  }
  return first?.payload ?? null;
}

function speaksOf(p: Attribution, { known, release, arch, outcome }: AttributedResult): boolean {
  if (p.until !== undefined && known > knownAtEnd(p.until)) return false;
  // It names the result itself.
  if (p.target !== undefined) return true;
  if (p.releases !== undefined && !p.releases.includes(release)) return false;
  if (p.archs !== undefined && !p.archs.includes(arch ?? '')) return false;
  return p.outcomes === undefined || p.outcomes.includes(outcome);
}

/** Whether results of a test, or of any test, may be attributed to another cause. */
export function mayBeAttributed(model: Model, test: string | null = null): boolean {
  const { byTarget, byTest, others } = attributionsOf(model);
  return byTarget.size + others.length > 0 || (test === null ? byTest.size > 0 : byTest.has(test));
}

/**
 * Of each of these outcomes the first result of one place that is not attributed to another cause. What is kept of a place has no further ones
 * (see `resultsModel`); where its runs are looked at one by one there may be more, and an answer must not tell the two apart.
 */
export function countedResults(
  model: Model,
  place: { readonly test: string; readonly release: string; readonly arch: string },
  found: CellResults,
  outcomes: readonly Outcome[],
): readonly string[] {
  return outcomes.flatMap((outcome) => {
    const counts = (address: string) =>
      attributionOf(model, { ...place, outcome, address, known: found.known(address) }) === null;
    const first = found.outcomes.get(outcome)?.find(counts);
    return first === undefined ? [] : [first];
  });
}
