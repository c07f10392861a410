import { FIRST_AXIS } from './pairs.ts';
import type { Step } from './step.ts';

/** How likely the culprit is a version of one of two things. */
export interface AxisShare {
  readonly axis: string;
  readonly p: number;
}

/** Says which of two things holds the culprit of the first regression, the likelier first; empty where one is searched. */
export function axesOf({ session, decision, history }: Step): readonly AxisShare[] {
  const { second } = session.start.payload;
  if (second === undefined) return [];
  const shares = new Map([FIRST_AXIS, second.name].map((axis) => [axis, 0]));
  for (const { version, p } of decision.regressions[0]!.top) {
    const { axis } = history.meaningOf(version);
    if (axis !== null) shares.set(axis, shares.get(axis)! + p);
  }
  return [...shares].map(([axis, p]) => ({ axis, p: Math.round(p * 1e6) / 1e6 })).sort((a, b) => b.p - a.p);
}
