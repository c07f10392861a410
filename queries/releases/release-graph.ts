import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { compareReleaseNames } from '../../store/names/release-name.ts';
import { contentsOf, type Contents } from './contents.ts';
import { mergedEntries, withoutRefuted } from './entries.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { mergedLines, mergedReleases } from './release-statements.ts';
import type { ReleaseNode, Entry, Line } from './release-node.ts';
import { grouped } from '../../store/grouping.ts';

/** The DAG of releases and what entered where. All questions of order and content are asked here. */
export interface ReleaseGraph {
  /** The events that it is built from: all that count and are of these types. */
  readonly told: readonly StoredEvent[];
  readonly releases: ReadonlyMap<string, ReleaseNode>;
  /** Names in graph order: every release after its predecessor, mainline before what branches off it. */
  readonly order: readonly string[];
  /** Some releases in graph order, each once; names that are no releases are left out. */
  inOrder(names: Iterable<string>): readonly string[];
  readonly lines: ReadonlyMap<string, Line>;
  readonly successors: ReadonlyMap<string, readonly string[]>;
  /** Members of each line, oldest first; the lines in their order: mainline first, then by version. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  entriesAt(release: string): readonly Entry[];
  contains(release: string): Contents;
  isAncestor(ancestor: string, of: string): boolean;
  /** The first release of a line (its base's ancestry included) that contains a change; null when none does. */
  firstIn(change: string, line: string): string | null;
  /** The recorded name of a change, whatever alias it goes by. */
  resolve(change: string): string;
}

const TOLD_BY: ReadonlySet<EventType> = new Set<EventType>([
  'AliasRecorded',
  'ChangeRecorded',
  'BackportRecorded',
  'ChangeEntered',
  'LineRecorded',
  'ReleaseRecorded',
]);

/**
 * Builds the graph from the events that count.
 *
 * @param other the graph of another world: where nothing of releases is told otherwise, it is this one's too
 */
export function releaseGraph(all: readonly StoredEvent[], other: ReleaseGraph | null = null): ReleaseGraph {
  const events = all.filter((event) => TOLD_BY.has(event.type));
  if (other?.told.length === events.length && other.told.every((event, at) => event === events[at]))
    return other;
  const lines = mergedLines(events.filter((e) => e.type === 'LineRecorded'));
  const releases = mergedReleases(
    events.filter((e) => e.type === 'ReleaseRecorded'),
    lines,
  );
  const resolve = resolverOf(aliasesIn(events));
  const continued = [...releases.values()].filter((node) => node.predecessor !== null);
  const successors = new Map(
    [...grouped(continued, (node) => node.predecessor!)].map(([name, nodes]) => [
      name,
      nodes.map((n) => n.name),
    ]),
  );
  const order = graphOrder(releases, successors);
  const place = new Map(order.map((name, index) => [name, index]));
  const members = new Map(
    [...grouped(order, (name) => releases.get(name)!.line)].sort(([a], [b]) => compareLines(a, b)),
  );
  const entries = entriesByRelease(events, releases, resolve);
  const entriesAt = (release: string) => entries.get(release) ?? [];
  const chainOf = (name: string) => chainTo(releases, name);
  const end = endOfMainline(members.get('mainline') ?? [], chainOf);
  const before = (name: string) => releases.get(name)?.predecessor ?? null;
  const contains = contentsOf(end === null ? [] : chainOf(end), before, entriesAt);
  const spans = ancestrySpans(releases, successors);
  const isAncestor = (ancestor: string, of: string): boolean => {
    const [a, b] = [spans.get(ancestor), spans.get(of)];
    return a !== undefined && b !== undefined && a[0] <= b[0] && b[1] <= a[1];
  };
  return {
    told: events,
    releases,
    order,
    inOrder: (names) =>
      [...new Set(names)].filter((name) => place.has(name)).sort((a, b) => place.get(a)! - place.get(b)!),
    lines,
    successors,
    members,
    entriesAt,
    contains,
    isAncestor,
    firstIn: (change, line) => (members.get(line) ?? []).find((name) => contains(name).has(change)) ?? null,
    resolve,
  };
}

const byNumbers = new Intl.Collator('en', { numeric: true });

function compareLines(a: string, b: string): number {
  return Number(a !== 'mainline') - Number(b !== 'mainline') || byNumbers.compare(a, b);
}

/** Follows a name of a change to the one that it is recorded by; names in a circle lead to one of them. */
function resolverOf(aliases: ReadonlyMap<string, string>): (change: string) => string {
  return (change) => {
    const seen = new Set<string>();
    let name = change;
    while (aliases.has(name) && !seen.has(name)) {
      seen.add(name);
      name = aliases.get(name)!;
    }
    return name;
  };
}

/** Depth first with side lines last, so that mainline comes in one piece and every line after its base. */
function graphOrder(
  releases: ReadonlyMap<string, ReleaseNode>,
  successors: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const lineOf = (name: string) => releases.get(name)!.line;
  const rank = (name: string) => (lineOf(name) === 'mainline' ? 0 : 1);
  const visit = [...releases.values()].filter((n) => n.predecessor === null).map((n) => n.name);
  visit.sort((a, b) => rank(b) - rank(a) || compareReleaseNames(b, a));
  const later: string[] = [];
  const placed = new Set<string>();
  while (visit.length > 0 || later.length > 0) {
    const name = visit.pop() ?? later.shift()!;
    if (placed.has(name)) continue;
    placed.add(name);
    for (const child of [...(successors.get(name) ?? [])].sort(compareReleaseNames))
      (lineOf(child) === lineOf(name) ? visit : later).push(child);
  }
  return [...placed];
}

