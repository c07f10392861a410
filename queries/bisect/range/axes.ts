import { graphFromRecords, type VersionGraph, type VersionRecord } from '../graph/graph.ts';
import type { VersionRoles } from './problem.ts';

/** Two histories searched as one: what is tested is a pair, what is suspected is a version of either. */
export interface CrossedAxes {
  readonly graph: VersionGraph;
  readonly roles: VersionRoles;
  /** Names the pair to test. */
  readonly pairOf: (first: string, second: string) => string;
  /** Says what a node of the crossed graph is. */
  readonly meaningOf: (name: string) => AxisVersion | TestedPair;
}

export interface AxisVersion {
  readonly axis: 'first' | 'second';
  readonly version: string;
}

export interface TestedPair {
  readonly first: string;
  readonly second: string;
}

/** No version of a kernel or a package has it in its name. */
const SEPARATOR = ' x ';
const MARK = { first: '1: ', second: '2: ' } as const;

/**
 * Crosses two histories, say of the kernel and of a program that runs on it. A pair descends from its two versions
 * and so is bad when either contains the culprit; the search then says by itself on which axis that lies. Use the
 * pair of the good ends and that of the bad ends as the ends of the problem, and `roles` with it. The crossed graph
 * has one node for each pair: keep one of the axes short (releases, not commits).
 */
export function crossAxes(first: VersionGraph, second: VersionGraph): CrossedAxes {
  const records: VersionRecord[] = [...axisRecords(first, 'first'), ...axisRecords(second, 'second')];
  const pairOf = (a: string, b: string): string => `${a}${SEPARATOR}${b}`;
  for (let a = 0; a < first.size; a++)
    for (let b = 0; b < second.size; b++) {
      const [nameA, nameB] = [first.names.at(a), second.names.at(b)];
      // That a pair also descends from older pairs adds no suspect, and puts it between the ends of the search.
      const older = [
        ...parentsOf(first, a).map((parent) => pairOf(parent, nameB)),
        ...parentsOf(second, b).map((parent) => pairOf(nameA, parent)),
      ];
      records.push({
        name: pairOf(nameA, nameB),
        parents: [MARK.first + nameA, MARK.second + nameB, ...older],
      });
    }
  const graph = graphFromRecords(records);
  const isPair = Uint8Array.from({ length: graph.size }, (_, v) =>
    graph.names.at(v).includes(SEPARATOR) ? 1 : 0,
  );
  return {
    graph,
    roles: { suspect: isPair.map((each) => 1 - each), testable: isPair },
    pairOf,
    meaningOf: (name) => {
      const [a, b] = name.split(SEPARATOR, 2);
      if (b !== undefined) return { first: a!, second: b };
      return {
        axis: name.startsWith(MARK.first) ? 'first' : 'second',
        version: name.slice(MARK.first.length),
      };
    },
  };
}

function axisRecords(graph: VersionGraph, axis: 'first' | 'second'): VersionRecord[] {
  return Array.from({ length: graph.size }, (_, v) => ({
    name: MARK[axis] + graph.names.at(v),
    parents: parentsOf(graph, v).map((parent) => MARK[axis] + parent),
    committedAtS: graph.committedAtS[v]!,
  }));
}

function parentsOf(graph: VersionGraph, v: number): string[] {
  return Array.from(
    graph.parentList.subarray(graph.parentStart[v], graph.parentStart[v + 1]),
    graph.names.at,
  );
}
