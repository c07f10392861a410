import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { Circumstances } from './circumstances.ts';
import type { Place } from './place.ts';
import type { TrackAt } from './tracks.ts';

/** Gives, for a class of releases, one at which the same bears on what is asked: what follows at one follows at the other. */
export type Likeness = (first: string) => string;

/**
 * Draws classes together by what bears on these behaviours, and by which of these changes they contain: most values are the same at
 * most classes, on side lines too, and are worked out once for all of them.
 */
function likenessOf(
  graph: ReleaseGraph,
  trackAt: TrackAt,
  behaviours: readonly string[],
  changes: readonly string[] = [],
): Likeness {
  const known = new Map<string, string>();
  const byFace = new Map<string, string>();
  return (first) => {
    const before = known.get(first);
    if (before !== undefined) return before;
    // Of a release that is not recorded nothing bears on anything.
    if (!graph.releases.has(first)) return first;
    const contained = graph.contains(first);
    const face = [
      ...behaviours.map((behaviour) => trackAt(behaviour, first).face),
      ...changes.map((change) => contained.has(change)),
    ].join('\n');
    const like = byFace.get(face) ?? first;
    byFace.set(face, like);
    known.set(first, like);
    return like;
  };
}

/** The likenesses that a model's conditions ask for, each made once. */
export interface Likenesses {
  /** By what bears on one condition under a profile. */
  readonly of: (condition: string, profile: Place['profile']) => Likeness;
  /** By what bears on any of some conditions, and by which of some changes are contained. */
  readonly ofAll: (
    conditions: readonly string[],
    profile: Place['profile'],
    changes?: readonly string[],
  ) => Likeness;
}

/** Draws classes together for whatever conditions are asked. */
export function likenesses(
  graph: ReleaseGraph,
  trackAt: TrackAt,
  { behavioursAskedBy }: Circumstances,
): Likenesses {
  // Circumstances give one list of behaviours for a condition, however often it is asked.
  const ofOne = new Map<readonly string[], Likeness>();
  const ofSeveral = new Map<string, Likeness>();
  return {
    of(condition, profile) {
      const behaviours = behavioursAskedBy(condition, profile);
      return made(ofOne, behaviours, () => likenessOf(graph, trackAt, behaviours));
    },
    ofAll(conditions, profile, changes = []) {
      const asked = new Set(conditions.flatMap((text) => behavioursAskedBy(text, profile)));
      const behaviours = [...asked].sort();
      return made(ofSeveral, JSON.stringify([behaviours, changes]), () =>
        likenessOf(graph, trackAt, behaviours, changes),
      );
    },
  };
}

function made<K>(known: Map<K, Likeness>, key: K, make: () => Likeness): Likeness {
  const before = known.get(key);
  if (before) return before;
  const found = make();
  known.set(key, found);
  return found;
}
