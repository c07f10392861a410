import { addTo, grouped } from '../../store/grouping.ts';
import type { ReleaseGraph } from '../releases/release-graph.ts';
import { chanceOfFewerFailures, chanceOfMoreFailures, sum, UNLIKELY, type Failures } from './fisher.ts';
import { rateTurns } from './rate-turns.ts';
import type { Rate } from './seen-result.ts';

/** What a test came to at one version: both outcomes is `mixed`, neither `inconclusive`. */
export type HistoryState = 'pass' | 'fail' | 'mixed' | 'inconclusive';

/** Where what a test comes to is no longer what it was at the nearest version before; `worse` and `better`: it was flaky, and is at another rate. */
export interface HistoryTurn {
  readonly from: string;
  readonly to: string;
  readonly kind: 'broke' | 'fixed' | 'flaky' | 'worse' | 'better';
  /** What a search between the two can go over: commits where they are no recorded releases. */
  readonly over: 'releases' | 'commits';
  /** `unknown`: two commits that became known at one moment, and nothing says which came first. */
  readonly order: 'told' | 'unknown';
  /** Of a test that is flaky on one side: the chance of what it came to from there on, had its rate stayed; null where it is on none. */
  readonly chance: number | null;
  /** How often it failed before, and since; null where it is flaky on neither side. */
  readonly rates: { readonly usual: Failures; readonly since: Failures } | null;
  readonly evidence: readonly string[];
}

/** What a test came to at a version. */
export interface SeenVersion {
  readonly version: string;
  readonly line: string | null;
  readonly state: HistoryState;
  readonly rate: Rate;
  readonly evidence: readonly string[];
  /** Of a commit that no release and no name places: when it became known, and the mails that tell of it. */
  readonly loose?: { readonly known: string; readonly mails: ReadonlySet<string> };
}

/** Versions, one continuing the other, at which the test is believed to have been one thing. */
interface Stretch {
  readonly state: SeenVersion['state'];
  /** How often it failed from the first of them on. */
  readonly rate: Failures;
  readonly first: string;
}

/** Versions, one continuing the other, at which a flaky test only failed, which its rate explains. */
export interface ExcusedFailure {
  readonly versions: readonly string[];
  /** How often it had failed before. */
  readonly usual: Failures;
  readonly since: Failures;
  /** The chance of that at the rate it had. */
  readonly chance: number;
  readonly evidence: readonly string[];
}

/** What became of a test at one place. */
export interface LaneStory {
  readonly turns: readonly HistoryTurn[];
  readonly excused: readonly ExcusedFailure[];
  /** By version, the last turn on the way to it; none where there was no turn. */
  readonly turnOf: ReadonlyMap<string, HistoryTurn>;
  /** By version that says something, the nearest before it that does; none where there is none. */
  readonly before: ReadonlyMap<string, string>;
}

/**
 * Finds where a test turned. Each version is compared with the nearest one before it that says something: what is inconclusive is no turn.
 * A test that had been flaky passes or fails a version now and then by chance: that it went back to both is no turn, unless what it came
 * to in between was unlikely; where it has not gone back, it is told with its chance. While it is flaky, it may turn worse or better.
 *
 * @param seen versions in their order, each after those that it continues
 */
export function storyOf(graph: ReleaseGraph, seen: readonly SeenVersion[]): LaneStory {
  const steps = stepsOf(graph, seen);
  const { turned, stretches, excused } = turnsOfState(steps);
  const turns = new Map<string, Turned>(turned);
  for (const turn of turnsOfRate(steps, stretches)) turns.set(turn.to, turn);
  const last = lastTurns(steps, turns);
  const ofStretch = grouped(stretches, ([, { first }]) => first);
  const behind = grouped(steps, ({ now }) => last.get(now.version));
  const finished = new Map<Turned, HistoryTurn>();
  const byVersion = new Map(seen.map((each) => [each.version, each]));
  for (const { before, now } of steps) {
    const turn = turns.get(now.version);
    if (turn === undefined) continue;
    const over = graph.releases.has(turn.to) ? 'releases' : 'commits';
    const order = orderOf(byVersion.get(turn.from)!, now);
    const evidence = [...before!.evidence, ...now.evidence];
    const earlier = last.get(turn.from);
    const told =
      turn.kind === 'flaky'
        ? withRate(turn, stretches.get(turn.from)!.rate, behind.get(turn)!)
        : turn.kind === 'fixed' && earlier?.kind === 'worse'
          ? sinceWorse(turn, behind.get(earlier)!)
          : turn;
    finished.set(turn, { ...told, over, order, evidence });
  }
  return {
    turns: [...finished.values()],
    excused: excused.map((failure) => {
      const [first] = failure.versions;
      const begun = ofStretch.get(first!)?.map(([version]) => version);
      return begun === undefined ? failure : { ...failure, versions: begun };
    }),
    turnOf: new Map([...last].map(([version, turn]) => [version, finished.get(turn)!])),
    before: new Map(
      steps.flatMap(({ before, now }) => (before === undefined ? [] : [[now.version, before.version]])),
    ),
  };
}

