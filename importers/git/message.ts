import { fixedCommit } from '../mail/trailers.ts';

/** What a commit message says of other commits. Hashes are as written, 7 to 40 hex digits. */
export interface CommitMessage {
  readonly subject: string;
  readonly trailers: readonly { readonly key: string; readonly value: string }[];
  /** Commits that it says it takes back. */
  readonly reverts: readonly RevertedCommit[];
  /** The mainline commits that it says it is a copy of. */
  readonly upstream: readonly string[];
  /** Commits named by `Fixes:`. */
  readonly fixes: readonly string[];
}

export interface RevertedCommit {
  readonly commit: string;
  /** `which is commit X upstream`: its mainline name, where the message gives it. */
  readonly upstream: string | null;
  /** `reversing changes made to Y`: all that a merge brought is taken out, and Y is what it was merged into. */
  readonly madeTo: string | null;
}

/** The sentence that `git revert` writes, and what stable and merges add to it. Prose about reverts is not taken for it. */
const REVERTS =
  /^this reverts (?:upstream )?commits?:?\s+([0-9a-f]{7,40})\b((?:(?:,\s*and|,|\s+and)?\s+[0-9a-f]{7,40}\b)*)(?:\s*\([^()]*\))?(?:,?\s+(?:which|that)\s+(?:is|was)\s+(?:upstream\s+)?commit\s+([0-9a-f]{7,40})\b)?(?:,\s*reversing\s+changes\s+made\s+to\s+([0-9a-f]{7,40})\b)?/gim;

/** The first line of a stable commit's body (Documentation/process/stable-kernel-rules.rst), in the forms that are in use. */
const UPSTREAM = [
  /^\s*commit ([0-9a-f]{40}) upstream\b/i,
  /^\s*\[\s*upstream commit ([0-9a-f]{40})\s*\]/i,
  /^\s*upstream commit:? ([0-9a-f]{40})\b/i,
  /^\s*\[\s*commit ([0-9a-f]{40}) upstream\s*\]/i,
  /^\s*(?:backport of |this is (?:a )?backport of )?(?:upstream )?commit ([0-9a-f]{40}) (?:from )?upstream\b/i,
];
const CHERRY_PICKED = /^\((?:cherry[- ]picked|backported) from commit ([0-9a-f]{40})\b/i;

const TRAILER = /^([A-Za-z][A-Za-z0-9-]*):[ \t]+(\S.*)$/;
/** What stands between trailers: `[ name: what was changed ]`, `(cherry picked from commit …)`, `# conflicts`. */
const BESIDE = /^(\[.*\]?|\((?:cherry[- ]picked|backported) from .*\)|#.*|[ \t].*)$/i;
const LONGEST = 1000;

/** Reads a commit message: subject, trailers, and what it says of other commits. */
export function readMessage(message: string): CommitMessage {
  const text = message.replaceAll('\r\n', '\n');
  const end = text.search(/\n[ \t]*\n/);
  const title = end < 0 ? text : text.slice(0, end);
  const body = end < 0 ? '' : text.slice(end).trim();
  const trailers = trailersOf(body);
  return {
    subject:
      title
        .trim()
        .replaceAll(/(?<!\s)\s*\n\s*/g, ' ')
        .slice(0, LONGEST) || '(no subject)',
    trailers,
    reverts: revertsIn(body),
    upstream: upstreamOf(body),
    fixes: trailers
      .filter(({ key }) => key.toLowerCase() === 'fixes')
      .flatMap(({ value }) => fixedCommit(value) ?? []),
  };
}

function revertsIn(body: string): readonly RevertedCommit[] {
  return [...body.matchAll(REVERTS)].flatMap(([, first, more, upstream, madeTo]): RevertedCommit[] => {
    const others = more!.match(/[0-9a-f]{7,40}/gi) ?? [];
    const alone = others.length === 0;
    return [first!, ...others].map((commit) => ({
      commit: commit.toLowerCase(),
      upstream: (alone ? upstream?.toLowerCase() : null) ?? null,
      madeTo: (alone ? madeTo?.toLowerCase() : null) ?? null,
    }));
  });
}

/** A stable commit names what it copies before anything else; several such lines are several changes in one. */
function upstreamOf(body: string): readonly string[] {
  const found: string[] = [];
  for (const line of body.split('\n')) {
    if (line.trim() === '') continue;
    const match = UPSTREAM.map((form) => form.exec(line)).find((m) => m !== null);
    if (!match) break;
    found.push(match[1]!.toLowerCase());
  }
  if (found.length > 0) return [...new Set(found)];
  const picked = body.split('\n').flatMap((line) => CHERRY_PICKED.exec(line)?.[1]?.toLowerCase() ?? []);
  // A commit that was picked twice on its way (to another tree, from there to stable) names its origin first.
  return picked.slice(0, 1);
}

/**
 * The trailers: the lines `Key: value` at the end, through paragraphs that hold nothing else; and `Fixes:` wherever it begins
 * a line.
 */
function trailersOf(body: string): readonly { readonly key: string; readonly value: string }[] {
  const paragraphs = body.split(/\n[ \t]*\n/);
  let first = paragraphs.length;
  while (first > 0 && isTrailers(paragraphs[first - 1]!)) first--;
  // People write prose and trailers without a blank line between: then the last paragraph has both.
  const last = first === paragraphs.length ? paragraphs.slice(-1) : paragraphs.slice(first);
  const found: { key: string; value: string }[] = [];
  const take = (line: string): boolean => {
    const match = TRAILER.exec(line);
    if (match) found.push({ key: match[1]!, value: match[2]!.trim().slice(0, LONGEST) });
    return match !== null;
  };
  for (const line of paragraphs
    .slice(0, paragraphs.length - last.length)
    .join('\n')
    .split('\n'))
    if (/^fixes:/i.test(line)) take(line);
  for (const line of last.join('\n').split('\n')) {
    if (take(line)) continue;
    const open = found.at(-1);
    // A long `Fixes: … ("subject` goes on in the next line.
    if (open && /\("[^"]*$/.test(open.value) && line.trim() !== '')
      open.value = `${open.value} ${line.trim()}`.slice(0, LONGEST);
  }
  return first === paragraphs.length
    ? found.filter(({ key }) => /-by$|^(?:fixes|closes|link|cc|reported.*|bug.*)$/i.test(key))
    : found;
}

function isTrailers(paragraph: string): boolean {
  const lines = paragraph.split('\n');
  return (
    lines.some((l) => TRAILER.test(l)) &&
    lines.every((l) => TRAILER.test(l) || BESIDE.test(l) || l.endsWith('")'))
  );
}
