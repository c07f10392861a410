import type { ErrorRates } from '../rates/flakiness.ts';
import type { Posterior } from '../beliefs/posterior.ts';

/** Only one suspect can be likelier than this. */
const FAVOURED = 0.5;

/**
 * What it is worth in bits that a run may end the search, beyond the bits that were missing. Without it many runs that each say a
 * little, and none that may end it, look as good as one that says enough; and whatever takes one run more takes a whole one.
 */
const WORTH_OF_THE_END = 1;

/** A suspect that is likelier than all others together, and so the likely answer of a search with noise. */
export interface Favourite {
  /** A node of the range. */
  readonly local: number;
  readonly p: number;
  /** How likely it has to be before it is the answer. */
  readonly certainty: number;
  /** The rates by which it explains the outcomes. */
  readonly rates: ErrorRates;
}

/** Finds the favourite of one regression; null while there is none, and once it needs no further proof. */
export function favouriteOf(posterior: Posterior, certainty: number): Favourite | null {
  const local = posterior.candidates.findIndex((mass) => mass > FAVOURED);
  if (local < 0) return null;
  const p = posterior.candidates[local]!;
  return p < certainty ? { local, p, certainty, rates: posterior.ratesOf(local) } : null;
}

/**
 * Values in bits, beyond the information of one run, how far the run is expected to bring a favourite towards the
 * end of the search. Information counts what is learned of the order among unlikely suspects as much as what sets
 * the favourite apart from them; near the end only the latter shortens the search. So the favourite's share of the
 * information is replaced by what the run says for it against all others together, as in the extrinsic
 * Jensen-Shannon divergence of Naghshvar and Javidi (2012); beyond what the answer still needs, that it ends the search counts and
 * nothing else.
 */
export function confirmationGain(
  { p, certainty, rates }: Favourite,
  run: { readonly containsFavourite: boolean; readonly failure: number },
): number {
  const own = run.containsFavourite ? 1 - rates.falsePass : rates.falseFail;
  const needed = Math.log2(certainty / (1 - certainty)) - Math.log2(p / (1 - p));
  const gainOf = (ifFavourite: number, average: number): number => {
    if (ifFavourite <= 0 || average <= 0) return 0;
    const ifOther = Math.max(0, (average - p * ifFavourite) / (1 - p));
    const said = Math.log2(ifFavourite / ifOther);
    const towardsEnd = said < needed ? said : needed + WORTH_OF_THE_END;
    return ifFavourite * (towardsEnd - Math.log2(ifFavourite / average));
  };
  return Math.max(0, p * (gainOf(own, run.failure) + gainOf(1 - own, 1 - run.failure)));
}
