import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../queries/bisect/decide.ts';
import { graphFromRecords, type VersionGraph } from '../../../queries/bisect/graph/graph.ts';
import type { DecideOptions, Outcome, Problem } from '../../../queries/bisect/range/problem.ts';
import { randomNumbers } from '../../support/random-numbers.ts';
import { ancestorsOf, arbitraryHistory } from './random-history.ts';

/** Searches on histories where some branches have the state that is searched from before the good end came into the other one. */
const PLATFORM = 'x86_64';

function regressionSearch(graph: VersionGraph, good: string, bad: string): Problem {
  return {
    graph,
    good: [good],
    bad: [bad],
    regressions: [{ key: 'it', platform: PLATFORM, rates: { kind: 'exact' } }],
  };
}

function fixSearch(graph: VersionGraph, unfixed: string, fixed: string): Problem {
  return { ...regressionSearch(graph, unfixed, fixed), direction: 'fixed' };
}

function play(
  problem: Problem,
  isBroken: (version: string) => boolean,
  untestable: readonly string[] = [],
  options: DecideOptions = {},
) {
  const outcomes: Outcome[] = [];
  for (let turn = 0; turn < 200; turn++) {
    const decision = decide(problem, outcomes, options);
    const [pick] = decision.next;
    if (decision.state !== 'running' || pick === undefined) return { decision, outcomes };
    const { version } = pick;
    outcomes.push(
      untestable.includes(version)
        ? { verdict: 'skip', version, platform: PLATFORM, reason: 'build' }
        : { verdict: isBroken(version) ? 'bad' : 'good', version, regression: 'it' },
    );
  }
  throw new Error('no end');
}

/** What the random histories below are drawn with. */
function drawn(graph: VersionGraph, seed: number) {
  const random = randomNumbers(seed);
  const oneOf = (nodes: readonly number[]) => nodes[Math.floor(random() * nodes.length)];
  const contains = Array.from({ length: graph.size }, (_, node) => ancestorsOf(graph, node));
  return { random, oneOf, contains, tip: graph.size - 1 };
}

/** Versions that cannot be tested, each but the ends with some chance. */
function withChance(
  graph: VersionGraph,
  random: () => number,
  chance: number,
  ends: readonly number[],
): readonly string[] {
  const nodes = Array.from({ length: graph.size }, (_, node) => node);
  return nodes.filter((node) => !ends.includes(node) && random() < chance).map(graph.names.at);
}

/** Plays a search, and holds that the culprit is its answer, or among its suspects, or that it says what may be wrong. */
function holds(
  graph: VersionGraph,
  problem: Problem,
  isBroken: (node: number) => boolean,
  culprit: number,
  how: { readonly untestable: readonly string[]; readonly checkBases?: boolean; readonly isSure: boolean },
): void {
  const { untestable, checkBases = false, isSure } = how;
  const { decision } = play(problem, (version) => isBroken(graph.names.indexOf(version)), untestable, {
    checkBases,
    listed: graph.size,
  });
  const [found] = decision.regressions;
  const named = found!.top.map(({ version }) => graph.names.indexOf(version));
  if (isSure) {
    // What an older breakage hides cannot be told apart.
    expect(found!.state).toMatch(problem.direction === 'fixed' ? /^concluded$/ : /^(?:concluded|suspects)$/);
    expect(named).toContain(culprit);
  }
  if (found!.state === 'concluded') expect(named).toHaveLength(1);
  if (found!.state !== 'contradiction' && found!.unseenBases.length === 0) expect(named).toContain(culprit);
}

/** It broke in `broke` and was repaired in `fix`; a branch left the main line before, and was merged after that. */
const branched = graphFromRecords([
  { name: 'root', parents: [] },
  { name: 'broke', parents: ['root'] },
  { name: 'known-broken', parents: ['broke'] },
  { name: 'fix', parents: ['known-broken'] },
  { name: 'old-branch-1', parents: ['root'] },
  { name: 'old-branch-2', parents: ['old-branch-1'] },
  { name: 'old-branch-3', parents: ['old-branch-2'] },
  { name: 'merge', parents: ['fix', 'old-branch-3'] },
]);
const brokenThere = (version: string) => version === 'broke' || version === 'known-broken';

