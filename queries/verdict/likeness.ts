import type { ReleaseGraph } from '../releases/release-graph.ts';
import type { TrackAt } from './tracks.ts';

/** Gives, for a class of releases, one at which the same bears on what is asked: what follows at one follows at the other. */
export type Likeness = (first: string) => string;

/**
 * Draws classes together by what bears on these behaviours, and by which of these changes they contain: most values are the same at
 * most classes, on side lines too, and are worked out once for all of them.
 */
export function likenessOf(
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
