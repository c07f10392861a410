import type { TypedStoredEvent } from '../../store/events/event.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { remembered } from '../../store/memo.ts';
import { consumerName, releasesIn, type Consumer, type Model } from '../model/model.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';

/** The releases that a claim is about. */
export interface ClaimReach {
  readonly event: TypedStoredEvent<'BreakageClaimed'>;
  /** Releases for which it is evidence: those that it names one by one, and the ends of a range (the first of an open one). */
  readonly evidence: ReadonlySet<string>;
  /** All releases that it is about: also those inside a range, if they existed when the claim was made. */
  readonly spokenOf: ReadonlySet<string>;
}

/** By release graph, which several models may share. */
const reaches = new WeakMap<ReleaseGraph, Map<ClaimReach['event'], ClaimReach>>();

/** Finds the releases that each claim of breakage is about. */
export function claimReach(model: Model): readonly ClaimReach[] {
  const { graph } = model;
  const known = remembered(reaches, graph, () => new Map<ClaimReach['event'], ClaimReach>());
  return model.of('BreakageClaimed').map((event) => remembered(known, event, () => reachIn(graph, event)));
}

function reachIn(graph: ReleaseGraph, event: ClaimReach['event']): ClaimReach {
  const { releases = [], range, introducedBy } = event.payload;
  const evidence = new Set(releases);
  const spokenOf = new Set(releases);
  const said = knownEnd(event);
  // Nobody can report what was not released yet.
  const existed = (name: string) => {
    const date = graph.releases.get(name)?.date;
    return date !== null && date !== undefined && date.slice(0, 10) <= said.slice(0, 10);
  };
  if (range !== undefined) {
    evidence.add(range.from);
    if (range.to !== undefined) {
      evidence.add(range.to);
      for (const name of releasesIn(graph, [{ from: range.from, to: range.to }])) spokenOf.add(name);
    } else {
      for (const name of graph.order) {
        if ((name === range.from || graph.isAncestor(range.from, name)) && existed(name)) spokenOf.add(name);
      }
    }
    spokenOf.add(range.from);
  }
  if (introducedBy !== undefined && range === undefined && releases.length === 0) {
    const change = graph.resolve(introducedBy);
    for (const name of graph.order) if (graph.contains(name).has(change) && existed(name)) spokenOf.add(name);
  }
  return { event, evidence, spokenOf };
}

/** Tells whether a claim is about this consumer, by name or by a behaviour that it needs. */
export function isAbout(
  claim: TypedStoredEvent<'BreakageClaimed'>,
  consumer: Consumer,
  behaviours: readonly string[],
): boolean {
  const { consumer: named, variant, behaviour } = claim.payload;
  // A claim about a consumer is also about the consumers that embed it.
  if (named !== undefined) return consumer.is.includes(consumerName(named, variant));
  return behaviour !== undefined && behaviours.includes(behaviour);
}
