import type { Model, StatedValue } from '../model/model.ts';
import type { Entry } from '../releases/release-node.ts';
import { addTo } from '../../store/grouping.ts';

/**
 * A class is a run of consecutive releases of one line for which the records predict the same: no statement begins or ends between
 * them, and no change with a record or a guarantee enters. It is named after its first release.
 */
export interface ReleaseClasses {
  readonly classOf: (release: string) => string;
  /** The members of every class, in graph order. */
  readonly classes: readonly (readonly string[])[];
  /** The class of the release before a class; null at a root. */
  readonly before: (first: string) => string | null;
}

/** Divides the releases of a model into classes. */
export function releaseClasses(model: Model): ReleaseClasses {
  const { graph } = model;
  const stated = new Map<string, StatedValue[]>();
  for (const list of model.stated.values()) {
    for (const value of list) {
      for (const release of value.at) {
        addTo(stated, release, value);
      }
    }
  }
  const statedAt = (release: string): readonly StatedValue[] => stated.get(release) ?? [];
  const bearing = new Set(
    [...model.setByChange.values(), ...model.touches.values()].flatMap((changes) => [...changes.keys()]),
  );
  for (const { payload } of model.behaviours.values())
    for (const { since } of payload.guarantees) if (since !== undefined) bearing.add(graph.resolve(since));
  const bearsOn = (entries: readonly Entry[]) => entries.some((e) => bearing.has(e.change));
  const classes = new Map<string, string>();
  const members = new Map<string, string[]>();
  const continues = (release: string): string | null => {
    const node = graph.releases.get(release);
    const previous = node?.predecessor ?? null;
    // On a line that may hold unrecorded changes, nothing follows from the release before.
    if (previous === null || graph.lines.get(node!.line)?.complete === false) return null;
    if (graph.releases.get(previous)?.line !== node!.line || bearsOn(graph.entriesAt(release))) return null;
    const [now, then] = [statedAt(release), statedAt(previous)];
    return now.length === then.length && now.every((s, i) => s === then[i]) ? previous : null;
  };
  // In graph order a release comes after its predecessor, so that the class before is there already.
  for (const name of graph.order) {
    const previous = continues(name);
    const first = previous === null ? name : (classes.get(previous) ?? previous);
    classes.set(name, first);
    addTo(members, first, name);
  }
  const classOf = (release: string) => classes.get(release) ?? release;
  return {
    classOf,
    classes: [...members.values()],
    before(first) {
      const previous = graph.releases.get(first)?.predecessor ?? null;
      return previous === null ? null : classOf(previous);
    },
  };
}
