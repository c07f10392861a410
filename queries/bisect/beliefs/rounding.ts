/** Rounds to 1e-9, so that sums made in another order cannot change a choice or an output. */
export function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
