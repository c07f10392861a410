import fc from 'fast-check';
import {
  graphFromRecords,
  type VersionGraph,
  type VersionRecord,
} from '../../../queries/bisect/graph/graph.ts';
import { randomNumbers } from '../../support/random-numbers.ts';

export interface HistoryShape {
  readonly size: number;
  /** The share of commits that are merges, and of commits that start a branch below the tip. */
  readonly mergeShare: number;
  readonly branchShare: number;
  /** How far (in seconds) dates stray from their order; 0 gives strictly growing dates. */
  readonly skewS: number;
}

/** Makes a random history, oldest first: every commit descends from the first one, and the last one has no child. */
export function randomHistory(random: () => number, shape: HistoryShape): VersionRecord[] {
  const records: VersionRecord[] = [];
  const pick = (below: number): number => Math.floor(random() * below);
  for (let index = 0; index < shape.size; index++) {
    const parents = new Set<number>();
    if (index > 0) {
      const roll = random();
      parents.add(roll < shape.branchShare ? pick(index) : index - 1);
      if (roll > 1 - shape.mergeShare) parents.add(pick(index));
      if (roll > 1 - shape.mergeShare / 8) parents.add(pick(index));
    }
    const date = 1_000_000_000 + 60 * index + Math.round((random() - 0.5) * shape.skewS);
    records.push({
      name: fakeHash(index),
      parents: [...parents].map(fakeHash),
      committedAtS: date,
    });
  }
  return records;
}

/** Gives each commit of a history a tree: a file keeps what one of the parents has, or changes to one of few contents. */
export function randomFiles(
  random: () => number,
  records: readonly VersionRecord[],
  paths: readonly string[],
): Map<string, ReadonlyMap<string, string>> {
  const trees = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, parents } of records) {
    const files = new Map<string, string>();
    for (const path of paths) {
      const parent = parents[random() < 0.6 ? 0 : parents.length - 1];
      const roll = random();
      const before = parent === undefined ? undefined : trees.get(parent)?.get(path);
      const now = roll < 0.7 ? before : roll < 0.8 ? undefined : String(Math.floor(random() * 3));
      if (now !== undefined) files.set(path, now);
    }
    trees.set(name, files);
  }
  return trees;
}

/** A name that looks like a commit hash and does not sort like the numbers. */
export function fakeHash(index: number): string {
  const mixed = (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  return mixed + index.toString(16).padStart(32, '0');
}

/** Random histories for fast-check, up to `most` commits. */
export function arbitraryHistory(most: number): fc.Arbitrary<VersionGraph> {
  return fc
    .record({
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
      size: fc.integer({ min: 2, max: most }),
      mergeShare: fc.constantFrom(0, 0.1, 0.4),
      branchShare: fc.constantFrom(0, 0.2, 0.6),
    })
    .map(({ seed, ...shape }) =>
      graphFromRecords(randomHistory(randomNumbers(seed), { ...shape, skewS: 0 })),
    );
}

/** All ancestors of a node and itself, by plain recursion: the slow truth that the engine is compared with. */
export function ancestorsOf(graph: VersionGraph, node: number): Set<number> {
  const found = new Set<number>();
  const pending = [node];
  for (let v = pending.pop(); v !== undefined; v = pending.pop()) {
    if (found.has(v)) continue;
    found.add(v);
    for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++)
      pending.push(graph.parentList[e]!);
  }
  return found;
}
