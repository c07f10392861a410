import { isDeepStrictEqual } from 'node:util';
import { markAncestors, nodeNamed } from '../bisect/graph/graph.ts';
import { chainBelow, stateChanges, type StateChange } from '../bisect/range/state-history.ts';
import type { RunTally } from '../bisect/range/tally.ts';
import type { Session, Started } from '../recorded-sessions/session.ts';
import { startCommandLine } from './start-command.ts';
import type { Step } from './step.ts';

/** One change of state that tests show. */
export interface Turn extends StateChange {
  readonly regression: string;
  /** The session that searches it on its own, once there is one. */
  readonly session: string | null;
  /** The command that begins that session, or shows it. */
  readonly command: string;
}

/** The changes of state of one regression, where they are not just the one that is searched. */
export interface StateChanges {
  readonly regression: string;
  readonly changes: readonly Turn[];
}

/**
 * Looks for more than one change of state in what was tested along first parents, or one the other way than is searched:
 * broken here, fixed there. Each is a search of its own, which follows this one.
 */
export function stateChangesOf(step: Step): readonly StateChanges[] {
  const { session, problem, waiting } = step;
  const start = session.start.payload;
  if (waiting.length > 0 || start.second !== undefined) return [];
  const searched = start.direction === 'fixed' ? 'fixed' : 'broke';
  return problem.regressions.flatMap(({ key }) => {
    const chains = chainsOf(step, key);
    const found = chains.filter((changes) => changes.length > 1 || changes.some((c) => c.kind !== searched));
    const [first, ...rest] = found.length > 0 ? found : apartFromOneAnother(step, key, chains);
    if (first === undefined) return [];
    const most = rest.reduce((a, b) => (b.length > a.length ? b : a), first);
    const changes = most.map((change): Turn => {
      const search = searchOfTurn(session, { ...change, regression: key });
      const found = step
        .followers()
        .find(({ start: { payload: s } }) =>
          isDeepStrictEqual(
            [s.good, s.bad, s.direction, s.regressions],
            [search.good, search.bad, search.direction, search.regressions],
          ),
        );
      return {
        ...change,
        regression: key,
        session: found?.id ?? null,
        command:
          found === undefined ? startCommandLine(search) : `regline bisect status --session ${found.id}`,
      };
    });
    return [{ regression: key, changes }];
  });
}

/** Where no chain turns twice and the search contradicts itself all the same: branches that each turned on their own. */
function apartFromOneAnother(
  { decision }: Step,
  key: string,
  chains: readonly (readonly StateChange[])[],
): readonly (readonly StateChange[])[] {
  const isRefuted = decision.regressions.some((r) => r.regression === key && r.state === 'contradiction');
  const changes = chains.flat();
  return isRefuted && changes.length > 1 ? [changes] : [];
}

/** How a session begins that searches one turn of another one. */
export function searchOfTurn(
  { id, start }: Session,
  { kind, from, to, regression }: StateChange & { readonly regression: string },
): Started {
  const direction = kind === 'broke' ? 'introduced' : 'fixed';
  const usual = direction === 'fixed' ? { good: 'unfixed', bad: 'fixed' } : { good: 'good', bad: 'bad' };
  const { payload } = start;
  return {
    ...payload,
    good: [from],
    bad: [to],
    direction,
    terms: direction === payload.direction ? payload.terms : usual,
    regressions: payload.regressions.filter((r) => r.key === regression),
    follows: id,
  };
}

/** The changes of state below each of the newest versions that were tested or are ends. */
function chainsOf(step: Step, key: string): readonly (readonly StateChange[])[] {
  const { problem, decision } = step;
  const { graph } = problem;
  const runs = runsOf(step, key);
  const nodes = [...runs.keys()].map((version) => nodeNamed(graph, version));
  const below = nodes.map((node) => markAncestors(graph, [node]));
  const newest = nodes.filter((node, i) => nodes.every((_other, j) => i === j || below[j]![node] === 0));
  const flaky = problem.regressions.some((r) => r.key === key && r.rates.kind !== 'exact');
  // What contradicts itself where tests never lie is no sign that they lie, but that more happened than one change.
  const state = flaky ? decision.regressions.find((r) => r.regression === key) : undefined;
  const { falseFail, falsePass } = state ?? { falseFail: 0, falsePass: 0 };
  return newest.map((node) =>
    stateChanges(
      chainBelow(graph, graph.names.at(node), (version) => runs.get(version)),
      { falseFail, falsePass },
    ),
  );
}

/** What was seen of one regression, ends included, by version: good and bad as the thing itself was. */
function runsOf({ problem, outcomes }: Step, key: string): ReadonlyMap<string, RunTally> {
  const runs = new Map<string, RunTally>();
  const see = (version: string, verdict: 'good' | 'bad', count: number) => {
    const { bad, good } = runs.get(version) ?? { bad: 0, good: 0 };
    runs.set(version, verdict === 'bad' ? { bad: bad + count, good } : { bad, good: good + count });
  };
  const [old, young] =
    problem.direction === 'fixed' ? (['bad', 'good'] as const) : (['good', 'bad'] as const);
  for (const end of problem.good) see(end, old, 1);
  for (const end of problem.bad) see(end, young, 1);
  for (const o of outcomes)
    if (o.verdict !== 'skip' && o.regression === key) see(o.version, o.verdict, o.runs ?? 1);
  return runs;
}
