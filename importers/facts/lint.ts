import type { KnownNames } from '../importer.ts';
import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';

/** Judges the events of a set against one another. Gives the events with the records they name led to streams. */
export function lint(
  drafts: readonly Draft[],
  _known: KnownNames,
  closed: boolean,
  problems: Problems,
): Draft[] {
  uniqueKeys(drafts, problems);
  return drafts.map((draft) => withStreams(draft, drafts, closed, problems));
}

function uniqueKeys(drafts: readonly Draft[], problems: Problems): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts) {
    const name = `${draft.type} ${draft.stream}`;
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
function withStreams(draft: Draft, drafts: readonly Draft[], closed: boolean, problems: Problems): Draft {
  if (draft.type !== 'StatementDisputed') return draft;
  const streams = new Set(drafts.flatMap((d) => [d.base, d.stream]));
  const statements = (draft.payload.statements as string[]).map((key, index) => {
    const own = `${draft.dataset}/${key}`;
    if (streams.has(own)) return own;
    if (streams.has(key) || (!closed && key.includes('/'))) return key;
    if (closed) problems.add(draft.place(['statements', index]), `unknown record key "${key}"`);
    return own;
  });
  return { ...draft, payload: { ...draft.payload, statements } };
}
