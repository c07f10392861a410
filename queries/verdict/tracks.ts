import type { TypedStoredEvent } from '../../store/events/event.ts';
import { within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import type { Model } from '../model/model.ts';
import type { ReleaseClasses } from './release-classes.ts';

/** A value that is stated at a class of releases, or at one of its predecessors. */
export interface TrackStatement {
  readonly event: TypedStoredEvent<'BehaviourSet'>;
  /** The release at which it is stated. */
  readonly at: string;
  /** Whether it is stated at this class itself; else it is inherited from a predecessor. */
  readonly isHere: boolean;
}

/** The records that may determine a behaviour in a class of releases, whatever the architecture, switches and profile. */
export interface Track {
  /** Contained changes that have a record for it or are recorded to touch it, the last in mainline order first. */
  readonly changes: readonly string[];
  /** Values stated here and at predecessors, the nearest first. */
  readonly statements: readonly TrackStatement[];
  /** On a line that may hold unrecorded changes: a change with a record of which nobody knows whether the line has it. */
  readonly maybe: string | null;
  /** Equal for equal tracks of a behaviour. */
  readonly number: number;
}

/** Finds the records for a behaviour in the class that begins with a release. */
export type TrackAt = (behaviour: string, first: string) => Track;

/** Finds the tracks of a model, each once. */
export function tracksOf(model: Model, classes: ReleaseClasses): TrackAt {
  const { graph } = model;
  const tracks = new Map<string, Map<string, Track>>();
  const numbers = new Map<string, number>();
  const statementsAt = statementsOf(model, classes);
  return (behaviour, first) => {
    const known = within(tracks, behaviour).get(first);
    if (known) return known;
    const records = [...(model.setByChange.get(behaviour)?.keys() ?? [])];
    const touching = model.touches.get(behaviour) ?? [];
    const contained = graph.contains(first);
    const { line } = graph.releases.get(first)!;
    const isIncomplete = graph.lines.get(line)?.complete === false;
    const changes = contained.among([...records, ...touching]).toReversed();
    const statements = statementsAt(behaviour, first);
    const maybe = isIncomplete ? (records.find((change) => !contained.has(change)) ?? null) : null;
    const content = JSON.stringify([
      changes,
      statements.map(({ event, at, isHere }) => [event.id, at === first ? null : at, isHere]),
      maybe === null ? null : [line, maybe],
    ]);
    const number = remembered(numbers, content, () => numbers.size);
    const made = { changes, statements, maybe, number };
    within(tracks, behaviour).set(first, made);
    return made;
  };
}

/** The values stated for a behaviour at a class and at its predecessors, the nearest first. */
function statementsOf(
  { graph, stated }: Model,
  classes: ReleaseClasses,
): (behaviour: string, first: string) => readonly TrackStatement[] {
  const known = new Map<string, Map<string, readonly TrackStatement[]>>();
  const statedHere = (behaviour: string, here: string) =>
    (stated.get(behaviour) ?? [])
      .filter((value) => value.at.has(here))
      .map(({ event }): TrackStatement => {
        // A range without an end states the value at its beginning; after that, changes come first.
        const open = event.payload.at?.find(
          (r) => r.to === undefined && (r.from === here || graph.isAncestor(r.from, here)),
        );
        return { event, at: open && graph.releases.has(open.from) ? open.from : here, isHere: true };
      });
  return (behaviour, first) => {
    const ofBehaviour = within(known, behaviour);
    const path = new Set<string>();
    let at: string | null = first;
    while (at !== null && !path.has(at) && !ofBehaviour.has(at)) {
      path.add(at);
      at = classes.before(at);
    }
    let found = at === null ? [] : (ofBehaviour.get(at) ?? []);
    for (const here of [...path].reverse()) {
      const own = statedHere(behaviour, here);
      const carried = found
        .filter(({ event }) => !own.some((s) => s.event === event))
        .map((s) => (s.isHere ? { ...s, isHere: false } : s));
      found = [...own, ...carried];
      ofBehaviour.set(here, found);
    }
    return found;
  };
}
