import type { StoredEvent, TypedStoredEvent } from '../store/events/event.ts';
import { compareReleaseNames, defaultUname } from '../store/names/release-name.ts';

/** A release in the graph. */
export interface ReleaseNode {
  readonly name: string;
  readonly line: string;
  readonly date: string | null;
  /** The release that it continues; null at a root. */
  readonly predecessor: string | null;
  /** What the kernel shows as its release, as far as that is known. */
  readonly uname: string | null;
  readonly event: TypedStoredEvent<'ReleaseRecorded'>;
}

/** A change on its way into a release. */
export interface Entry {
  readonly change: string;
  readonly release: string;
  readonly order: number;
  readonly reverted: boolean;
  readonly event: TypedStoredEvent<'ChangeEntered'> | TypedStoredEvent<'BackportRecorded'>;
}

export interface Line {
  readonly line: string;
  readonly base: string | null;
  readonly ended: string | null;
  readonly complete: boolean;
}

/** The DAG of releases and what entered where. All questions of order and content are asked here. */
export interface ReleaseGraph {
  readonly releases: ReadonlyMap<string, ReleaseNode>;
  /** Names in graph order: every release after its predecessor, mainline before what branches off it. */
  readonly order: readonly string[];
  readonly lines: ReadonlyMap<string, Line>;
  readonly successors: ReadonlyMap<string, readonly string[]>;
  /** Members of a line, oldest first. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  entriesAt(release: string): readonly Entry[];
  /** The changes that a release contains, in mainline order, with the place where each came in. */
  contains(release: string): ReadonlyMap<string, Entry>;
  isAncestor(ancestor: string, of: string): boolean;
  /** The first release of a line (its base's ancestry included) that contains a change; null when none does. */
  firstIn(change: string, line: string): string | null;
  /** The recorded name of a change, whatever alias it goes by. */
  resolve(change: string): string;
}

/** Builds the graph from the events that count. */
export function releaseGraph(events: readonly StoredEvent[]): ReleaseGraph {
  const lines = new Map<string, Line>();
  const aliases = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'LineRecorded') {
      const { line, base, ended, complete } = event.payload;
      lines.set(line, { line, base: base ?? null, ended: ended ?? null, complete });
    } else if (event.type === 'AliasRecorded') aliases.set(event.payload.alias, event.payload.change);
  }
  const resolve = (change: string): string => {
    const seen = new Set<string>();
    let name = change;
    while (aliases.has(name) && !seen.has(name)) {
      seen.add(name);
      name = aliases.get(name)!;
    }
    return name;
  };
  const recorded = new Map<string, TypedStoredEvent<'ReleaseRecorded'>>();
  for (const event of events)
    if (event.type === 'ReleaseRecorded') recorded.set(event.payload.release, event);
  const releases = new Map<string, ReleaseNode>();
  for (const [name, event] of recorded) {
    const { line, date, predecessor, uname } = event.payload;
    const base = lines.get(line)?.base ?? null;
    const previous = predecessor !== undefined && recorded.has(predecessor) ? predecessor : base;
    releases.set(name, {
      name,
      line,
      date: date ?? null,
      predecessor: previous !== null && recorded.has(previous) && previous !== name ? previous : null,
      uname: uname ?? defaultUname(name),
      event,
    });
  }
  const successors = new Map<string, string[]>();
  for (const node of releases.values()) {
    if (node.predecessor === null) continue;
    const list = successors.get(node.predecessor) ?? [];
    list.push(node.name);
    successors.set(node.predecessor, list);
  }
  const rank = (name: string) => (releases.get(name)!.line === 'mainline' ? 0 : 1);
  const order: string[] = [];
  const visit = [...releases.values()].filter((n) => n.predecessor === null).map((n) => n.name);
  visit.sort((a, b) => rank(b) - rank(a) || compareReleaseNames(b, a));
  // Depth first with side lines last, so that mainline comes in one piece and every line after its base.
  const later: string[] = [];
  const placed = new Set<string>();
  while (visit.length > 0 || later.length > 0) {
    const name = visit.pop() ?? later.shift()!;
    if (placed.has(name)) continue;
    placed.add(name);
    order.push(name);
    const next = [...(successors.get(name) ?? [])].sort(compareReleaseNames);
    for (const child of next) {
      if (releases.get(child)!.line === releases.get(name)!.line) visit.push(child);
      else later.push(child);
    }
  }
  const members = new Map<string, string[]>();
  for (const name of order) {
    const line = releases.get(name)!.line;
    const list = members.get(line) ?? [];
    list.push(name);
    members.set(line, list);
  }
  const entries = new Map<string, Entry[]>();
  const mainline = new Map<string, { release: number; order: number }>();
  const place = new Map(order.map((name, index) => [name, index]));
  for (const event of events) {
    if (event.type !== 'ChangeEntered' && event.type !== 'BackportRecorded') continue;
    const change = resolve(event.payload.change);
    const { release } = event.payload;
    const reverted = event.type === 'ChangeEntered' && event.payload.reverted === true;
    const list = entries.get(release) ?? [];
    list.push({ change, release, order: event.payload.order, reverted, event });
    entries.set(release, list);
    if (releases.get(release)?.line === 'mainline' && !reverted) {
      mainline.set(change, { release: place.get(release)!, order: event.payload.order });
    }
  }
  for (const list of entries.values())
    list.sort((a, b) => a.order - b.order || (a.change < b.change ? -1 : 1));

  const cache = new Map<string, ReadonlyMap<string, Entry>>();
  const chainOf = (name: string): string[] => {
    const chain: string[] = [];
    const seen = new Set<string>();
    for (
      let at: string | null = name;
      at !== null && !seen.has(at);
      at = releases.get(at)?.predecessor ?? null
    ) {
      seen.add(at);
      chain.push(at);
    }
    return chain.reverse();
  };
  const contains = (name: string): ReadonlyMap<string, Entry> => {
    const known = cache.get(name);
    if (known) return known;
    const held: { entry: Entry; key: readonly [number, number] }[] = [];
    for (const release of chainOf(name)) {
      for (const entry of entries.get(release) ?? []) {
        const already = held.findIndex((h) => h.entry.change === entry.change);
        if (entry.reverted) {
          if (already >= 0) held.splice(already, 1);
          continue;
        }
        if (already >= 0) continue;
        const inMainline = mainline.get(entry.change);
        // A change of this line alone has no place in mainline; it follows all that the line held when it came in.
        const last = held.reduce<readonly [number, number]>(
          (top, h) => (after(h.key, top) ? h.key : top),
          [-1, -1],
        );
        held.push({
          entry,
          key: inMainline ? [inMainline.release, inMainline.order] : [last[0], last[1] + 0.5],
        });
      }
    }
    held.sort((a, b) => (after(a.key, b.key) ? 1 : after(b.key, a.key) ? -1 : 0));
    const result = new Map(held.map((h) => [h.entry.change, h.entry]));
    cache.set(name, result);
    return result;
  };
  const spans = ancestrySpans(releases, successors);
  const isAncestor = (ancestor: string, of: string): boolean => {
    const [a, b] = [spans.get(ancestor), spans.get(of)];
    return a !== undefined && b !== undefined && a[0] <= b[0] && b[1] <= a[1];
  };
  return {
    releases,
    order,
    lines,
    successors,
    members,
    entriesAt: (release) => entries.get(release) ?? [],
    contains,
    isAncestor,
    firstIn: (change, line) => (members.get(line) ?? []).find((name) => contains(name).has(change)) ?? null,
    resolve,
  };
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

function after(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0];
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
