import { compareReleaseNames, lineOfName, parseReleaseName } from '../../store/names/release-name.ts';
import { resolveCommits } from './resolve.ts';
import { gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';

/** A tag that names a release. */
export interface ReleaseTag {
  /** Canonical name of the release. */
  readonly release: string;
  readonly line: string;
  readonly commit: string;
  /** The tag's own object, for an annotated tag. */
  readonly object: string | null;
  /** When it was tagged, or committed where the tag itself has no date: an instant. */
  readonly date: string;
}

/** Which tags are releases, beside those of kernel.org's own form. */
export interface TagRule {
  /** Tags that begin with this are releases of `line`, under their own names. */
  readonly prefix: string;
  readonly line: string;
}

export interface ReleaseTags {
  readonly tags: readonly ReleaseTag[];
  /** Tags that name no release: a topic, somebody's own, a tree without a commit. */
  readonly others: number;
}

const FORMAT = [
  'objectname',
  'objecttype',
  '*objectname',
  '*objecttype',
  'creatordate:unix',
  'refname:strip=2',
]
  .map((field) => `%(${field})`)
  .join('%00');

/** Lists the tags of a clone that are releases. Two tags of one release (`v6.1`, `6.1`): the one that is spelt as the release. */
export async function releaseTags(repository: string, rule: TagRule | null = null): Promise<ReleaseTags> {
  const found = new Map<string, ReleaseTag & { readonly tag: string }>();
  const nested: (ReleaseTag & { readonly tag: string })[] = [];
  let others = 0;
  const put = (one: ReleaseTag & { readonly tag: string }) => {
    const known = found.get(one.release);
    if (known && (known.tag === one.release || known.tag < one.tag) && one.tag !== one.release) return;
    found.set(one.release, one);
  };
  const stream = tokens(gitBytes(repository, ['for-each-ref', `--format=${FORMAT}`, 'refs/tags']), 10);
  for await (const text of stream) {
    const [object, type, peeled, peeledType, seconds, tag] = text.split('\0');
    if (tag === undefined || seconds === undefined) continue;
    const named = nameOf(tag, rule);
    const commit = type === 'commit' ? object! : peeledType === 'commit' ? peeled! : null;
    if (named === null || (commit === null && peeledType !== 'tag')) {
      others++;
      continue;
    }
    const one = {
      ...named,
      tag,
      commit: commit ?? object!,
      object: type === 'tag' ? object! : null,
      date: instant(Number(seconds)),
    };
    if (commit === null) nested.push(one);
    else put(one);
  }
  // A tag of a tag: git before 2.45 shows one step only.
  const ends = await resolveCommits(
    repository,
    nested.map((one) => one.commit),
  );
  for (const one of nested) {
    const commit = ends.get(one.commit);
    if (commit === undefined) others++;
    else put({ ...one, commit });
  }
  const tags = [...found.values()]
    .map(({ release, line, commit, object, date }) => ({ release, line, commit, object, date }))
    .sort((a, b) => compareReleaseNames(a.release, b.release));
  return { tags, others };
}

function nameOf(
  tag: string,
  rule: TagRule | null,
): { readonly release: string; readonly line: string } | null {
  const parsed = parseReleaseName(tag);
  if (parsed === null) return null;
  if (rule !== null && tag.startsWith(rule.prefix)) return { release: parsed.name, line: rule.line };
  const line = lineOfName(tag);
  return line === null ? null : { release: parsed.name, line };
}

/** Seconds since 1970 as an instant; a date that no calendar has is the epoch's. */
export function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  const text = Number.isNaN(date.getTime())
    ? '1970-01-01T00:00:00Z'
    : date.toISOString().replace('.000Z', 'Z');
  return /^\d{4}-/.test(text) ? text : '1970-01-01T00:00:00Z';
}
