import type { Model } from '../model/model.ts';

/** A change or a mail that says with `Fixes:` what it mends. */
export interface Mention {
  readonly what: string;
  readonly at: string | null;
  readonly by: string;
  readonly event: string;
  /** Hashes, 7 to 40 digits each. */
  readonly fixes: readonly string[];
}

/**
 * Finds what says that it mends a change, in a commit, a patch or a reply. It is told with a report of that culprit and changes
 * nothing: it may mend another fault of the same change.
 */
export function culpritMentions(model: Model): readonly Mention[] {
  const found: Mention[] = [];
  for (const { id, knownAt, payload } of model.of('ChangeRecorded')) {
    const { change, fixes = [], trailers = [], author = 'unknown', subject } = payload;
    const named = trailers.flatMap((t) => (/^fixes$/i.test(t.key) ? (hashIn(t.value) ?? []) : []));
    const all = [...new Set([...fixes, ...named])];
    const what = change.startsWith('<') ? `"${subject}"` : `${change.slice(0, 12)} ("${subject}")`;
    if (all.length > 0) found.push({ what, at: knownAt, by: author, event: id, fixes: all });
  }
  for (const { id, knownAt, source, payload } of model.of('NoteAdded')) {
    const hash = /^Fixes: (.*)/i.exec(payload.text)?.[1];
    const named = hash === undefined ? null : hashIn(hash);
    if (named !== null) found.push({ what: source, at: knownAt, by: payload.by, event: id, fixes: [named] });
  }
  return found;
}

function hashIn(text: string): string | null {
  return /^(?:commit\s+)?([0-9a-f]{7,40})\b/i.exec(text)?.[1]?.toLowerCase() ?? null;
}
