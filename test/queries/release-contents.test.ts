import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentsOf } from '../../queries/releases/contents.ts';
import type { Entry } from '../../queries/releases/release-node.ts';

/** A tree of releases, by what leads to each, with what entered or was taken out again at each. */
interface Tree {
  readonly parents: readonly (number | null)[];
  readonly steps: readonly (readonly { readonly change: string; readonly reverted: boolean }[])[];
  /** The release at the end of mainline. */
  readonly end: number;
}

const CHANGES = ['a', 'b', 'c', 'd', 'e'];
const step = fc.record({ change: fc.constantFrom(...CHANGES), reverted: fc.boolean() });
const trees: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.nat(), fc.array(step, { maxLength: 4 })), { minLength: 1, maxLength: 9 })
  .chain((releases) =>
    fc.record({
      parents: fc.constant(releases.map(([parent], index) => (index === 0 ? null : parent % index))),
      steps: fc.constant(releases.map(([, steps]) => steps)),
      end: fc.nat(releases.length - 1),
    }),
  );

function chainOf({ parents }: Tree, release: number): readonly number[] {
  const parent = parents[release] ?? null;
  return [...(parent === null ? [] : chainOf({ parents, steps: [], end: 0 }, parent)), release];
}

/** Goes through all releases that lead to one, taking in and out what each did, in the order of the last time it came in. */
function walked(tree: Tree, release: number): readonly string[] {
  const held = new Set<string>();
  for (const name of chainOf(tree, release))
    for (const { change, reverted } of tree.steps[name]!)
      if (reverted) held.delete(change);
      else held.add(change);
  return [...held];
}

const asked = (tree: Tree) =>
  contentsOf(
    chainOf(tree, tree.end).map(String),
    (release) => tree.parents[Number(release)]?.toString() ?? null,
    (release) => tree.steps[Number(release)] as unknown as readonly Entry[],
  );

describe('what a release contains', () => {
  it('is what came in on the way to it and was not taken out again, on mainline and beside it', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const contents = asked(tree);
        for (const release of tree.parents.keys()) {
          const found = contents(String(release));
          const expected = walked(tree, release);
          expect([...found.keys()].toSorted()).toEqual(expected.toSorted());
          expect(CHANGES.filter((change) => found.has(change)).toSorted()).toEqual(expected.toSorted());
          expect(found.among(CHANGES)).toEqual([...found.keys()]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stands on mainline in the order in which it came in last', () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const contents = asked(tree);
        for (const release of chainOf(tree, tree.end))
          expect([...contents(String(release)).keys()]).toEqual(walked(tree, release));
      }),
      { numRuns: 500 },
    );
  });

  it('stands beside mainline in the order in which it first came into mainline, with what never did behind what was held then', () => {
    const into = (...changes: readonly string[]) => changes.map((change) => ({ change, reverted: false }));
    const out = { change: 'b', reverted: true };
    // Mainline is 0, 1, 2, 4; the line that left it at 0 takes d, then b, then x of its own.
    const steps = [into('a'), into('b', 'c'), [out], into('d', 'b', 'x'), into('d', 'b')];
    const tree: Tree = { parents: [null, 0, 1, 0, 2], steps, end: 4 };
    expect([...asked(tree)('4').keys()]).toEqual(['a', 'c', 'd', 'b']);
    expect([...asked(tree)('3').keys()]).toEqual(['a', 'b', 'd', 'x']);
    expect(asked(tree)('3').among(['x', 'd', 'c', 'a'])).toEqual(['a', 'd', 'x']);
  });

  it('keeps all that only a line has together, before what came later in mainline', () => {
    const into = (...changes: readonly string[]) => changes.map((change) => ({ change, reverted: false }));
    // The line leaves mainline at 0; of what came at 1 it takes the last, and has four changes of its own between.
    const steps = [into('a'), into('b', 'c', 'd'), into('b', 'v', 'w', 'x', 'y', 'd')];
    const tree: Tree = { parents: [null, 0, 0], steps, end: 1 };
    expect([...asked(tree)('2').keys()]).toEqual(['a', 'b', 'v', 'w', 'x', 'y', 'd']);
    expect(asked(tree)('2').among(['d', 'y', 'x', 'c', 'a'])).toEqual(['a', 'x', 'y', 'd']);
  });
});
