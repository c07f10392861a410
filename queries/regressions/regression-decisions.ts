import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName, type Model } from '../model/model.ts';
import type { ContractState, Suspect } from './regression.ts';
import { firstKnown } from './opened-by-claims.ts';
import { regressionId } from './regression-id.ts';
import { shortTitle } from './regression-title.ts';
import { bothPassAgain } from './passes-again.ts';
import { ROLE_ORDER } from './suspects.ts';
import { stretchesOf } from '../releases/stretches.ts';
import { releasesOf, type ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';

type Violations = ViolationStretch['violations'];

/** What a decision takes out of a regression: all that is on these architectures and of these consumers or variants. */
export interface Part {
  readonly archs?: string[];
  readonly consumers?: string[];
}

const keyOfPart = ({ archs, consumers }: Part, within: string | undefined): string =>
  JSON.stringify([within ?? null, archs ?? null, consumers ?? null]);

/** Parts what a decision names from the rest. Where one of the two is empty, there is nothing to split. */
export function partOf(
  { violations }: ViolationStretch,
  { archs, consumers }: Part,
): { readonly part: Violations; readonly rest: Violations } {
  const inPart = ({ arch, consumer: { consumer, variant } }: Violations[number]) =>
    (archs?.includes(arch) ?? true) &&
    (consumers?.some((c) => c === consumer || c === consumerName(consumer, variant)) ?? true);
  return { part: violations.filter(inPart), rest: violations.filter((v) => !inPart(v)) };
}

/** What a decision split off, as long as there is such a part and a rest; undefined where it has no effect. */
export function splitOff(
  regressions: readonly FoundRegression[],
  { regression, ...part }: TypedStoredEvent<'RegressionSplit'>['payload'],
): FoundRegression | undefined {
  return regressions.find(({ stretch: { part: key, ...whole } }) => {
    if (key === undefined) return false;
    const within = (JSON.parse(key) as readonly [string | null])[0];
    const from = within === null ? whole : { ...whole, part: within };
    return regressionId(from) === regression && key === keyOfPart(part, within ?? undefined);
  });
}

/** The id by which a decision names a regression: one that stays, whichever reports lend it theirs. */
export function idForDecisions({ document, stretch }: FoundRegression): string {
  return document.opened === 'records' ? regressionId(stretch) : document.id;
}

/** Whether a regression is what several were merged into. */
export function isMerged(model: Model, { document }: FoundRegression): boolean {
  return model.of('RegressionMerged').some(({ id }) => document.evidence.includes(id));
}

/** In the order in which they were decided: a part may be split again, and what was merged be merged with others. */
function inTurn<T extends 'RegressionSplit' | 'RegressionMerged'>(
  model: Model,
  type: T,
): readonly TypedStoredEvent<T>[] {
  const key = (e: TypedStoredEvent<T>) => `${e.knownAt ?? e.recordedAt}\n${e.id}`;
  return [...model.of(type)].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Applies the decisions that one regression is several: the part that is named gets an id of its own. */
export function splitStretches(
  model: Model,
  stretches: readonly ViolationStretch[],
): readonly ViolationStretch[] {
  let found = [...stretches];
  for (const { payload } of inTurn(model, 'RegressionSplit')) {
    const { regression } = payload;
    found = found.flatMap((stretch) => {
      if (regressionId(stretch) !== regression) return [stretch];
      const { part, rest } = partOf(stretch, payload);
      if (part.length === 0 || rest.length === 0) return [stretch];
      const releases = (violations: Violations) => {
        const here = releasesOf(violations);
        return stretch.releases.filter((name) => here.has(name));
      };
      return [
        { ...stretch, releases: releases(rest), violations: rest },
        {
          ...stretch,
          releases: releases(part),
          violations: part,
          part: keyOfPart(payload, stretch.part),
        },
      ];
    });
  }
  return found;
}

/** Applies the decisions that two regressions are one: the older id stays, and the other leads to it. */
export function mergeRegressions(model: Model, regressions: readonly FoundRegression[]): FoundRegression[] {
  let found = [...regressions];
  for (const { id, payload } of inTurn(model, 'RegressionMerged')) {
    const named = (name: string) =>
      found.find(({ document: r }) => r.id === name || r.aliases.includes(name));
    const [a, b] = [named(payload.regression), named(payload.into)];
    if (!a || !b || a === b) continue;
    const [keep, gone] = firstKnown(model, a) < firstKnown(model, b) ? [a, b] : [b, a];
    const both = <T>(of: (r: FoundRegression) => readonly T[]) => [...new Set([...of(keep), ...of(gone)])];
    const merged: FoundRegression = {
      document: {
        ...keep.document,
        ...bothPassAgain(model, keep, gone),
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
