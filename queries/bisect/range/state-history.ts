import type { ErrorRates } from '../rates/flakiness.ts';
import { nodeNamed, type VersionGraph } from '../graph/graph.ts';
import type { RunTally } from './tally.ts';

/** How likely the state of the tested thing changes from one release to the next, before anything is seen. */
const CHANGE_RATE = 0.02;

/** Runs at one member of a chain (the tags of a line, oldest first). */
export interface ChainMember extends RunTally {
  readonly version: string;
}

/** One change of state along a chain: after `from`, which is the last of the old state that was tested, up to `to`. */
export interface StateChange {
  readonly kind: 'broke' | 'fixed';
  readonly from: string;
  readonly to: string;
}

/**
 * Reads the changes of state out of the outcomes along a chain that may break and be fixed more than once: the
 * likeliest path of a two-state hidden Markov model (good or bad; an outcome is wrong at the error rates). Members
 * without runs only separate the others. Each change is a search of its own, between its `from` and `to`.
 */
export function stateChanges(chain: readonly ChainMember[], rates: ErrorRates): StateChange[] {
  // Taken for exact, an outcome would leave no path at all where two of them contradict one another.
  const falseFail = Math.max(rates.falseFail, 0.002);
  const falsePass = Math.max(rates.falsePass, 0.02);
  const tested = chain
    .map((member, place) => ({ ...member, place }))
    .filter(({ bad, good }) => bad + good > 0);
  const logGood = tested.map(({ bad, good }) => bad * Math.log(falseFail) + good * Math.log(1 - falseFail));
  const logBad = tested.map(({ bad, good }) => bad * Math.log(1 - falsePass) + good * Math.log(falsePass));
  const cameFrom: { good: boolean; bad: boolean }[] = [];
  let good = 0;
  let bad = 0;
  tested.forEach(({ place }, index) => {
    const links = index === 0 ? 1 : place - tested[index - 1]!.place;
    // An odd number of changes along the links between.
    const change = (1 - (1 - 2 * CHANGE_RATE) ** links) / 2;
    const stay = Math.log(1 - change);
    const move = Math.log(change);
    const goodFromBad = bad + move > good + stay;
    const badFromBad = bad + stay >= good + move;
    cameFrom.push({ good: !goodFromBad, bad: !badFromBad });
    const nextGood = (goodFromBad ? bad + move : good + stay) + logGood[index]!;
    bad = (badFromBad ? bad + stay : good + move) + logBad[index]!;
    good = nextGood;
  });
  const changes: StateChange[] = [];
  let isGood = good >= bad;
  for (let index = tested.length - 1; index > 0; index--) {
    const wasGood = isGood ? cameFrom[index]!.good : cameFrom[index]!.bad;
    if (wasGood !== isGood) {
      const kind = isGood ? 'fixed' : 'broke';
      changes.unshift({ kind, from: tested[index - 1]!.version, to: tested[index]!.version });
    }
    isGood = wasGood;
  }
  return changes;
}

/**
 * Lists the tested versions below `tip` along first parents, oldest first: the chain on which `stateChanges` looks
 * for more than one transition. Throws a `BisectError` for a tip that is not in the graph.
 */
export function chainBelow(
  graph: VersionGraph,
  tip: string,
  runsAt: (version: string) => RunTally | undefined,
): ChainMember[] {
  const chain: ChainMember[] = [];
  for (let v = nodeNamed(graph, tip); ; v = graph.parentList[graph.parentStart[v]!]!) {
    const version = graph.names.at(v);
    chain.push({ version, ...(runsAt(version) ?? { bad: 0, good: 0 }) });
    if (graph.parentStart[v] === graph.parentStart[v + 1]) return chain.reverse();
  }
}
