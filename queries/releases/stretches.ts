import { addTo } from '../../store/grouping.ts';
import type { ReleaseGraph } from './release-graph.ts';

/** A part of a line, from its first release to its last. */
export interface Stretch {
  readonly line: string;
  readonly from: string;
  /** Null: it goes on. */
  readonly to: string | null;
}

/** What the questions below are asked of: a model, or what else has the graph of the releases. */
interface WithGraph {
  readonly graph: ReleaseGraph;
}

/** Cuts a set of releases into its connected parts, each in graph order, the parts in order of their first release. */
export function connected(
  { graph }: WithGraph,
  releases: ReadonlySet<string>,
): readonly (readonly string[])[] {
  const parts = new Map<string, string[]>();
  const partOf = new Map<string, string>();
  for (const name of graph.order) {
    if (!releases.has(name)) continue;
    const previous = graph.releases.get(name)?.predecessor ?? null;
    const root = previous !== null ? (partOf.get(previous) ?? name) : name;
    partOf.set(name, root);
    addTo(parts, root, name);
  }
  return [...parts.values()];
}

/**
 * Writes a set of releases as stretches of lines: `mainline v6.19-rc1..v7.1-rc2`. `to` is null where the last release
 * of a line that has not ended is among them: it goes on.
 */
export function stretchesOf(model: WithGraph, releases: ReadonlySet<string>): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [line, members] of model.graph.members) {
    let from: string | null = null;
    members.forEach((name, index) => {
      if (!releases.has(name)) return;
      from ??= name;
      const next = members[index + 1];
      if (next !== undefined && releases.has(next)) return;
      const goesOn = next === undefined && !hasEnded(model, line);
      stretches.push({ line, from, to: goesOn ? null : name });
      from = null;
    });
  }
  return stretches;
}

/** Tells whether a line is known to have no further releases. */
export function hasEnded({ graph }: WithGraph, line: string): boolean {
  return (graph.lines.get(line)?.ended ?? null) !== null;
}