/** What entered each release, the statements of several sources drawn together. */
function entriesByRelease(
  events: readonly StoredEvent[],
  releases: ReadonlyMap<string, ReleaseNode>,
  resolve: (change: string) => string,
): ReadonlyMap<string, readonly Entry[]> {
  const told: Entry[] = [];
  for (const event of events) {
    if (event.type !== 'ChangeEntered' && event.type !== 'BackportRecorded') continue;
    const { release, order } = event.payload;
    const reverted = event.type === 'ChangeEntered' && event.payload.reverted === true;
    told.push({ change: resolve(event.payload.change), release, order, reverted, event });
  }
  const counting = withoutRefuted(told, (name) => releases.get(name)?.line);
  return new Map(
    [...grouped(counting, (entry) => entry.release)].map(([name, list]) => [name, mergedEntries(list)]),
  );
}

/** A release with all that it continues, oldest first. */
function chainTo(releases: ReadonlyMap<string, ReleaseNode>, release: string): readonly string[] {
  const chain = new Set<string>();
  for (
    let at: string | null = release;
    at !== null && !chain.has(at);
    at = releases.get(at)?.predecessor ?? null
  )
    chain.add(at);
  return [...chain].reverse();
}

/**
 * Numbers the releases so that everything that descends from a release lies within its span: every release has one
 * predecessor, so the graph is a forest. What a wrong record has put into a circle descends from nothing.
 */
function ancestrySpans(
  releases: ReadonlyMap<string, ReleaseNode>,
  successors: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly [number, number]> {
  const spans = new Map<string, [number, number]>();
  let clock = 0;
  for (const { name, predecessor } of releases.values()) {
    if (predecessor !== null) continue;
    const stack: { readonly name: string; next: number }[] = [{ name, next: 0 }];
    spans.set(name, [clock++, 0]);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = successors.get(top.name)?.[top.next++];
      if (child === undefined) {
        spans.get(top.name)![1] = clock++;
        stack.pop();
      } else {
        spans.set(child, [clock++, 0]);
        stack.push({ name: child, next: 0 });
      }
    }
  }
  return spans;
}

/** The release of mainline that has most of mainline behind it. */
function endOfMainline(
  mainline: readonly string[],
  chainOf: (name: string) => readonly string[],
): string | null {
  const last = new Set(mainline);
  // Walking from the end: what lies on the chain of another one is not the end.
  let [end, longest] = [null as string | null, 0];
  for (const name of [...mainline].reverse()) {
    if (!last.has(name)) continue;
    const chain = chainOf(name);
    for (const before of chain) last.delete(before);
    if (chain.length > longest) [end, longest] = [name, chain.length];
  }
  return end;
}

/**
 * Other names of changes: those that somebody recorded, and the hashes of backports, which are the same change in another
 * line. A hash that stands for several changes (a backport of two in one) stands for none of them.
 */
function aliasesIn(events: readonly StoredEvent[]): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const event of events) {
    if (event.type !== 'BackportRecorded') continue;
    const { hash, change } = event.payload;
    if (hash === undefined || hash === change) continue;
    const known = aliases.get(hash);
    if (known !== undefined && known !== change) doubtful.add(hash);
    aliases.set(hash, change);
  }
  for (const hash of doubtful) aliases.delete(hash);
  const told = events.filter((e) => e.type === 'AliasRecorded');
  for (const { payload } of told) aliases.set(payload.alias, payload.change);
  // Until something shows the commit, a change goes by what it was known as: the last of its names, and all others lead there.
  const shown = shownCommits(events);
  const resolve = resolverOf(new Map(aliases));
  const unseen = grouped(
    told.filter(({ payload }) => !shown.has(resolve(payload.change))),
    ({ payload }) => resolve(payload.change),
  );
  for (const [change, names] of unseen) {
    const name = [...names].sort((a, b) => (nameKey(a) > nameKey(b) ? -1 : 1))[0]!.payload.alias;
    for (const other of [change, ...names.flatMap(({ payload: a }) => [a.alias, a.change])])
      if (other !== name) aliases.set(other, name);
    aliases.delete(name);
  }
  return aliases;
}

/** The later, and of one moment the greater. */
const nameKey = (e: TypedStoredEvent<'AliasRecorded'>): string => `${knownEnd(e)}\n${e.payload.alias}`;

/** Changes of which something shows that they are there by this name: somebody saw the commit, or it is in a release. */
function shownCommits(events: readonly StoredEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((e) =>
      e.type === 'ChangeRecorded' || e.type === 'ChangeEntered' || e.type === 'BackportRecorded'
        ? [e.payload.change]
        : [],
    ),
  );
}

/** The changes that are in `bad` and not in `good`, in mainline order: the candidates of a regression. */
export function candidates(graph: ReleaseGraph, good: string, bad: string): readonly string[] {
  const had = graph.contains(good);
  return [...graph.contains(bad).keys()].filter((change) => !had.has(change));
}

/** The changes that are in `good` and not in `bad`: a missing fix is an answer too. */
export function missing(graph: ReleaseGraph, good: string, bad: string): readonly string[] {
  return candidates(graph, bad, good);
}
