import { describe, expect, it } from 'vitest';
import { ancestorMasses } from '../../../queries/bisect/graph/ancestor-mass.ts';
import { BisectError } from '../../../queries/bisect/graph/bisect-error.ts';
import { foldIntoChains } from '../../../queries/bisect/graph/chains.ts';
import {
  markDescendants,
  graphFromRecords,
  nodeNamed,
  type VersionGraph,
} from '../../../queries/bisect/graph/graph.ts';
import { candidateRange, entriesInto } from '../../../queries/bisect/range/range.ts';
import { graphFromRevList } from '../../../queries/bisect/graph/rev-list-text.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, fakeHash, randomHistory } from './random-history.ts';

function shapeOf(graph: VersionGraph): [string, string[]][] {
  return Array.from({ length: graph.size }, (_, v) => [
    graph.names.at(v),
    Array.from(graph.parentList.subarray(graph.parentStart[v], graph.parentStart[v + 1]), graph.names.at),
  ]);
}

const SHAPE = { size: 150, mergeShare: 0.3, branchShare: 0.3, skewS: 0 };

describe('a version graph', () => {
  it('is the same from records in any order', () => {
    const records = randomHistory(randomNumbers(3), SHAPE);
    const expected = shapeOf(graphFromRecords(records));
    expect(shapeOf(graphFromRecords(records.toReversed()))).toEqual(expected);
    const text = records.map((each) => [each.committedAtS, each.name, ...each.parents].join(' '));
    expect(shapeOf(graphFromRevList([...text, '']))).toEqual(expected);
  });

  it('puts parents before children', () => {
    const graph = graphFromRecords(randomHistory(randomNumbers(4), SHAPE));
    for (let v = 0; v < graph.size; v++)
      for (let e = graph.parentStart[v]!; e < graph.parentStart[v + 1]!; e++)
        expect(graph.parentList[e]).toBeLessThan(v);
  });

  it.each([
    [
      'cycle',
      [
        { name: 'a', parents: ['b'] },
        { name: 'b', parents: ['a'] },
      ],
    ],
    [
      'duplicate-version',
      [
        { name: 'a', parents: [] },
        { name: 'a', parents: [] },
      ],
    ],
  ] as const)('refuses a %s', (code, records) => {
    expect(() => graphFromRecords(records)).toThrow(expect.objectContaining({ code }) as BisectError);
  });

  it('names the line of a commit list that is none', () => {
    const lines = [fakeHash(1), `${fakeHash(2)} HEAD`];
    expect(() => graphFromRevList(lines)).toThrow(/line 2 .*HEAD/);
  });

  it('says which version it does not know', () => {
    const graph = graphFromRecords([{ name: 'v6.18', parents: [] }]);
    expect(() => nodeNamed(graph, 'v6.19')).toThrow(/v6\.19 is not in the history/);
  });
});

describe('the mass of ancestors', () => {
  it.each([1, 2, 3, 4])('is what counting each set gives (history %i)', (seed) => {
    const random = randomNumbers(seed);
    const graph = graphFromRecords(randomHistory(random, SHAPE));
    const weightings = [0, 1].map(() =>
      Float64Array.from({ length: graph.size }, () => (random() < 0.5 ? 0 : random())),
    );
    const masses = ancestorMasses(foldIntoChains(graph), weightings);
    for (let v = 0; v < graph.size; v++)
      for (const [w, weights] of weightings.entries()) {
        let sum = 0;
        for (const ancestor of ancestorsOf(graph, v)) sum += weights[ancestor]!;
        expect(masses[w]!.mass[v]).toBeCloseTo(sum, 9);
      }
  });

  it('is near the truth by samples', () => {
    const graph = graphFromRecords(randomHistory(randomNumbers(9), { ...SHAPE, size: 3_000 }));
    const chains = foldIntoChains(graph);
    const weights = new Float64Array(graph.size).fill(1 / graph.size);
    const [exact] = ancestorMasses(chains, [weights]);
    const [sampled] = ancestorMasses(chains, [weights], 0);
    expect([exact!.exact, sampled!.exact]).toEqual([true, false]);
    for (let v = 0; v < graph.size; v++)
      expect(Math.abs(sampled!.mass[v]! - exact!.mass[v]!)).toBeLessThan(0.05);
  });
});

it('marks the descendants of versions: those that have one of them among their ancestors', () => {
  const graph = graphFromRecords(randomHistory(randomNumbers(7), SHAPE));
  const some = [30, 70, 71];
  const marked = markDescendants(graph, some);
  const expected = Array.from({ length: graph.size }, (_, node) => node).filter((node) =>
    some.some((each) => ancestorsOf(graph, node).has(each)),
  );
  expect([...marked.keys()].filter((node) => marked[node] === 1)).toEqual(expected);
});

describe('the candidates between ends', () => {
  it('are the ancestors of a bad end that no good end contains', () => {
    const graph = graphFromRecords(randomHistory(randomNumbers(5), SHAPE));
    const goods = [20, 60];
    const bads = [140, 149];
    const range = candidateRange(graph, goods, bads);
    const good = new Set(goods.flatMap((node) => [...ancestorsOf(graph, node)]));
    const expected = new Set(
      bads.flatMap((node) => [...ancestorsOf(graph, node)]).filter((node) => !good.has(node)),
    );
    expect([...range.part.nodeOf]).toEqual([...expected].sort((a, b) => a - b));
  });

  it('are reached from versions outside through entries', () => {
    const graph = graphFromRecords(randomHistory(randomNumbers(6), SHAPE));
    const range = candidateRange(graph, [10], [100]);
    const { nodeOf, localOf } = range.part;
    for (const node of [5, 90, 120, 149]) {
      const reached = new Set(
        entriesInto(range, node).flatMap((entry) => [...ancestorsOf(graph, nodeOf[entry]!)]),
      );
      const inRange = (set: Iterable<number>): number[] =>
        [...set].filter((v) => localOf[v]! >= 0).sort((a, b) => a - b);
      expect(inRange(reached)).toEqual(inRange(ancestorsOf(graph, node)));
    }
  });

  it('are refused when the ends are swapped', () => {
    const graph = graphFromRecords(randomHistory(randomNumbers(5), { ...SHAPE, branchShare: 0 }));
    expect(() => candidateRange(graph, [149], [20])).toThrow(/nothing lies between/);
  });
});
