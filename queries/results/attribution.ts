import type { Payload } from '../../store/events/catalogue.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { addTo } from '../../store/grouping.ts';
import { knownAtEnd } from '../../store/events/known-at.ts';
import type { Model } from '../model/model.ts';
import type { CellResults } from '../outcomes/results.ts';

/** One result, as far as an attribution can speak of it. */
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

/** The attributions of a model that may speak of a result, in the order of the model, by what they name first. */
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

/** A CI lays thousands of failures to something, and results are many more: each is asked only of what may speak of it. */
function attributionsOf(model: Model): Attributions {
  const before = known.get(model);
  if (before) return before;
  const byTarget = new Map<string, Placed[]>();
  const byTest = new Map<string, Placed[]>();
  const others: Placed[] = [];
  model.of('OutcomeAttributed').forEach(({ payload }, place) => {
    // An attribution of a CI's own run is asked by that run's id.
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
 * Finds what a result was laid to, when that is not the kernel: infrastructure, another cause, a newer selftest, an issue that is known.
 * What is believed until a day explains nothing that came later: it has to be stated, and so proved, again.
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

/** Whether results of a test, or of any, may be laid to something, one by one or by a rule; what is laid by runs is told by these. */
export function canBeLaid(model: Model, test: string | null = null): boolean {
  const { byTarget, byTest, others } = attributionsOf(model);
  return byTarget.size + others.length > 0 || (test === null ? byTest.size > 0 : byTest.has(test));
}

/** The results of one place with one of these outcomes, without those that were laid to something else. */
export function countedResults(
  model: Model,
  place: { readonly test: string; readonly release: string; readonly arch: string },
  found: CellResults,
  outcomes: readonly Outcome[],
): readonly string[] {
  if (!canBeLaid(model)) return outcomes.flatMap((o) => found.outcomes.get(o) ?? []);
  return outcomes.flatMap((outcome) =>
    (found.outcomes.get(outcome) ?? []).filter(
      (address) => attributionOf(model, { ...place, outcome, address, known: found.known(address) }) === null,
    ),
  );
}
