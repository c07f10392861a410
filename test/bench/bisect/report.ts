/** One line of the benchmark: a goal beside what was reached. */
export interface Measured {
  readonly what: string;
  readonly goal: string;
  readonly reached: string;
  /** Null where there is nothing to meet. */
  readonly met: boolean | null;
  readonly trials: number;
}

/** How much to do. */
export interface Effort {
  /** Multiplies the number of trials. */
  readonly scale: number;
  readonly seed: number;
}

export function trialsOf(effort: Effort, usual: number): number {
  return Math.max(1, Math.round(usual * effort.scale));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard error of a mean. */
export function standardError(values: readonly number[]): number {
  const middle = mean(values);
  const variance = mean(values.map((value) => (value - middle) ** 2));
  return Math.sqrt(variance / values.length);
}

/** Writes a standard error behind a figure. */
export function plusMinus(error: number): string {
  return ` ± ${error.toFixed(3)}`;
}

/** Compares a figure with an upper bound. */
export function atMost(what: string, reached: number, most: number, trials: number, note = ''): Measured {
  const digits = reached < 10 ? 3 : 1;
  return { what, goal: `<= ${most}`, reached: reached.toFixed(digits) + note, met: reached <= most, trials };
}

export function atLeast(what: string, reached: number, least: number, trials: number, note = ''): Measured {
  return { what, goal: `>= ${least}`, reached: reached.toFixed(3) + note, met: reached >= least, trials };
}