describe('a search for a fix', () => {
  it('does not take for fixed what comes from before it broke', () => {
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), brokenThere);
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'fix' }],
    });
    expect(decision.regressions[0]!.fromBefore).toContain('root');
  });

  it('finds the fix on such a branch where what it repairs is older', () => {
    const isBroken = (version: string) => !['old-branch-2', 'old-branch-3', 'merge'].includes(version);
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), isBroken);
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'old-branch-2' }],
      fromBefore: [],
    });
  });

  it('says what its answer rests on where nobody can tell', () => {
    const { decision } = play(fixSearch(branched, 'known-broken', 'merge'), brokenThere, ['root']);
    const [found] = decision.regressions;
    expect(found!.state).toBe('concluded');
    expect(found!.unseenBases).toEqual(found!.top[0]!.version === 'fix' ? [] : ['root']);
  });

  it.each([0, 0.2])(
    'finds the fix on every history in which one change broke it and one repaired it; of %f untestable, or says what it rests on',
    (skips) => {
      fc.assert(
        fc.property(arbitraryHistory(60), fc.nat(), (graph, seed) => {
          const { random, oneOf, contains, tip } = drawn(graph, seed);
          const broke = oneOf([...contains[tip]!])!;
          const fix = oneOf([...contains[tip]!].filter((n) => n !== broke && contains[n]!.has(broke)));
          fc.pre(fix !== undefined);
          const isBroken = (node: number) => contains[node]!.has(broke) && !contains[node]!.has(fix);
          const end = oneOf([...contains[tip]!].filter(isBroken))!;
          const problem = fixSearch(graph, graph.names.at(end), graph.names.at(tip));
          const untestable = withChance(graph, random, skips, [end, tip]);
          holds(graph, problem, isBroken, fix, { untestable, isSure: skips === 0 });
        }),
        { numRuns: 150 },
      );
    },
  );
});

/** It was broken, and repaired before the good end; a branch left before that, and was merged after it. Then it broke anew. */
const repaired = graphFromRecords([
  { name: 'root', parents: [] },
  { name: 'base', parents: ['root'] },
  { name: 'repair', parents: ['base'] },
  { name: 'good', parents: ['repair'] },
  { name: 'old-branch-1', parents: ['base'] },
  { name: 'old-branch-2', parents: ['old-branch-1'] },
  { name: 'old-branch-3', parents: ['old-branch-2'] },
  { name: 'old-branch-4', parents: ['old-branch-3'] },
  { name: 'merge', parents: ['good', 'old-branch-4'] },
  { name: 'culprit', parents: ['merge'] },
  { name: 'bad', parents: ['culprit'] },
]);
const brokenAnew = (version: string) => /^(base|old.*|culprit|bad)$/.test(version);

describe('a search for a regression', () => {
  const problem = regressionSearch(repaired, 'good', 'bad');

  it('says that the branch which it ends on may be broken from before', () => {
    const { decision } = play(problem, brokenAnew);
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'old-branch-1' }],
      unseenBases: ['base'],
    });
  });

  it('goes on once that is seen, and looks itself where it is asked to', () => {
    const { outcomes } = play(problem, brokenAnew);
    const told: Outcome = { verdict: 'bad', version: 'base', regression: 'it' };
    expect(decide(problem, [...outcomes, told]).state).toBe('running');
    const { decision } = play(problem, brokenAnew, [], { checkBases: true });
    expect(decision.regressions[0]).toMatchObject({
      state: 'concluded',
      top: [{ version: 'culprit' }],
      unseenBases: [],
    });
    expect(decision.regressions[0]!.fromBefore).toContain('old-branch-1');
  });

  it('names a version on such a branch where the branch worked when it began', () => {
    const isBroken = (version: string) => brokenAnew(version) && !/base|old-branch-1/.test(version);
    const { decision } = play(problem, isBroken, [], { checkBases: true });
    expect(decision.regressions[0]).toMatchObject({ state: 'concluded', top: [{ version: 'old-branch-2' }] });
  });

  it('takes for broken anew what nothing in its own history has repaired', () => {
    const apart = graphFromRecords([
      { name: 'base', parents: [] },
      { name: 'good', parents: ['base'] },
      { name: 'side', parents: ['base'] },
      { name: 'bad', parents: ['side'] },
    ]);
    const outcomes: Outcome[] = [{ verdict: 'bad', version: 'base', regression: 'it', runs: 2 }];
    const [state] = decide(regressionSearch(apart, 'good', 'bad'), outcomes).regressions;
    expect(state!.fromBefore).toEqual([]);
    expect(state!.why).toContain('base is bad and its descendant good is good');
  });

  it.each([
    [0, true],
    [0.2, true],
    [0, false],
    [0.2, false],
  ])(
    'names no wrong culprit on a history with an older breakage; of %f untestable, or unless it asks (%s), without saying what it rests on',
    (skips, checkBases) => {
      fc.assert(
        fc.property(arbitraryHistory(60), fc.nat(), (graph, seed) => {
          const { random, oneOf, contains, tip } = drawn(graph, seed);
          const older = oneOf([...contains[tip]!])!;
          const repair = oneOf([...contains[tip]!].filter((n) => n !== older && contains[n]!.has(older)));
          fc.pre(repair !== undefined);
          const isOld = (node: number) => contains[node]!.has(older) && !contains[node]!.has(repair);
          const good = oneOf([...contains[tip]!].filter((n) => n !== tip && contains[n]!.has(repair)));
          fc.pre(good !== undefined);
          const culprit = oneOf([...contains[tip]!].filter((n) => !contains[good]!.has(n) && !isOld(n)))!;
          const isBroken = (node: number) => isOld(node) || contains[node]!.has(culprit);
          const untestable = withChance(graph, random, skips, [good, tip]);
          const problem = regressionSearch(graph, graph.names.at(good), graph.names.at(tip));
          holds(graph, problem, isBroken, culprit, {
            untestable,
            checkBases,
            isSure: skips === 0 && checkBases,
          });
        }),
        { numRuns: 150 },
      );
    },
  );
});
