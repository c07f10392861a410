import { knownEnd } from '../../store/log/known-by.ts';
import { stretchesOf } from '../releases/stretches.ts';
import type { ClaimReach } from '../verdict/claims.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { ViolationStretch } from '../verdict/violations.ts';
import { announcedOf, fixClaims, inOrder, type FixClaim, type StretchFixes } from './fixes.ts';

/**
 * Finds the fixes of what a report opened, of which no record tells what it does: those that somebody stated for that consumer, each as the
 * answer to the newest report that it can answer. The change of one that the first bad release contains fixed something else.
 */
export function statedFixes(
  verdicts: Verdicts,
  report: ClaimReach,
  stretch: ViolationStretch,
): Omit<StretchFixes, 'companions'> & { readonly evidence: readonly string[] } {
  const { model } = verdicts;
  const consumer = stretch.violations[0]?.consumer;
  if (consumer === undefined) return { fixes: [], announced: [], evidence: [] };
  const isOld = ({ change }: FixClaim['payload'], { spokenOf }: ClaimReach) => {
    const first = model.graph.inOrder(spokenOf)[0];
    return (
      change !== undefined &&
      first !== undefined &&
      model.graph.contains(first).has(model.graph.resolve(change))
    );
  };
  const others = verdicts.claims.filter(({ event: { payload: p } }) => {
    if (p.behaviour !== undefined || p.consumer !== consumer.consumer) return false;
    return p.says === 'broken' || p.says === 'degraded';
  });
  const archs = new Set(stretch.violations.map((v) => v.arch));
  const answers = fixClaims(model, stretch).filter((fix) => {
    if (fix.payload.archs?.some((arch) => archs.has(arch)) === false) return false;
    const [own, said] = [knownEnd(report.event), knownEnd(fix)];
    return (
      !isOld(fix.payload, report) &&
      !others.some(
        (other) => knownEnd(other.event) > own && knownEnd(other.event) <= said && !isOld(fix.payload, other),
      )
    );
  });
  const changes = new Set(
    answers.flatMap(({ payload: f }) => (f.change === undefined ? [] : [model.graph.resolve(f.change)])),
  );
  const isOut = (change: string) =>
    stretchesOf(model, new Set(stretch.releases)).some(
      ({ line }) => model.graph.firstIn(change, line) !== null,
    );
  const waiting = new Set([...changes].filter((change) => !isOut(change)));
  return {
    fixes: inOrder(model, new Set([...changes].filter(isOut))),
    announced: announcedOf(model, answers, waiting),
    evidence: answers.map(({ id }) => id),
  };
}
