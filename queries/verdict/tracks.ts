import type { TypedStoredEvent } from '../../store/events/event.ts';
import { within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import type { ReleaseClasses } from './release-classes.ts';

/** A value that is stated at a class of releases, or was at one before it on the way back. */
export interface TrackStatement {
  readonly event: TypedStoredEvent<'BehaviourSet'>;
  /** The release at which it speaks. */
  readonly at: string;
  /** Whether it is stated at this class; else it is carried on from one before. */
  readonly isHere: boolean;
}

/** What bears on a behaviour at a class of releases, before architecture and circumstances are asked. */
export interface Track {
  /** Contained changes with a record for it, or that are said to touch it: the last in mainline order first. */
  readonly changes: readonly string[];
  /** What is stated here and on the way back, the nearest first. */
  readonly statements: readonly TrackStatement[];
  /** On a line that may hold unrecorded changes: a change with a record that may be there or not. */
  readonly maybe: string | null;
  /** Tells tracks of a behaviour apart: where it is equal, the same follows from them. */
  readonly face: number;
}

/** Finds what bears on a behaviour at the class that begins with a release. */
export type TrackAt = (behaviour: string, first: string) => Track;

/** Reads the tracks of a model, each once. */
export function tracksOf(model: Model, classes: ReleaseClasses): TrackAt {
  const { graph } = model;
  const tracks = new Map<string, Map<string, Track>>();
  const faces = new Map<string, number>();
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
    const said = JSON.stringify([
      changes,
      statements.map(({ event, at, isHere }) => [event.id, at === first ? null : at, isHere]),
      maybe === null ? null : [line, maybe],
    ]);
    const face = faces.get(said) ?? faces.size;
    faces.set(said, face);
    const made = { changes, statements, maybe, face };
    within(tracks, behaviour).set(first, made);
    return made;
  };
}

/** The statements of a behaviour at a class and at those before it on the way back, the nearest first. */
function statementsOf(
  { graph, stated }: Model,
  classes: ReleaseClasses,
): (behaviour: string, first: string) => readonly TrackStatement[] {
  const known = new Map<string, Map<string, readonly TrackStatement[]>>();
  const statedHere = (behaviour: string, here: string) =>
    (stated.get(behaviour) ?? [])
      .filter((value) => value.at.has(here))
      .map(({ event }): TrackStatement => {
        // A range without an end states its beginning; beyond it, a change that came in later speaks first.
        const open = event.payload.at?.find(
          (r) => r.to === undefined && (r.from === here || graph.isAncestor(r.from, here)),
        );
        return { event, at: open && graph.releases.has(open.from) ? open.from : here, isHere: true };
      });
  return (behaviour, first) => {
    const ofBehaviour = within(known, behaviour);
    const way = new Set<string>();
    let at: string | null = first;
    while (at !== null && !way.has(at) && !ofBehaviour.has(at)) {
      way.add(at);
      at = classes.before(at);
    }
    let found = at === null ? [] : (ofBehaviour.get(at) ?? []);
    for (const here of [...way].reverse()) {
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
