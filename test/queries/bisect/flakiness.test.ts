import { describe, expect, it } from 'vitest';
import { betaCumulative, betaMixtureQuantile } from '../../../queries/bisect/rates/beta-distribution.ts';
import {
  cautiousRates,
  invertedRates,
  logLikelihood,
  meanRates,
} from '../../../queries/bisect/rates/flakiness.ts';
import { learnedRates } from '../../../queries/bisect/rates/learned-rates.ts';
import { exactBits, interpolate, runInformation } from '../../../queries/bisect/rates/information.ts';

const NOTHING = { badAtGood: 0, goodAtGood: 0, badAtBad: 0, goodAtBad: 0 };

describe('the rates of a test', () => {
  it('follow what the search sees', () => {
    const rates = learnedRates();
    const flaky = meanRates(rates, { ...NOTHING, badAtBad: 7, goodAtBad: 3 });
    const steady = meanRates(rates, { ...NOTHING, badAtBad: 10 });
    expect(flaky.falsePass).toBeGreaterThan(0.25);
    expect(steady.falsePass).toBeLessThan(0.06);
  });

  it('listen to history, as to ten runs at most', () => {
    const history = { failuresAtGood: 0, runsAtGood: 1_000, passesAtBad: 300, runsAtBad: 1_000 };
    expect(meanRates(learnedRates(history), NOTHING).falsePass).toBeCloseTo(0.3, 1);
    const belied = meanRates(learnedRates(history), { ...NOTHING, badAtBad: 40 });
    expect(belied.falsePass).toBeLessThan(0.08);
  });

  it('are doubted further than they look', () => {
    const rates = learnedRates({ failuresAtGood: 0, runsAtGood: 20, passesAtBad: 1, runsAtBad: 20 });
    expect(cautiousRates(rates, NOTHING).falsePass).toBeGreaterThanOrEqual(0.3);
  });

  it('are as somebody is sure of the one, and follow the search for the other', () => {
    const rates = learnedRates(undefined, { falseFail: 0 });
    expect(meanRates(rates, NOTHING).falseFail).toBeLessThan(0.001);
    expect(cautiousRates(rates, NOTHING).falseFail).toBeLessThan(0.001);
    // That it lies is said; who never fails wrongly must pass wrongly.
    expect(meanRates(rates, NOTHING).falsePass).toBeGreaterThan(0.28);
    expect(meanRates(rates, { ...NOTHING, badAtBad: 40 }).falsePass).toBeLessThan(0.05);
    const passes = learnedRates(undefined, { falsePass: 0.5 });
    expect(meanRates(passes, NOTHING).falsePass).toBeCloseTo(0.5, 3);
    expect(meanRates(passes, { ...NOTHING, badAtGood: 20, goodAtGood: 20 }).falseFail).toBeGreaterThan(0.25);
  });

  it('are as somebody says, whatever history says of that one', () => {
    const history = { failuresAtGood: 5, runsAtGood: 50, passesAtBad: 15, runsAtBad: 50 };
    const rates = meanRates(learnedRates(history, { falseFail: 0 }), NOTHING);
    expect(rates.falseFail).toBeLessThan(0.001);
    expect(rates.falsePass).toBeCloseTo(meanRates(learnedRates(history), NOTHING).falsePass, 2);
  });

  it('change places in the search of a fix', () => {
    expect(invertedRates({ kind: 'known', falseFail: 0.1, falsePass: 0.3 })).toEqual({
      kind: 'known',
      falseFail: 0.3,
      falsePass: 0.1,
    });
  });

  it('survive thousands of runs', () => {
    const counts = { badAtGood: 3, goodAtGood: 5_000, badAtBad: 4_000, goodAtBad: 100 };
    expect(logLikelihood(learnedRates(), counts)).toBeLessThan(0);
    expect(Number.isFinite(logLikelihood(learnedRates(), counts))).toBe(true);
    expect(meanRates(learnedRates(), counts).falsePass).toBeCloseTo(100 / 4_100, 2);
  });
});

describe('the Beta distribution', () => {
  it('has the values of tables', () => {
    expect(betaCumulative(0.5, 2, 3)).toBeCloseTo(0.6875, 10);
    expect(betaCumulative(0.1, 0.5, 0.5)).toBeCloseTo(0.2048327647, 8);
    expect(betaMixtureQuantile(0.9, [{ weight: 5, wrong: 1, right: 1 }])).toBeCloseTo(0.9, 8);
  });
});

describe('the information of runs', () => {
  it('is one bit for a sure test at one half, and less for a flaky one', () => {
    expect(exactBits(0.5, { falseFail: 0, falsePass: 0 }, 1)).toBeCloseTo(1, 12);
    expect(exactBits(0.5, { falseFail: 0.5, falsePass: 0.5 }, 8)).toBeCloseTo(0, 12);
    // A Z-channel with a 10% error, at equal odds: h(0.45) - 0.5 h(0.1).
    expect(exactBits(0.5, { falseFail: 0, falsePass: 0.1 }, 1)).toBeCloseTo(0.75828, 4);
  });

  it('grows with repeats, and its tables agree with it', () => {
    const rates = { falseFail: 0.02, falsePass: 0.3 };
    const tables = runInformation(rates, [1, 2, 4]);
    for (const probability of [0.013, 0.4, 0.77])
      for (const { repeats, bits } of tables)
        expect(interpolate(bits, probability)).toBeCloseTo(exactBits(probability, rates, repeats), 4);
    expect(exactBits(0.4, rates, 4)).toBeGreaterThan(exactBits(0.4, rates, 2));
  });
});
