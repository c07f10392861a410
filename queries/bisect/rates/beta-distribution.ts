/** The Beta distribution, as far as rates of flaky tests need it. */

/** One part of a mixture; weights need not sum to one. */
interface WeightedBeta {
  readonly weight: number;
  readonly wrong: number;
  readonly right: number;
}

/** Gives x with P(X <= x) = p, to about 1e-9, where X is drawn from a mixture of Beta(wrong, right). */
export function betaMixtureQuantile(p: number, parts: readonly WeightedBeta[]): number {
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  let low = 0;
  let high = 1;
  for (let i = 0; i < 32; i++) {
    const middle = (low + high) / 2;
    const below = parts.reduce(
      (sum, part) => sum + part.weight * betaCumulative(middle, part.wrong, part.right),
      0,
    );
    if (below < p * total) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Gives ln of the density at 0 < x < 1 of X ~ Beta(a, b). */
export function betaLogDensity(x: number, a: number, b: number): number {
  return (a - 1) * Math.log(x) + (b - 1) * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b);
}

/** Gives P(X <= x) for X ~ Beta(a, b): the regularized incomplete beta function. */
export function betaCumulative(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges quickly on one side of the mean only; the other side is its mirror.
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCumulative(1 - x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  return front * continuedFraction(x, a, b);
}

/** Lentz's evaluation of the continued fraction of the incomplete beta function. */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1), tiny);
  let value = d;
  for (let m = 1; m <= 300; m++) {
    for (const numerator of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / notZero(1 + numerator * d, tiny);
      c = notZero(1 + numerator / c, tiny);
      value *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-13) break;
  }
  return value;
}

function notZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln of the gamma function for positive arguments (Lanczos, g = 7). */
function logGamma(z: number): number {
  // Below one half the series is inaccurate; Gamma(z) = Gamma(z + 1) / z moves away from it.
  if (z < 0.5) return logGamma(z + 1) - Math.log(z);
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z - 1 + i);
  const t = z + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
