import { compareReleaseNames, lineOfName, parseReleaseName } from '../../store/names/release-name.ts';
import { resolveCommits } from './resolve.ts';
import { GitError, gitBytes } from './run-git.ts';
import { tokens } from './tokens.ts';
import { LF } from '../source/characters.ts';

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
  /** Tags of an object that the clone lacks, or that is damaged. */
  readonly broken: readonly string[];
  /** Refs that git itself cannot read, and passes over: tags and branches, by their full names. */
  readonly unread: readonly string[];
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
  const { told, broken } = await tagsTold(repository);
  for (const text of told) {
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
  return { tags, others, broken, unread: await unreadRefs(repository) };
}

/** What git says of a ref that holds no hash, or has no name that git allows. One that only points to a branch that is gone is usual. */
const PASSED_OVER = /^warning: ignoring (?:broken ref|ref with broken name) (\S.*)$/;

async function unreadRefs(repository: string): Promise<readonly string[]> {
  let said = '';
  await refs(repository, '%(refname)', [], (text) => (said = text));
  return said.split('\n').flatMap((line) => PASSED_OVER.exec(line)?.[1] ?? []);
}

/** Tags in one call of git, so that its command line is never too long. */
const TAGS_AT_ONCE = 500;

/**
 * What git tells of each tag. At the first one of an object that is not there, or is another than the tag says, git ends: then
 * it is asked only of those that lead to a commit.
 */
async function tagsTold(
  repository: string,
): Promise<{ readonly told: readonly string[]; readonly broken: readonly string[] }> {
  try {
    return { told: await refs(repository, FORMAT, ['refs/tags']), broken: [] };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  const named = (await refs(repository, '%(objectname)%00%(refname:strip=2)', ['refs/tags'])).map((text) => {
    const [object, name] = text.split('\0');
    return { object: object!, name: name! };
  });
  const ends = await resolveCommits(
    repository,
    named.map((one) => one.object),
  );
  const whole = named.filter((one) => ends.has(one.object)).map((one) => `refs/tags/${one.name}`);
  const told: string[] = [];
  for (let from = 0; from < whole.length; from += TAGS_AT_ONCE)
    told.push(...(await refs(repository, FORMAT, whole.slice(from, from + TAGS_AT_ONCE))));
  return { told, broken: named.filter((one) => !ends.has(one.object)).map((one) => one.name) };
}

async function refs(
  repository: string,
  format: string,
  patterns: readonly string[],
  hear?: (said: string) => void,
): Promise<readonly string[]> {
  const told: string[] = [];
  const args = ['for-each-ref', `--format=${format}`, '--', ...patterns];
  for await (const text of tokens(gitBytes(repository, args, '', hear), LF)) told.push(text);
  return told;
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

/** Seconds since 1970 as an instant; a date that no calendar has is the epoch's, as git itself shows it. */
export function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  const text = Number.isNaN(date.getTime())
    ? '1970-01-01T00:00:00Z'
    : date.toISOString().replace('.000Z', 'Z');
  return /^\d{4}-/.test(text) ? text : '1970-01-01T00:00:00Z';
}
