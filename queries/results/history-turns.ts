import { addTo } from '../../store/grouping.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import { chanceOfFewerFailures, chanceOfMoreFailures, UNLIKELY, type Failures } from './fisher.ts';
import type { Rate } from './seen-result.ts';

/** What a test came to at one version: both outcomes is `mixed`, neither `inconclusive`. */
export type HistoryState = 'pass' | 'fail' | 'mixed' | 'inconclusive';

/** Where what a test comes to is no longer what it was at the nearest version before. */
export interface HistoryTurn {
  readonly from: string;
  readonly to: string;
  readonly kind: 'broke' | 'fixed' | 'flaky';
  /** What a search between the two can go over: commits where they are no recorded releases. */
  readonly over: 'releases' | 'commits';
  /** Of a test that had been flaky: the chance of what it came to from there on, had its rate stayed; null where it had not. */
  readonly chance: number | null;
  readonly evidence: readonly string[];
}

/** What a test came to at a version. */
export interface SeenVersion {
  readonly version: string;
  readonly line: string | null;
  readonly state: HistoryState;
  readonly rate: Rate;
  readonly evidence: readonly string[];
}

/** Versions, one continuing the other, at which the test is believed to have been one thing. */
interface Stretch {
  readonly state: SeenVersion['state'];
  readonly rate: Failures;
}

/**
 * Finds where a test turned. Each version is compared with the nearest one before it that says something: what is inconclusive is no turn.
 * A test that had been flaky passes or fails a version now and then by chance: that it went back to both is no turn, unless what it came
 * to in between was unlikely; where it has not gone back, it is told with its chance.
 *
 * @param seen versions in their order, each after those that it continues
 */
export function historyTurns(graph: ReleaseGraph, seen: readonly SeenVersion[]): readonly HistoryTurn[] {
  const steps = stepsOf(graph, seen);
  const later = new Map<string, SeenVersion[]>();
  for (const { before, now } of steps) if (before !== undefined) addTo(later, before.version, now);
  const stretches = new Map<string, Stretch>();
  return steps.flatMap(({ before, now }): readonly HistoryTurn[] => {
    if (before === undefined) {
      stretches.set(now.version, now);
      return [];
    }
    const then = stretches.get(before.version)!;
    const longer = { state: then.state, rate: sum([then.rate, now.rate]) };
    if (then.state === now.state) {
      stretches.set(now.version, longer);
      return [];
    }
    let chance: number | null = null;
    if (then.state === 'mixed') {
      const from = stayFrom(now, later);
      chance = (now.state === 'fail' ? chanceOfMoreFailures : chanceOfFewerFailures)(then.rate, from.rate);
      if (chance >= UNLIKELY && !from.stays) {
        stretches.set(now.version, longer);
        return [];
      }
    }
    stretches.set(now.version, now);
    const kind = now.state === 'mixed' ? 'flaky' : now.state === 'fail' ? 'broke' : 'fixed';
    const over = graph.releases.has(now.version) ? 'releases' : 'commits';
    const evidence = [...before.evidence, ...now.evidence];
    return [{ from: before.version, to: now.version, kind, over, chance, evidence }];
  });
}

interface Step {
  readonly before: SeenVersion | undefined;
  readonly now: SeenVersion;
}

/** Each version that says something, with the nearest one before it that does. */
function stepsOf(graph: ReleaseGraph, seen: readonly SeenVersion[]): readonly Step[] {
  const conclusive = new Map(seen.filter((s) => s.state !== 'inconclusive').map((s) => [s.version, s]));
  const lastOf = new Map<string | null, SeenVersion>();
  return [...conclusive.values()].map((now) => {
    const isRelease = graph.releases.has(now.version);
    const before = isRelease ? ancestorIn(graph, now.version, conclusive) : lastOf.get(now.line);
    lastOf.set(now.line, now);
    return { before, now };
  });
}

/** The nearest release that this one continues and that has something to say. */
function ancestorIn(
  graph: ReleaseGraph,
  release: string,
  seen: ReadonlyMap<string, SeenVersion>,
): SeenVersion | undefined {
  let at = graph.releases.get(release)?.predecessor ?? null;
  while (at !== null && !seen.has(at)) at = graph.releases.get(at)?.predecessor ?? null;
  return at === null ? undefined : seen.get(at);
}

/** How often the test failed from a version on as long as it came to the same, and whether it still does. */
function stayFrom(
  first: SeenVersion,
  later: ReadonlyMap<string, readonly SeenVersion[]>,
): { readonly rate: Failures; readonly stays: boolean } {
  const same = [first];
  let stays = true;
  // The list grows while it is walked.
  for (const { version } of same)
    for (const next of later.get(version) ?? []) {
      if (next.state === first.state) same.push(next);
      else stays = false;
    }
  return { rate: sum(same.map((s) => s.rate)), stays };
}

function sum(rates: readonly Failures[]): Failures {
  return rates.reduce((all, r) => ({ bad: all.bad + r.bad, good: all.good + r.good }), { bad: 0, good: 0 });
}
