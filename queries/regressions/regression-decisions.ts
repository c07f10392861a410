import { consumerName, type Model } from '../model/model.ts';
import { firstKnown } from './opened-by-claims.ts';
import { regressionId } from './regression-id.ts';
import { releasesOf, type ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';

/** Applies the decisions that one regression is several: the part that is named gets an id of its own. */
export function splitStretches(
  model: Model,
  stretches: readonly ViolationStretch[],
): readonly ViolationStretch[] {
  let found = [...stretches];
  for (const { payload } of model.of('RegressionSplit')) {
    const { regression, archs, consumers } = payload;
    found = found.flatMap((stretch) => {
      if (regressionId(stretch) !== regression) return [stretch];
      const inPart = (v: ViolationStretch['violations'][number]) =>
        (archs?.includes(v.arch) ?? true) &&
        (consumers?.some(
          (c) => c === v.consumer.consumer || c === consumerName(v.consumer.consumer, v.consumer.variant),
        ) ??
          true);
      const [part, rest] = [stretch.violations.filter(inPart), stretch.violations.filter((v) => !inPart(v))];
      if (part.length === 0 || rest.length === 0) return [stretch];
      const releases = (violations: ViolationStretch['violations']) => {
        const here = releasesOf(violations);
        return stretch.releases.filter((name) => here.has(name));
      };
      return [
        { ...stretch, releases: releases(rest), violations: rest },
        {
          ...stretch,
          releases: releases(part),
          violations: part,
          part: JSON.stringify([stretch.part ?? null, archs ?? null, consumers ?? null]),
        },
      ];
    });
  }
  return found;
}

/** Applies the decisions that two regressions are one: the older id stays, and the other leads to it. */
export function mergeRegressions(model: Model, regressions: readonly FoundRegression[]): FoundRegression[] {
  let found = [...regressions];
  for (const { id, payload } of model.of('RegressionMerged')) {
    const named = (name: string) =>
      found.find(({ document: r }) => r.id === name || r.aliases.includes(name));
    const [a, b] = [named(payload.regression), named(payload.into)];
    if (!a || !b || a === b) continue;
    const [keep, gone] = firstKnown(model, a) < firstKnown(model, b) ? [a, b] : [b, a];
    const both = <T>(of: (r: FoundRegression) => readonly T[]) => [...new Set([...of(keep), ...of(gone)])];
    const order = new Map(model.graph.order.map((name, index) => [name, index]));
    const place = (x: string, y: string) => (order.get(x) ?? 0) - (order.get(y) ?? 0);
    const merged: FoundRegression = {
      document: {
        ...keep.document,
        aliases: both((r) => [...r.document.aliases, r.document.id]).filter((x) => x !== keep.document.id),
        archs: both((r) => r.document.archs),
        consumers: both((r) => r.document.consumers),
        lastGood: both((r) => r.document.lastGood).sort(place),
        firstBad: both((r) => r.document.firstBad).sort(place),
        affected: uniqueBy(
          both((r) => r.document.affected),
          (s) => JSON.stringify(s),
        ),
        suspects: uniqueBy(
          both((r) => r.document.suspects),
          (s) => s.change,
        ).map((s, i) => ({
          ...s,
          rank: i + 1,
        })),
        fixes: uniqueBy(
          both((r) => r.document.fixes),
          (f) => f.change,
        ),
        reported: keep.document.reported || gone.document.reported,
        evidence: [...both((r) => r.document.evidence), id],
      },
      stretch: {
        ...keep.stretch,
        releases: both((r) => r.stretch.releases).sort(place),
        violations: [...keep.stretch.violations, ...gone.stretch.violations],
      },
      excluded: keep.excluded,
    };
    found = found.flatMap((r) => (r === keep ? [merged] : r === gone ? [] : [r]));
  }
  return found;
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map([...items].reverse().map((item) => [key(item), item])).values()].reverse();
}