/** Hashes have no order: of two commits of one moment a mail that compares them tells it, and nothing else here. */
function orderOf({ loose: one }: SeenVersion, { loose: other }: SeenVersion): HistoryTurn['order'] {
  if (one === undefined || other?.known !== one.known) return 'told';
  return [...one.mails].some((mail) => other.mails.has(mail)) ? 'told' : 'unknown';
}

type Turned = Omit<HistoryTurn, 'over' | 'order' | 'evidence'>;

/** Finds where a test came to something else, and the stretches in between, by version. */
function turnsOfState(steps: readonly Step[]): {
  readonly turned: ReadonlyMap<string, Turned>;
  readonly stretches: ReadonlyMap<string, Stretch>;
  readonly excused: readonly ExcusedFailure[];
} {
  const later = new Map<string, SeenVersion[]>();
  for (const { before, now } of steps) if (before !== undefined) addTo(later, before.version, now);
  const stretches = new Map<string, Stretch>();
  const turned = new Map<string, Turned>();
  const excused: ExcusedFailure[] = [];
  for (const { before, now } of steps) {
    const then = before && stretches.get(before.version)!;
    const begins: Stretch = { state: now.state, rate: sum([now.rate]), first: now.version };
    const goesOn = then && { ...then, rate: sum([then.rate, now.rate]) };
    if (then === undefined || then.state === now.state) {
      stretches.set(now.version, goesOn ?? begins);
      continue;
    }
    let chance: number | null = null;
    let rates: Turned['rates'] = null;
    if (then.state === 'mixed') {
      const { rate: since, stays } = stayFrom(now, later);
      const usual = then.rate;
      rates = { usual, since };
      chance = (now.state === 'fail' ? chanceOfMoreFailures : chanceOfFewerFailures)(usual, since);
      if (chance >= UNLIKELY) {
        if (now.state === 'fail')
          excused.push({ versions: [now.version], usual, since, chance, evidence: now.evidence });
        if (!stays) {
          stretches.set(now.version, goesOn!);
          continue;
        }
      }
    }
    stretches.set(now.version, begins);
    const kind = now.state === 'mixed' ? 'flaky' : now.state === 'fail' ? 'broke' : 'fixed';
    turned.set(now.version, { from: before!.version, to: now.version, kind, chance, rates });
  }
  return { turned, stretches, excused };
}

/** Finds where the rate changed within stretches in which a test was flaky. */
function turnsOfRate(steps: readonly Step[], stretches: ReadonlyMap<string, Stretch>): readonly Turned[] {
  const flaky = steps.filter(({ now }) => stretches.get(now.version)!.state === 'mixed');
  return [...grouped(flaky, ({ now }) => stretches.get(now.version)!.first)].flatMap(([first, here]) =>
    rateTurns(
      here.map(({ before, now: { version, rate } }) => ({
        version,
        before: version === first ? null : before!.version,
        rate,
      })),
    ).map(({ from, to, kind, chance, usual, since }) => ({
      from,
      to,
      kind,
      chance,
      rates: { usual, since },
    })),
  );
}

/** By version, the last turn on the way to it. */
function lastTurns(steps: readonly Step[], turns: ReadonlyMap<string, Turned>): ReadonlyMap<string, Turned> {
  const last = new Map<string, Turned>();
  for (const { before, now } of steps) {
    const turn = turns.get(now.version) ?? last.get(before?.version ?? '');
    if (turn !== undefined) last.set(now.version, turn);
  }
  return last;
}

/** Adds to the turn of a test that became flaky how often it failed before, as long as it came to one thing, and since. */
function withRate(turn: Turned, usual: Failures, behind: readonly Step[]): Turned {
  const since = sum(behind.map(({ now }) => now.rate));
  const chance = (usual.good > 0 ? chanceOfMoreFailures : chanceOfFewerFailures)(usual, since);
  return { ...turn, chance, rates: { usual, since } };
}

/** Compares what a test came to after it had become worse with how it fared since then: before that it says less. */
function sinceWorse(turn: Turned, worse: readonly Step[]): Turned {
  const usual = sum(worse.map(({ now }) => now.rate));
  const since = turn.rates?.since;
  if (since === undefined) return turn;
  return { ...turn, rates: { usual, since }, chance: chanceOfFewerFailures(usual, since) };
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
