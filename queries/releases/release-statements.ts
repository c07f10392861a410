import type { TypedStoredEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { compareReleaseNames, defaultUname } from '../../store/names/release-name.ts';
import type { Line, ReleaseNode } from './release-node.ts';
import { grouped } from '../../store/grouping.ts';

type ReleaseEvent = TypedStoredEvent<'ReleaseRecorded'>;

/**
 * Draws together what several sources say of each release: a clone knows its commit and what it continues, a list its
 * day, a person its `uname`. What only one says is taken from it; where they differ, see each field.
 */
export function mergedReleases(
  events: readonly ReleaseEvent[],
  lines: ReadonlyMap<string, Line>,
): ReadonlyMap<string, ReleaseNode> {
  const statements = grouped(events, (event) => event.payload.release);
  const line = new Map<string, string>();
  for (const [name, list] of statements) line.set(name, best(list).payload.line);
  /** What a release may continue, one line of its own first: the nearest of them is the answer. */
  const before = new Map<string, readonly string[]>();
  for (const [name, list] of statements) {
    const said = list.flatMap(({ payload: { predecessor: p } }) =>
      p !== undefined && p !== name && statements.has(p) ? [p] : [],
    );
    const base = lines.get(line.get(name)!)?.base ?? null;
    const all = said.length > 0 || base === null || base === name || !statements.has(base) ? said : [base];
    before.set(name, [...new Set(all)]);
  }
  const nodes = new Map<string, ReleaseNode>();
  for (const [name, list] of statements) {
    const event = best(list);
    const uname = list.find((e) => e.payload.uname !== undefined)?.payload.uname;
    nodes.set(name, {
      name,
      line: line.get(name)!,
      date: dateOf(list),
      predecessor: nearest(before.get(name)!, before, (p) => line.get(p) === line.get(name)),
      uname: uname ?? defaultUname(name),
      signature: list.find((e) => e.payload.signature !== undefined)?.payload.signature ?? null,
      event,
    });
  }
  return nodes;
}

/** Draws together what is said of each line: incomplete when anybody knows it to be, ended on the first day that is named. */
export function mergedLines(events: readonly TypedStoredEvent<'LineRecorded'>[]): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  for (const { payload: p } of events) {
    const known = lines.get(p.line);
    const [a, b] = [known?.ended ?? null, p.ended ?? null];
    lines.set(p.line, {
      line: p.line,
      base: known?.base ?? p.base ?? null,
      ended: a === null || b === null ? (a ?? b) : a < b ? a : b,
      complete: (known?.complete ?? true) && p.complete !== false,
      moniker: known?.moniker ?? p.moniker ?? null,
    });
  }
  return lines;
}

/** The statement to cite: verified before concluded, with a date before without one, then by statement. */
function best(list: readonly ReleaseEvent[]): ReleaseEvent {
  return list.reduce((top, e) => (rank(e) < rank(top) ? e : top));
}

function rank({ payload: { confidence, date } }: ReleaseEvent): number {
  return (confidence === 'verified' ? 0 : 1) + (date === undefined ? 2 : 0);
}

/** The date of the best statement, as finely as another one of the same day says it. */
function dateOf(list: readonly ReleaseEvent[]): string | null {
  const date = best(list).payload.date;
  if (date === undefined || knownAtPrecision(date) === 'instant') return date ?? null;
  const finer = list
    .flatMap((e) => e.payload.date ?? [])
    .filter((d) => d.startsWith(date))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return finer[0] ?? date;
}

/**
 * A list without candidates says that v6.19 continues v6.18, a clone that it continues v6.19-rc8: both are true, and the
 * nearest is the one that none of the others has behind it.
 */
function nearest(
  candidates: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
  ownLine: (name: string) => boolean,
): string | null {
  if (candidates.length < 2) return candidates[0] ?? null;
  const behind = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const open = [...(before.get(from) ?? [])];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...(before.get(at) ?? []));
    }
    return seen;
  };
  const ends = candidates.map((name) => ({ name, behind: behind(name) }));
  const tops = ends.filter(
    ({ name, behind: own }) => !ends.some((o) => o.name !== name && o.behind.has(name) && !own.has(o.name)),
  );
  // Sources that know nothing of one another's candidate: the one that has more of the history behind it loses least.
  const [top] = (tops.length > 0 ? tops : ends).sort(
    (a, b) =>
      Number(ownLine(b.name)) - Number(ownLine(a.name)) ||
      b.behind.size - a.behind.size ||
      compareReleaseNames(b.name, a.name),
  );
  return top!.name;
}
