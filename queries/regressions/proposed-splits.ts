import type { Model } from '../model/model.ts';
import { nameOf } from '../verdict/verdict.ts';
import type { FoundRegression } from './found-regression.ts';

/** What the tool proposes, for a person to decide. */
export interface ProposedSplit {
  /** The message that speaks of several regressions, or the regression that holds several troubles. */
  readonly of: string;
  readonly into: readonly string[];
  readonly why: string;
  readonly evidence: readonly string[];
}

/** Proposes splits: one mail that speaks of several regressions; one claim that several regressions explain. */
export function proposedSplits(model: Model, all: readonly FoundRegression[]): readonly ProposedSplit[] {
  const bySource = new Map<string, { ids: Set<string>; events: Set<string> }>();
  for (const { document: r } of all) {
    for (const id of r.evidence) {
      const event = model.byId.get(id);
      if (event?.type !== 'BreakageClaimed') continue;
      const known = bySource.get(event.source) ?? { ids: new Set<string>(), events: new Set<string>() };
      known.ids.add(r.id);
      known.events.add(event.id);
      bySource.set(event.source, known);
    }
  }
  // One complaint that several regressions explain is still one; a message has to make several.
  const mails = [...bySource]
    .filter(([, { ids, events }]) => ids.size > 1 && events.size > 1)
    .map(([source, { ids, events }]) => ({
      of: source,
      into: [...ids].sort(),
      why: `one message speaks of ${ids.size} regressions: other values of other behaviours`,
      evidence: [...events].sort(),
    }));
  // A regression without a behaviour whose consumers need different things may hold several.
  const mixed = all
    .filter(({ document: r, stretch }) => r.behaviour === null && stretch.violations.length > 0)
    .flatMap(({ document: r, stretch }) => {
      const consumers = [...new Set(stretch.violations.map((v) => nameOf(v.consumer)))];
      return r.archs.length > 1
        ? [
            {
              of: r.id,
              into: r.archs.map((arch) => `${consumers.join(', ')} on ${arch}`),
              why: 'no behaviour is named, and several architectures fail: the reasons may differ',
              evidence: r.evidence.slice(0, 4),
            },
          ]
        : [];
    });
  return [...mails.sort((a, b) => (a.of < b.of ? -1 : 1)), ...mixed];
}
