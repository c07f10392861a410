import { consumerName, type Model } from '../model/model.ts';
import type { ContractState, Suspect } from '../model/documents.ts';
import { firstKnown } from './opened-by-claims.ts';
import { regressionId } from './regression-id.ts';
import { shortTitle } from './regression-title.ts';
import { ROLE_ORDER } from './suspects.ts';
import { stretchesOf } from '../releases/stretches.ts';
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
    const merged: FoundRegression = {
      document: {
        ...keep.document,
        aliases: both((r) => [...r.document.aliases, r.document.id]).filter((x) => x !== keep.document.id),
        archs: both((r) => r.document.archs),
        consumers: both((r) => r.document.consumers),
        lastGood: model.graph.inOrder(both((r) => r.document.lastGood)),
        firstBad: model.graph.inOrder(both((r) => r.document.firstBad)),
        title: `${keep.document.title}; merged with it: ${shortTitle(gone)}`,
        contract: worst(keep.document.contract, gone.document.contract),
        observed: worst(keep.document.observed, gone.document.observed),
        affected: stretchesOf(model, new Set(both((r) => r.stretch.releases))),
        suspects: ranked(both((r) => r.document.suspects)),
        fixes: uniqueBy(
          both((r) => r.document.fixes),
          (f) => f.change,
        ),
        companions: uniqueBy(
          both((r) => r.document.companions),
          (c) => c.change,
        ),
        announced: uniqueBy(
          both((r) => r.document.announced),
          (a) => a.event,
        ),
        repairs: uniqueBy(
          both((r) => r.document.repairs),
          (x) => x.event,
        ),
        reported: keep.document.reported || gone.document.reported,
        evidence: [...both((r) => r.document.evidence), id],
      },
      stretch: {
        ...keep.stretch,
        releases: model.graph.inOrder(both((r) => r.stretch.releases)),
        violations: [...keep.stretch.violations, ...gone.stretch.violations],
      },
      excluded: uniqueBy(
        both((r) => r.excluded),
        (x) => x.change,
      ),
    };
    found = found.flatMap((r) => (r === keep ? [merged] : r === gone ? [] : [r]));
  }
  return found;
}

function worst(a: ContractState, b: ContractState): ContractState {
  if (a === 'broken' || b === 'broken') return 'broken';
  return a === 'unknown' || b === 'unknown' ? 'unknown' : 'kept';
}

/** Suspects of both, each once with what speaks for and against it, in one order. */
function ranked(suspects: readonly Suspect[]): readonly Suspect[] {
  const found = new Map<string, Suspect>();
  for (const s of suspects) {
    const known = found.get(s.change);
    found.set(s.change, {
      ...(known ?? s),
      score: Math.max(s.score, known?.score ?? 0),
      for: [...new Set([...(known?.for ?? []), ...s.for])],
      against: [...new Set([...(known?.against ?? []), ...s.against])],
    });
  }
  return [...found.values()]
    .sort((a, b) => ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role) || b.score - a.score)
    .map((s, index) => ({ ...s, rank: index + 1 }));
}

/** The first of each. */
function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(key(item)) && seen.add(key(item)));
}
