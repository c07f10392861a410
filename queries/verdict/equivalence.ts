import { memoized, remembered } from '../../store/memo.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { Circumstances } from './circumstances.ts';
import type { Place } from './place.ts';
import type { TrackAt } from './tracks.ts';

/** Gives, for a class of releases, the first class that is equivalent to it: what is computed for one holds for the other. */
export type Equivalence = (first: string) => string;

/**
 * Makes classes equivalent that have the same relevant records for these behaviours, and contain the same of these changes. Most
 * values are the same in most classes, on stable lines too, so that few are computed.
 */
function equivalenceOf(
  graph: ReleaseGraph,
  trackAt: TrackAt,
  behaviours: readonly string[],
  changes: readonly string[] = [],
): Equivalence {
  const byContent = new Map<string, string>();
  return memoized((first) => {
    // Nothing is recorded of a release that is not recorded itself.
    if (!graph.releases.has(first)) return first;
    const contained = graph.contains(first);
    const content = [
      ...behaviours.map((behaviour) => trackAt(behaviour, first).number),
      ...changes.map((change) => contained.has(change)),
    ].join('\n');
    return remembered(byContent, content, () => first);
  });
}

/** The equivalences that the conditions of a model need, each made once. */
export interface Equivalences {
  /** For the value of one condition under a profile. */
  readonly of: (condition: string, profile: Place['profile']) => Equivalence;
  /** For the values of all of these conditions, and for which of these changes are contained. */
  readonly ofAll: (
    conditions: readonly string[],
    profile: Place['profile'],
    changes?: readonly string[],
  ) => Equivalence;
}

/** Makes the equivalences of a model when they are asked for. */
export function equivalences(
  graph: ReleaseGraph,
  trackAt: TrackAt,
  { behavioursAskedBy }: Circumstances,
): Equivalences {
  // `behavioursAskedBy` returns the same array for a condition each time.
  const ofOne = memoized((behaviours: readonly string[]) => equivalenceOf(graph, trackAt, behaviours));
  const ofSeveral = new Map<string, Equivalence>();
  return {
    of: (condition, profile) => ofOne(behavioursAskedBy(condition, profile)),
    ofAll(conditions, profile, changes = []) {
      const asked = new Set(conditions.flatMap((text) => behavioursAskedBy(text, profile)));
      const behaviours = [...asked].sort();
      return remembered(ofSeveral, JSON.stringify([behaviours, changes]), () =>
        equivalenceOf(graph, trackAt, behaviours, changes),
      );
    },
  };
}
