import type { OpenCase } from '../beliefs/open-case.ts';
import type { Estimate } from '../verdict/decision.ts';
import type { ErrorRates } from '../rates/flakiness.ts';
import { exactBits } from '../rates/information.ts';

/** Estimates what an unfinished search will still take. */
export function effortLeft(cases: readonly OpenCase[]): {
  readonly buildsLeft: Estimate;
  readonly runsLeft: Estimate;
} {
  const open = cases.map((each) => ({ rates: each.posterior.rates, bits: entropyBits(each) }));
  const runs = open.map(runsOf);
  const builds = open.map(buildsOf);
  const longest = (estimates: readonly Estimate[], key: keyof Estimate): number =>
    Math.max(0, ...estimates.map((each) => each[key]));
  const total = (estimates: readonly Estimate[], key: keyof Estimate): number =>
    estimates.reduce((sum, each) => sum + each[key], 0);
  // At best one search serves all regressions, at worst each needs its own; half-way is what happens.
  const joined = (estimates: readonly Estimate[]): Estimate => ({
    low: longest(estimates, 'low'),
    expected: (longest(estimates, 'expected') + total(estimates, 'expected')) / 2,
    high: total(estimates, 'high'),
  });
  return { buildsLeft: joined(builds), runsLeft: joined(runs) };
}

/** The entropy of what is not known, in bits. */
function entropyBits({ posterior }: OpenCase): number {
  const { candidates, always, never } = posterior;
  let bits = surprise(always) + surprise(never);
  // Neighbours mostly have the same mass.
  let lastMass = 0;
  let lastBits = 0;
  for (const mass of candidates) {
    if (mass !== lastMass) {
      lastMass = mass;
      lastBits = surprise(mass);
    }
    bits += lastBits;
  }
  return bits;
}

function surprise(mass: number): number {
  return mass > 0 ? -mass * Math.log2(mass) : 0;
}

interface Unknown {
  readonly rates: ErrorRates;
  /** Entropy of what is not known. */
  readonly bits: number;
}

function runsOf({ rates, bits }: Unknown): Estimate {
  let capacity = 0;
  for (let percent = 5; percent <= 95; percent += 5)
    capacity = Math.max(capacity, exactBits(percent / 100, rates, 1));
  const expected = bits / Math.max(capacity, 1e-3);
  return rates.falseFail === 0 && rates.falsePass === 0 ? noiseFree(expected) : spread(expected);
}

function buildsOf({ rates: { falseFail, falsePass }, bits }: Unknown): Estimate {
  // With repeats a build tells nearly a bit, however flaky the test.
  return falseFail === 0 && falsePass === 0 ? noiseFree(bits) : spread(bits * 1.15);
}

/** However likely one suspect is, what is not settled takes a test. */
function noiseFree(bits: number): Estimate {
  return {
    low: Math.max(1, Math.floor(bits + 1e-9)),
    expected: Math.max(1, bits),
    high: Math.max(1, Math.ceil(bits - 1e-9)) + (bits > 1 ? 1 : 0),
  };
}

function spread(expected: number): Estimate {
  return { low: Math.floor(0.6 * expected), expected, high: Math.ceil(1.5 * expected) + 3 };
}
