import { parseCondition, type Condition } from '../../store/condition.ts';
import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { mergedChanges } from './change-statements.ts';
import { type Counting, whatCounts } from './counting.ts';
import type { View } from './view.ts';
import { releaseGraph, type ReleaseGraph } from '../releases/release-graph.ts';
import { noResults, type ResultIndex } from '../outcomes/results.ts';
import { addTo, grouped } from '../../store/grouping.ts';

/** What the events that count say, arranged for asking. Pure data and lookups; built anew for every view. */
export interface Model {
  readonly view: View;
  readonly counting: Counting;
  readonly graph: ReleaseGraph;
  readonly byId: ReadonlyMap<string, StoredEvent>;
  readonly interfaces: ReadonlyMap<string, TypedStoredEvent<'InterfaceDescribed'>>;
  readonly behaviours: ReadonlyMap<string, TypedStoredEvent<'BehaviourDefined'>>;
  readonly changes: ReadonlyMap<string, TypedStoredEvent<'ChangeRecorded'>>;
  /** Behaviour records by behaviour, then change, in written order. */
  readonly setByChange: ReadonlyMap<string, ReadonlyMap<string, readonly TypedStoredEvent<'BehaviourSet'>[]>>;
  /** Values stated at releases, by behaviour. */
  readonly stated: ReadonlyMap<string, readonly StatedValue[]>;
  /** Changes that bear on a behaviour without a record of what they do. */
  readonly touches: ReadonlyMap<string, ReadonlySet<string>>;
  readonly consumers: readonly Consumer[];
  readonly results: ResultIndex;
  of<T extends EventType>(type: T): readonly TypedStoredEvent<T>[];
  /** A condition, read once. */
  condition(text: string): Condition;
}

/** A value stated at releases: the releases that it names, and those where a range of it begins. */
export interface StatedValue {
  readonly event: TypedStoredEvent<'BehaviourSet'>;
  readonly at: ReadonlySet<string>;
}

/** One variant of a consumer with everything that it inherits. */
export interface Consumer {
  readonly consumer: string;
  readonly variant: string | null;
  readonly event: TypedStoredEvent<'ConsumerRecorded'> | null;
  readonly interface: string;
  readonly archs: readonly string[] | null;
  readonly profile: Readonly<Record<string, string | number | boolean>>;
  readonly requirements: readonly TypedStoredEvent<'RequirementStated'>[];
  /** The consumers whose evidence is evidence for this one: itself and what it embeds. */
  readonly is: readonly string[];
}

/** The name of the consumer that every interface has: it needs each documented behaviour to be as documented. */
export const CONTRACT = 'contract';

/** Names a consumer with its variant: `tcmalloc`, `glibc/2.35-2.40`. */
export function consumerName(consumer: string, variant: string | null | undefined): string {
  return variant === null || variant === undefined ? consumer : `${consumer}/${variant}`;
}

/**
 * Builds the model from events that a view sees.
 *
 * @param other the model of another world, for what both may share
 */
export function buildModel(
  seen: readonly StoredEvent[],
  view: View,
  results: ResultIndex = noResults,
  other: Model | null = null,
): Model {
  const counting = whatCounts(seen);
  const byType = grouped(counting.events, (event) => event.type);
  const of = <T extends EventType>(type: T) =>
    (byType.get(type) ?? []) as unknown as readonly TypedStoredEvent<T>[];
  const graph = releaseGraph(counting.events, other?.graph);
  const setByChange = new Map<string, Map<string, TypedStoredEvent<'BehaviourSet'>[]>>();
  const stated = new Map<string, StatedValue[]>();
  for (const event of of('BehaviourSet')) {
    const { behaviour, change, at } = event.payload;
    if (change !== undefined) {
      const changes = setByChange.get(behaviour) ?? new Map<string, TypedStoredEvent<'BehaviourSet'>[]>();
      setByChange.set(behaviour, changes);
      const name = graph.resolve(change);
      addTo(changes, name, event);
    }
    if (at !== undefined) {
      addTo(stated, behaviour, { event, at: releasesIn(graph, at) });
    }
  }
  for (const changes of setByChange.values()) {
    for (const cases of changes.values()) {
      cases.sort((a, b) => a.payload.order - b.payload.order || (a.stream < b.stream ? -1 : 1));
    }
  }
  const touches = new Map<string, Set<string>>();
  for (const event of of('ChangeRecorded')) {
    for (const behaviour of event.payload.touches ?? []) {
      const set = touches.get(behaviour) ?? new Set();
      set.add(graph.resolve(event.payload.change));
      touches.set(behaviour, set);
    }
  }
  const conditions = new Map<string, Condition>();
  return {
    view,
    counting,
    graph,
    byId: new Map(seen.map((event) => [event.id, event])),
    interfaces: new Map(of('InterfaceDescribed').map((e) => [e.payload.interface, e])),
    behaviours: new Map(of('BehaviourDefined').map((e) => [e.payload.behaviour, e])),
    changes: mergedChanges(of('ChangeRecorded'), (change) => graph.resolve(change)),
    setByChange,
    stated,
    touches,
    consumers: consumersIn(of, other),
    results,
    of,
    condition: (text) => {
      // A condition means the same in every world.
      if (other !== null) return other.condition(text);
      const known = conditions.get(text);
      if (known) return known;
      const made = parseCondition(text);
      conditions.set(text, made);
      return made;
    },
  };
}

