import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, Importer, SourceEntry } from '../importer.ts';
import { rejected } from '../results/result-run.ts';
import { wholeText } from '../results/whole-text.ts';
import { datedRelease, releaseEvents, type ListedRelease } from './release-events.ts';

const FORMAT = 'release-list';

/** `v6.19-rc1`, `6.18.3`, with a day after it where somebody wrote one: `6.18.3 2026-01-02`, `6.18.3,2026-01-02`. */
const VERSION =
  /^(v?\d+\.\d+(?:\.\d+){0,2}(?:-rc\d+)?|next-\d{8})(?:[\s,;]+(\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z|[ ]?[+-]\d\d:?\d\d)?)?))?\s*$/;
/** A line of `git ls-remote --tags`, `git show-ref --tags -d` or `.git/packed-refs`. */
const REF = /^([0-9a-f]{40}|[0-9a-f]{64})\s+(?:refs\/)?tags\/(\S+)\s*$/;
/** The commit of the tag before, in `.git/packed-refs`. */
const PEELED = /^\^([0-9a-f]{40}|[0-9a-f]{64})\s*$/;
/** Other refs and heads of such dumps. */
const OTHER_REF = /^(?:[0-9a-f]{40}|[0-9a-f]{64})\s+(?:HEAD|refs\/\S+)\s*$/;
const COMMENT = /^\s*(#.*)?$/;

/** A tag of a dump of refs. */
interface Tag {
  readonly object: string;
  /** The commit that an annotated tag points to, where the dump shows it. */
  commit?: string;
  readonly line: number;
}

/**
 * Reads plain lists: a version a line, with or without a day, and the dumps of refs that git writes. In a dump an annotated
 * tag stands twice, and `^{}` marks the commit; in one that shows no commit of any tag (`--refs`), whether a hash is a
 * tag's or a commit's cannot be known, and it is left out.
 */
export const releaseListImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'a version a line, or the output of git ls-remote --tags',
  unit: 'file',
  sniff: (head) => {
    const lines = head
      .split('\n')
      .slice(0, -1)
      .concat(head.length < 65_000 ? head.split('\n').slice(-1) : [])
      .map((l) => l.trimEnd())
      .filter((l) => !COMMENT.test(l));
    const good = lines.filter((l) => VERSION.test(l) || REF.test(l));
    if (good.length === 0) return 0;
    const odd = lines.filter(
      (l) => !(VERSION.test(l) || REF.test(l) || PEELED.test(l) || OTHER_REF.test(l)),
    ).length;
    if (odd === 0) return 0.8;
    // A line of git's about the connection, a heading: such a line is a reject, and the others are read.
    return odd * 10 <= good.length ? 0.3 : 0;
  },
  async *read(entries, { hints }) {
    for (const entry of entries) yield { entry, events: eventsOf(entry, await wholeText(entry), hints) };
  },
};

/** A line that cannot be read, and why. */
interface Refused {
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** What the lines of a list say. */
interface ReadLines {
  readonly releases: ListedRelease[];
  readonly tags: Map<string, Tag>;
  readonly refused: Refused[];
}

function eventsOf(entry: SourceEntry, text: string, hints: ImportHints): readonly NewEvent[] {
  const source = `sha256:${entry.sha256}`;
  const read = readLines(text, source);
  if (read.releases.length === 0 && read.tags.size === 0)
    throw refusedFile(entry.name, 'no line of it is a version or a tag');
  const tagged = readTags(read.tags, source);
  const rejects = [...read.refused, ...tagged.refused].map(({ line, reason, excerpt }) =>
    rejected(entry, FORMAT, hints, { key: `line-${line}`, reason, excerpt, line }),
  );
  const file = { origin: hints.origin ?? 'list', entry, knownAt: hints.knownAt ?? null };
  return [...rejects, ...releaseEvents(file, [...read.releases, ...tagged.releases])];
}

function readLines(text: string, source: string): ReadLines {
  const read: ReadLines = { releases: [], tags: new Map(), refused: [] };
  let last: Tag | undefined;
  for (const [index, excerpt] of text.split('\n').entries()) {
    const line = index + 1;
    const refuse = (reason: string) => read.refused.push({ line, reason, excerpt });
    const ref = REF.exec(excerpt);
    const plain = VERSION.exec(excerpt);
    const peeled = PEELED.exec(excerpt);
    if (ref) {
      const name = ref[2]!.replace(/\^\{\}$/, '');
      const known = read.tags.get(name);
      if (ref[2] !== name && known) known.commit = ref[1]!;
      else if (known && known.object !== ref[1]) refuse(`the tag ${name} stands here twice`);
      else if (!known) read.tags.set(name, { object: ref[1]!, line });
      last = read.tags.get(name);
    } else if (peeled && last) last.commit = peeled[1]!;
    else if (plain) {
      const day = plain[2]?.replace(/ (?=[+-])/, '').replace(/^(\S{10}) /, '$1T');
      const one = datedRelease(plain[1]!, day, `line ${line}`, source);
      if (one === null) refuse('no kernel version with a date');
      else read.releases.push(one);
    } else if (!COMMENT.test(excerpt) && !OTHER_REF.test(excerpt)) refuse('neither a version nor a tag');
  }
  return read;
}

/** Makes releases of the tags of a dump. */
function readTags(tags: ReadonlyMap<string, Tag>, source: string): Omit<ReadLines, 'tags'> {
  const releases: ListedRelease[] = [];
  const refused: Refused[] = [];
  const showsCommits = [...tags.values()].some((tag) => tag.commit !== undefined);
  for (const [name, { object, commit, line }] of tags) {
    const one = datedRelease(name, undefined, `line ${line}`, source);
    if (one === null) refused.push({ line, reason: `the tag ${name} is no kernel release`, excerpt: name });
    else
      releases.push({
        ...one,
        commit: hash(commit ?? (showsCommits ? object : undefined)),
        tagObject: hash(commit === undefined ? undefined : object),
      });
  }
  return { releases, refused };
}

/** The catalogue's hashes are SHA-1; a repository in SHA-256 keeps its names and loses its hashes. */
function hash(text: string | undefined): string | undefined {
  return text?.length === 40 ? text : undefined;
}
