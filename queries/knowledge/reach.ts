import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import type { Consumer, Model } from '../model/model.ts';
import { circumstancesOf, type Circumstances } from '../verdict/circumstances.ts';
import { isAbout } from '../verdict/claims.ts';
import { needsRestOn } from '../verdict/needs.ts';
import { archsOf } from '../verdict/presences.ts';
import { nameOf } from '../verdict/verdict.ts';

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

/**
 * Finds the consumers, by name, of which a cell may fare otherwise in another world: whose requirements differ, or of which an event speaks
 * that counts in one of the two alone, itself or by a behaviour that they ask for. Null: all of them, as where releases or results differ.
 */
export function reachOf(before: Model, after: Model): ReadonlySet<string> | null {
  if (before.results !== after.results || !haveSameResults(before, after)) return null;
  const behaviours: string[] = [];
  const claims: TypedStoredEvent<'BreakageClaimed'>[] = [];
  for (const event of differing(before, after)) {
    if (event.type === 'BehaviourSet') behaviours.push(event.payload.behaviour);
    else if (event.type === 'BreakageClaimed') claims.push(event);
    else if (event.type === 'ChangeRecorded' && (event.payload.touches ?? []).length > 0) return null;
  }
  for (const name of after.interfaces.keys())
    if (archsOf(before, name).join() !== archsOf(after, name).join()) return null;
  const worlds = [before, after].map((model) => ({ model, circumstances: circumstancesOf(model) }));
  const found = new Set<string>();
  const known = new Map(before.consumers.map((c) => [nameOf(c), c]));
  for (const consumer of after.consumers) {
    const then = known.get(nameOf(consumer));
    const isReached =
      then === undefined ||
      requirementsOf(then) !== requirementsOf(consumer) ||
      worlds.some(
        ({ model, circumstances }) =>
          behaviours.some((behaviour) => asksFor(model, circumstances, consumer, behaviour)) ||
          claims.some((claim) => isAbout(claim, consumer, needsRestOn(model, consumer).conditions)),
      );
    if (isReached) found.add(nameOf(consumer));
  }
  return found;
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

/** Whether what a consumer needs, or its guards, ask for a behaviour, themselves or through others. */
function asksFor(
  model: Model,
  { behavioursAskedBy }: Circumstances,
  consumer: Consumer,
  behaviour: string,
): boolean {
  const guards = consumer.event?.payload.guards ?? [];
  return [...needsRestOn(model, consumer).conditions, ...guards.map(({ refuses }) => refuses)].some(
    (text) => text === behaviour || behavioursAskedBy(text, consumer.profile).includes(behaviour),
  );
}
