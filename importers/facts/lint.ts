import type { KnownNames } from '../importer.ts';
import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import type { FactSet } from './fact-set.ts';
import { lintArchs } from './lint-archs.ts';
import { lintConditions } from './lint-conditions.ts';
import { lintConsumers } from './lint-consumers.ts';
import { lintContradictions } from './lint-contradictions.ts';
import { lintRanges } from './lint-ranges.ts';
import { lintReferences } from './lint-references.ts';
import { Names } from './names.ts';
import { ReleaseGraph } from './release-graph.ts';
import { suggest } from './suggest.ts';

/** Judges the events of a set against one another. Gives the events with the records they name led to streams. */
export function lint(
  drafts: readonly Draft[],
  set: FactSet,
  known: KnownNames,
  closed: boolean,
  problems: Problems,
): Draft[] {
  const names = new Names(set.records, known);
  const graph = new ReleaseGraph(drafts);
  uniqueKeys(drafts, problems);
  for (const draft of drafts) lintReferences(draft, names, problems);
  lintConditions(drafts, names, problems);
  lintArchs(drafts, problems);
  lintConsumers(drafts, problems);
  lintRanges(drafts, graph, problems);
  const streams = new Set(drafts.flatMap((d) => [d.base, d.stream]));
  const named = drafts.map((draft) => withStreams(draft, streams, closed, problems));
  lintContradictions(named, graph, problems);
  return named;
}

function uniqueKeys(drafts: readonly Draft[], problems: Problems): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts) {
    // Two versions of one statement may stand in one file: what held, and what holds from a later day on.
    const name = `${draft.type} ${draft.stream} ${String(draft.payload.rev)}`;
    const first = seen.get(name);
    if (!first) seen.set(name, draft);
    else {
      const { line } = first.place([]);
      problems.add(
        draft.place([]),
        `the key "${draft.key}" is there twice (first in ${first.place([]).file}${line ? `:${line}` : ''})`,
        'give one of the records another "key"',
      );
    }
  }
}

/** A dispute names records by their keys; in the log statements go by `DATASET/KEY`. */
function withStreams(draft: Draft, streams: ReadonlySet<string>, closed: boolean, problems: Problems): Draft {
  if (draft.type !== 'StatementDisputed') return draft;
  const statements = (draft.payload.statements as string[]).map((key, index) => {
    const own = `${draft.dataset}/${key}`;
    if (streams.has(own)) return own;
    if (streams.has(key) || (!closed && key.includes('/'))) return key;
    if (closed) {
      const keys = [...streams].filter((s) => s.startsWith(`${draft.dataset}/`));
      const hint = suggest(own, keys)?.replace(`${draft.dataset}/`, '');
      problems.add(draft.place(['statements', index]), `unknown record key "${key}"`, hint);
    }
    return own;
  });
  return { ...draft, payload: { ...draft.payload, statements } };
}
