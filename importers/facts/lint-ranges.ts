import type { Range } from '../../store/events/fields.ts';
import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import { partsAt } from './parts.ts';
import type { ReleaseGraph } from './release-graph.ts';

/** Refuses ranges that end before they begin, circles of predecessors, and two changes with one place in a release. */
export function lintRanges(drafts: readonly Draft[], graph: ReleaseGraph, problems: Problems): void {
  const lines = new Map<unknown, unknown>();
  for (const { type, payload } of drafts)
    if (type === 'ReleaseRecorded') lines.set(payload.release, payload.line);
  const places = new Map<string, Draft>();
  for (const draft of drafts) {
    const { type, payload } = draft;
    if (type === 'ReleaseRecorded' && graph.inCircle(String(payload.release)))
      problems.add(
        draft.place(['predecessor']),
        `the predecessors of ${String(payload.release)} run in a circle`,
      );
    for (const { path, value } of [...partsAt(payload, 'at.*'), ...partsAt(payload, 'range')])
      lintRange(draft, [...path, 'to'], value as Range, graph, problems);
    if (type !== 'ChangeEntered' && type !== 'BackportRecorded') continue;
    const line = lines.get(payload.release);
    if (type === 'BackportRecorded' && line !== undefined && line !== payload.line)
      problems.add(
        draft.place(['release']),
        `${String(payload.release)} is a release of ${line as string}, not of ${payload.line as string}`,
      );
    const place = `${String(payload.release)} ${String(payload.order)}`;
    const other = places.get(place);
    if (!other) places.set(place, draft);
    else if (other.payload.change !== payload.change)
      problems.add(
        draft.place(['order']),
        `${String(payload.release)} has another change at place ${String(payload.order)}: ${other.key}`,
        'number the changes of a release in the order of their commits',
      );
  }
}

function lintRange(
  draft: Draft,
  path: readonly (string | number)[],
  range: Range,
  graph: ReleaseGraph,
  problems: Problems,
): void {
  if (graph.isForward(range)) return;
  const { from, to } = range;
  const back = graph.has(from) && graph.history(from).includes(to!);
  problems.add(
    draft.place(path),
    back ? `the range ends at ${to!}, before it begins` : `no way leads from ${from} to ${to!}`,
    back ? 'swap "from" and "to"' : 'a range follows predecessors: give one range for each line',
  );
}
