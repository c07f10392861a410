import type { Payload } from '../../store/events/catalogue.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { knownAtEnd } from '../../store/known-at.ts';
import type { Model } from '../model/model.ts';
import type { CellResults } from './results.ts';

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

/**
 * Finds what a result was laid to, when that is not the kernel: infrastructure, another cause, a newer selftest, an issue that is known.
 * What is believed until a day explains nothing that came later: it has to be stated, and so proved, again.
 */
export function attributionOf(model: Model, result: AttributedResult): Payload<'OutcomeAttributed'> | null {
  const found = model.of('OutcomeAttributed').find(({ payload: p }) => {
    if (p.until !== undefined && result.known > knownAtEnd(p.until)) return false;
    if (p.target !== undefined) return p.target === result.address;
    // An attribution of a CI's own run is asked by that run's id.
    if (p.run !== undefined) return false;
    if (p.test !== undefined && p.test !== result.test) return false;
    if (p.releases !== undefined && !p.releases.includes(result.release)) return false;
    if (p.archs !== undefined && !p.archs.includes(result.arch ?? '')) return false;
    return p.outcomes === undefined || p.outcomes.includes(result.outcome);
  });
  return found?.payload ?? null;
}

/** The results of one place with one of these outcomes, without those that were laid to something else. */
export function countedResults(
  model: Model,
  place: { readonly test: string; readonly release: string; readonly arch: string },
  found: CellResults,
  outcomes: readonly Outcome[],
): readonly string[] {
  if (model.of('OutcomeAttributed').length === 0) return outcomes.flatMap((o) => found.outcomes.get(o) ?? []);
  return outcomes.flatMap((outcome) =>
    (found.outcomes.get(outcome) ?? []).filter(
      (address) => attributionOf(model, { ...place, outcome, address, known: found.known(address) }) === null,
    ),
  );
}
