import { knownEnd } from '../../store/log/known-by.ts';
import { stretchesOf } from '../releases/stretches.ts';
import type { Consumer } from '../model/model.ts';
import type { ClaimReach } from '../verdict/claims.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { ViolationStretch } from '../verdict/violations.ts';
import { announcedOf, arrivedIn, fixClaims, inOrder, type FixClaim, type StretchFixes } from './fixes.ts';

/**
 * Finds the fixes of what a report opened, of which no record tells what it does: those that somebody stated for that consumer, each as the
 * answer to the newest report that it can answer. The change of one that the first bad release contains, or one that the report names as bad,
 * fixed something else. A patch that was only posted waits no longer once its author says that another change was merged.
 *
 * @param consumer whose report it is
 */
export function statedFixes(
  verdicts: Verdicts,
  report: ClaimReach,
  stretch: ViolationStretch,
  consumer: Consumer,
): Omit<StretchFixes, 'companions'> & { readonly evidence: readonly string[] } {
  const { model } = verdicts;
  const isOld = ({ change }: FixClaim['payload'], { spokenOf, evidence }: ClaimReach) => {
    if (change === undefined) return false;
    const first = model.graph.inOrder(spokenOf).slice(0, 1);
    const name = model.graph.resolve(change);
    return [...first, ...model.graph.inOrder(evidence)].some((bad) => model.graph.contains(bad).has(name));
  };
  const others = verdicts.claims.filter(({ event: { payload: p } }) => {
    if (p.behaviour !== undefined || p.consumer !== consumer.consumer) return false;
    return p.says === 'broken' || p.says === 'degraded';
  });
  const archs = report.event.payload.archs;
  const answers = fixClaims(model, stretch, [consumer]).filter((fix) => {
    if (archs !== undefined && fix.payload.archs?.some((arch) => archs.includes(arch)) === false)
      return false;
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
  const lines = stretchesOf(model, new Set(stretch.releases)).map(({ line }) => line);
  const isOut = (change: string) => lines.some((line) => arrivedIn(model, change, line) !== null);
  const isReplaced = (change: string) =>
    answers.some(
      ({ payload: f }) =>
        f.change !== undefined &&
        isOut(model.graph.resolve(f.change)) &&
        (f.status === 'merged' || f.status === 'released') &&
        answers
          .filter(({ payload: p }) => p.change !== undefined && model.graph.resolve(p.change) === change)
          .every(({ payload: p }) => p.status === 'posted' && p.by === f.by),
    );
  const waiting = new Set([...changes].filter((change) => !isOut(change) && !isReplaced(change)));
  return {
    fixes: inOrder(model, new Set([...changes].filter(isOut))),
    announced: announcedOf(model, answers, waiting),
    evidence: answers.map(({ id }) => id),
  };
}
