import { describe, expect, it } from 'vitest';
import { confirmationGain, favouriteOf } from '../../../queries/bisect/choosing/favourite.ts';
import type { Posterior } from '../../../queries/bisect/beliefs/posterior.ts';

const RATES = { falseFail: 0.01, falsePass: 0.3 };

function posteriorWith(masses: readonly number[]): Posterior {
  const nothing = { badAtGood: 0, goodAtGood: 0, badAtBad: 0, goodAtBad: 0 };
  return {
    candidates: Float64Array.from(masses),
    always: 0,
    never: 0,
    rates: RATES,
    possible: true,
    rateGroups: [],
    ratesOf: () => RATES,
    codes: new Int32Array(0),
    countsOf: () => nothing,
  };
}

const CERTAINTY = 0.99;

describe('the favourite of a search', () => {
  it('is likelier than all others together, and no longer one when it is proved', () => {
    expect(favouriteOf(posteriorWith([0.3, 0.3, 0.4]), CERTAINTY)).toBeNull();
    expect(favouriteOf(posteriorWith([0.3, 0.6, 0.1]), CERTAINTY)).toEqual({
      local: 1,
      p: 0.6,
      certainty: CERTAINTY,
      rates: RATES,
    });
    expect(favouriteOf(posteriorWith([0.001, 0.995, 0.004]), CERTAINTY)).toBeNull();
    expect(favouriteOf(posteriorWith([0.01, 0.985, 0.005]), 0.98)).toBeNull();
  });

  it('gains by a run that all others predict otherwise, and nothing by one on which all agree', () => {
    const favourite = { local: 1, p: 0.9, certainty: CERTAINTY, rates: RATES };
    // All others say good at the favourite itself: newer versions are suspected.
    const apart = confirmationGain(favourite, { containsFavourite: true, failure: 0.9 * 0.7 + 0.1 * 0.01 });
    const agreed = confirmationGain(favourite, { containsFavourite: true, failure: 0.7 });
    expect(apart).toBeGreaterThan(0.5);
    expect(agreed).toBeCloseTo(0, 9);
  });

  it('gains no more than it still needs', () => {
    const run = (p: number): { containsFavourite: boolean; failure: number } => ({
      containsFavourite: true,
      failure: p * 0.7,
    });
    const early = confirmationGain({ local: 0, p: 0.6, certainty: CERTAINTY, rates: RATES }, run(0.6));
    const late = confirmationGain({ local: 0, p: 0.985, certainty: CERTAINTY, rates: RATES }, run(0.985));
    expect(Number.isFinite(early)).toBe(true);
    expect(late).toBeLessThan(early);
  });

  it('gains more by a run that may end the search than by one that leaves it just before the end', () => {
    const favourite = { local: 0, p: 0.97, certainty: CERTAINTY, rates: RATES };
    const failing = (ifOther: number) => ({
      containsFavourite: true,
      failure: 0.97 * 0.7 + 0.03 * ifOther,
    });
    // It needs three times the odds: one run in which the others fail a third as often gives them, one of two fifths does not.
    const ends = confirmationGain(favourite, failing(0.21));
    const almost = confirmationGain(favourite, failing(0.24));
    expect(ends).toBeGreaterThan(almost + 0.5);
  });
});