/** The releases of ranges along the graph; a range without an end goes on along the line of its beginning. */
export function releasesIn(
  graph: ReleaseGraph,
  ranges: readonly { from: string; to?: string }[],
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { from, to } of ranges) {
    if (to === undefined) {
      const line = graph.releases.get(from)?.line;
      for (const name of line === undefined ? [from] : (graph.members.get(line) ?? [from])) {
        if (name === from || graph.isAncestor(from, name)) found.add(name);
      }
      continue;
    }
    const seen = new Set<string>();
    for (
      let at: string | null = to;
      at !== null && !seen.has(at);
      at = graph.releases.get(at)?.predecessor ?? null
    ) {
      seen.add(at);
      if (at === from) break;
    }
    if (seen.has(from)) for (const name of seen) found.add(name);
  }
  return found;
}

/** Where nothing of consumers is told otherwise in another world, its consumers are these, too. */
function consumersIn(of: Model['of'], other: Model | null): readonly Consumer[] {
  const isSame = (type: 'ConsumerRecorded' | 'RequirementStated' | 'InterfaceDescribed') => {
    const [here, there] = [of(type), other!.of(type)];
    return here.length === there.length && here.every((event, at) => event === there[at]);
  };
  return other !== null &&
    isSame('ConsumerRecorded') &&
    isSame('RequirementStated') &&
    isSame('InterfaceDescribed')
    ? other.consumers
    : consumersOf(of('ConsumerRecorded'), of('RequirementStated'), of('InterfaceDescribed'));
}

function consumersOf(
  recorded: readonly TypedStoredEvent<'ConsumerRecorded'>[],
  requirements: readonly TypedStoredEvent<'RequirementStated'>[],
  interfaces: readonly TypedStoredEvent<'InterfaceDescribed'>[],
): readonly Consumer[] {
  const byName = new Map(recorded.map((e) => [consumerName(e.payload.consumer, e.payload.variant), e]));
  const own = (e: TypedStoredEvent<'ConsumerRecorded'>) =>
    requirements.filter(
      ({ payload: r }) =>
        r.consumer === e.payload.consumer &&
        // `main` is how a requirement names the consumer as it usually is.
        (r.variants === undefined || r.variants.includes(e.payload.variant ?? 'main')),
    );
  const inherit = (
    name: string,
    seen: readonly string[],
  ): Pick<Consumer, 'profile' | 'requirements' | 'is'> => {
    const event = byName.get(name);
    if (!event || seen.includes(name)) return { profile: {}, requirements: [], is: [] };
    const { embeds, profile = {} } = event.payload;
    const inside = embeds ? inherit(consumerName(embeds.consumer, embeds.variant), [...seen, name]) : null;
    return {
      profile: { ...inside?.profile, ...profile },
      requirements: [...own(event), ...(inside?.requirements ?? [])],
      is: [name, ...(inside?.is ?? [])],
    };
  };
  const consumers = recorded.map((event): Consumer => {
    const { consumer, variant, archs } = event.payload;
    const name = consumerName(consumer, variant);
    return {
      consumer,
      variant: variant ?? null,
      event,
      interface: event.payload.interface,
      archs: archs ?? null,
      ...inherit(name, []),
    };
  });
  const contracts = interfaces.map(({ payload }): Consumer => ({
    consumer: CONTRACT,
    variant: interfaces.length > 1 ? payload.interface : null,
    event: null,
    interface: payload.interface,
    archs: null,
    profile: {},
    requirements: [],
    is: [CONTRACT],
  }));
  const rank = (c: Consumer) => (c.consumer === CONTRACT ? 0 : 1);
  return [...contracts, ...consumers].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.consumer < b.consumer ? -1 : a.consumer > b.consumer ? 1 : 0) ||
      // The consumer as it usually is comes before its variants.
      Number(a.variant !== null) - Number(b.variant !== null) ||
      compareVariants(a.variant ?? '', b.variant ?? ''),
  );
}

const naturally = new Intl.Collator('en', { numeric: true });

function compareVariants(a: string, b: string): number {
  return naturally.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
