import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Consumer, Model } from '../model/model.ts';
import { within } from '../../store/grouping.ts';
import { memoized, remembered } from '../../store/memo.ts';
import { allArchs } from '../model/select.ts';
import { switchesOf } from '../model/switches.ts';
import { isAbout } from '../verdict/claims.ts';
import { needsRestOn } from '../verdict/needs.ts';
import { archsOf, interfacesOf } from '../model/interfaces.ts';
import { nameOf } from '../verdict/verdict.ts';
import { movedBehaviours, type MovedBehaviours } from './moved-behaviours.ts';

/** Of these no verdict is made, whatever they say. */
const SILENT: ReadonlySet<EventType> = new Set<EventType>([
  'BehaviourClaimed',
  'CoverageChanged',
  'CulpritClaimed',
  'DisputeSettled',
  'DuplicateClaimed',
  'FieldUseStated',
  'FixClaimed',
  'MessageArchived',
  'MitigationStated',
  'ProposalStated',
  'RegressionMerged',
  'RegressionSplit',
  'StatementDisputed',
]);

/** Of these verdicts are made that others do not rest on: it can be told whose. */
const BEARING: ReadonlySet<EventType> = new Set<EventType>([
  'BehaviourSet',
  'BreakageClaimed',
  'ChangeRecorded',
  'RequirementStated',
]);

/** Of these it is made what a behaviour is: of the records, of what a release contains, and of what conditions ask for. */
const OF_BEHAVIOURS: ReadonlySet<EventType> = new Set<EventType>([
  'AliasRecorded',
  'BackportRecorded',
  'BehaviourDefined',
  'BehaviourSet',
  'ChangeEntered',
  'ChangeRecorded',
  'ConsumerRecorded',
  'InterfaceDescribed',
  'LineRecorded',
  'ReleaseRecorded',
]);

/** Tells whether a behaviour can be another in one of two worlds. */
export function canMoveBehaviours(before: Model, after: Model): boolean {
  return differing(before, after).some((event) => OF_BEHAVIOURS.has(event.type));
}

/** Tells whether a process that is moved can fare otherwise in one of two worlds. */
export function canMoveProcesses(before: Model, after: Model): boolean {
  return differing(before, after).some(({ type }) => OF_BEHAVIOURS.has(type) || type === 'RequirementStated');
}

/** Tells whether a cell of `predictions` can be another in one of two worlds; statements that no verdict is made of decide none. */
export function canTouchPredictions(before: Model, after: Model): boolean {
  if (before.results !== after.results) return true;
  return differing(before, after).some(
    ({ type }) => type === 'ProposalStated' || (!SILENT.has(type) && type !== 'EventRetracted'),
  );
}

/**
 * Tells whether two worlds have the same results for all that is known: whether nothing counts in one of them alone but statements of which
 * results do not depend.
 */
export function haveSameResults(before: Model, after: Model): boolean {
  return differing(before, after).every(
    (event) =>
      BEARING.has(event.type) ||
      SILENT.has(event.type) ||
      // Runs are not part of the model.
      (event.type === 'EventRetracted' && after.byId.has(event.payload.target)),
  );
}

/** Gives the releases at which a consumer may fare otherwise on an architecture in a configuration; without one, in the default. */
export type ReachedAt = (consumer: Consumer, arch: string, config?: string | null) => ReadonlySet<string>;

/** What a thought bears on, where it is not everything. */
export interface Reach {
  readonly at: ReachedAt;
  /** The consumers, by name, of which a cell may fare otherwise. */
  readonly consumers: ReadonlySet<string>;
  /** The records that count in one of the two worlds alone, where nothing else does; null where something else does. */
  readonly records: readonly TypedStoredEvent<'BehaviourSet'>[] | null;
  readonly moved: MovedBehaviours;
}

/**
 * Finds on what another world bears. A consumer may fare otherwise at every release where its requirements differ, or where a claim speaks
 * of it that counts in one of the two alone; else where a behaviour is another that decides what it needs, or whether its guards
 * refuse. Null: everything, as where releases or results differ.
 */
export function reachOf(before: Model, after: Model): Reach | null {
  if (before.results !== after.results || !haveSameResults(before, after)) return null;
  const records: TypedStoredEvent<'BehaviourSet'>[] = [];
  const claims: TypedStoredEvent<'BreakageClaimed'>[] = [];
  let others = false;
  for (const event of differing(before, after)) {
    if (event.type === 'BehaviourSet') records.push(event);
    else if (event.type === 'BreakageClaimed') claims.push(event);
    else if (event.type === 'ChangeRecorded' && (event.payload.touches ?? []).length > 0) return null;
    others ||= event.type !== 'BehaviourSet' && event.type !== 'EventRetracted';
  }
  for (const name of interfacesOf(after))
    if (archsOf(before, name).join() !== archsOf(after, name).join()) return null;
  const moved = movedBehaviours(before, after, new Set(records.map((e) => e.payload.behaviour)));
  const [known, now] = [before, after].map(({ consumers }) => new Map(consumers.map((c) => [nameOf(c), c])));
  const everywhere = new Set(after.graph.order);
  const isReachedEverywhere = memoized((consumer: Consumer) => {
    const then = known!.get(nameOf(consumer));
    return (
      then === undefined ||
      requirementsOf(then) !== requirementsOf(consumer) ||
      claims.some((claim) =>
        [before, after].some((model) => isAbout(claim, consumer, needsRestOn(model, consumer).conditions)),
      )
    );
  });
  const conditions = memoized((consumer: Consumer) => conditionsOf(after, consumer));
  const lanes = new Map<string, Map<string, (arch: string) => ReadonlySet<string>>>();
  const lanesOf = (consumer: Consumer, config: string | null) =>
    isReachedEverywhere(consumer)
      ? () => everywhere
      : memoized(moved.under(conditions(consumer), consumer.profile, switchesOf(config)));
  // Either world may ask of a consumer as it knows it.
  const at: ReachedAt = (consumer, arch, config = null) => {
    const name = nameOf(consumer);
    return remembered(within(lanes, config ?? ''), name, () => lanesOf(now!.get(name) ?? consumer, config))(
      arch,
    );
  };
  const all = allArchs(after);
  const consumers = after.consumers.filter((consumer) =>
    (consumer.archs ?? all).some((arch) => at(consumer, arch).size > 0),
  );
  return { at, consumers: new Set(consumers.map(nameOf)), records: others ? null : records, moved };
}

/** The events that count in one of two worlds alone. */
function differing(before: Model, after: Model): readonly StoredEvent[] {
  const [then, now] = [before, after].map((model) => new Set(model.counting.events));
  return [
    ...before.counting.events.filter((event) => !now!.has(event)),
    ...after.counting.events.filter((event) => !then!.has(event)),
  ];
}

function requirementsOf({ requirements }: Consumer): string {
  return requirements.map(({ id }) => id).join();
}

/** What a consumer needs, and what its guards look at. */
function conditionsOf(model: Model, consumer: Consumer): readonly string[] {
  const guards = consumer.event?.payload.guards ?? [];
  return [...needsRestOn(model, consumer).conditions, ...guards.map(({ refuses }) => refuses)];
}
