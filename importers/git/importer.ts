import type { Diagnostic } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { baseOf } from '../releases/numbering.ts';
import type { RepositoryImporter, RepositoryOptions } from '../repository-importer.ts';
import { changeEvents } from './change-events.ts';
import { commitLog, type Commit } from './commit-log.ts';
import { Effects } from './effects.ts';
import { readMessage, type CommitMessage } from './message.ts';
import { placement, type TaggedRelease } from './placement.ts';
import { releaseTags, type ReleaseTag, type ReleaseTags } from './release-tags.ts';
import { git } from './run-git.ts';

/** Commits whose events are one page. */
const PAGE = 1000;

/**
 * Reads a clone: release tags as releases, commits as changes with what they say of others, and which release each change
 * entered first, from the graph itself. What a tag or a commit states does not depend on the range that is asked for, so
 * that ranges can be imported one after another, overlapping, and from several clones.
 */
export const gitImporter: RepositoryImporter = {
  format: 'git',
  version: 2,
  says: 'releases, changes and backports of a clone',
  async *read(options) {
    const { repository, range, paths, tagRule, progress } = options;
    const origin = options.hints.origin ?? 'git';
    const found = await releaseTags(repository, tagRule);
    const { tags } = found;
    const placed = await placement(repository, tags, range);
    yield {
      events: releaseEvents(origin, repository, placed.releases),
      warnings: await warningsOf(options, found),
    };
    const effects = new Effects(repository);
    let page: { readonly commit: Commit; readonly message: CommitMessage }[] = [];
    let done = 0;
    const flush = async (): Promise<readonly NewEvent[]> => {
      await effects.prepare(page.map(({ commit, message }) => ({ hash: commit.hash, message })));
      const events = await changeEvents({ origin, repository }, page, placed, effects);
      done += page.length;
      page = [];
      progress?.(done, placed.commits);
      return events;
    };
    for await (const commit of commitLog(repository, placed.revisions, { paths })) {
      page.push({ commit, message: readMessage(commit.message) });
      if (page.length >= PAGE) yield { events: await flush() };
    }
    if (page.length > 0) yield { events: await flush() };
  },
};

async function warningsOf(
  { repository, tagRule }: RepositoryOptions,
  { tags, others, broken, unread }: ReleaseTags,
): Promise<readonly Diagnostic[]> {
  const place = { file: repository };
  const warnings: Diagnostic[] = [];
  if ((await git(repository, 'rev-parse', '--is-shallow-repository')) === 'true')
    warnings.push({
      severity: 'warning',
      message: 'the clone is shallow: what lies below its end is not known, and releases may seem to lack it',
      place,
      hint: 'git fetch --unshallow',
    });
  for (const [what, names] of [
    ['tags that lead to no commit here', broken],
    ['damaged tags and branches', unread],
  ] as const)
    if (names.length > 0)
      warnings.push({
        severity: 'warning',
        message: `${what} were left out (${names.length}): ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`,
        place,
        hint: 'git fsck tells what is missing',
      });
  if (tags.length === 0)
    warnings.push({
      severity: 'warning',
      message: 'no tag of the clone is a release: its changes enter none',
      place,
      hint: 'git fetch --tags',
    });
  else if (others > 0 && tagRule === null)
    warnings.push({
      severity: 'warning',
      message: `${others} tags are no releases of kernel.org and were left out`,
      place,
      hint: '--line NAME --tags PREFIX takes those that begin with PREFIX as releases of the line NAME',
    });
  return warnings;
}

/**
 * Releases, each with what it continues; and lines, with what their first release continues. A release below the range is
 * only named: what it continues was not looked for, and its statement must not differ from the whole one.
 */
function releaseEvents(
  origin: string,
  repository: string,
  releases: readonly TaggedRelease[],
): readonly NewEvent[] {
  const there = new Set(releases.map((r) => r.tag.release));
  const events: NewEvent[] = [];
  const put = (tag: ReleaseTag, predecessor: string | null, stream: string) => {
    events.push(
      newEvent({
        type: 'ReleaseRecorded',
        stream,
        knownAt: tag.date,
        source: tag.object ?? tag.commit,
        locator: `${repository} refs/tags of ${tag.release}`,
        payload: {
          confidence: 'verified',
          rev: 1,
          release: tag.release,
          line: tag.line,
          date: tag.date,
          commit: tag.commit,
          ...(predecessor === null ? {} : { predecessor }),
          ...(tag.object === null ? {} : { tagObject: tag.object }),
        },
      }),
    );
  };
  for (const { tag, predecessor } of releases) {
    put(tag, predecessor?.release ?? null, `${origin}/${tag.release}`);
    if (predecessor !== null && !there.has(predecessor.release)) {
      there.add(predecessor.release);
      put(predecessor, null, `${origin}/${predecessor.release}@named`);
    }
    const line = lineEvent(origin, repository, { tag, predecessor });
    if (line !== null) events.push(line);
  }
  return events;
}

/** A line is told by its first release: the one that continues a release of another line. */
function lineEvent(origin: string, repository: string, { tag, predecessor }: TaggedRelease): NewEvent | null {
  if (predecessor === null || predecessor.line === tag.line || tag.line === 'mainline') return null;
  const next = tag.line === 'next';
  // A tag that was put on a wrong commit must not give a line another base than its numbers say.
  if (!next && baseOf(tag.release) !== null && baseOf(tag.release) !== predecessor.release) return null;
  return newEvent({
    type: 'LineRecorded',
    stream: `${origin}/${tag.line}`,
    knownAt: tag.date,
    source: tag.object ?? tag.commit,
    locator: `${repository} refs/tags of ${tag.release}`,
    payload: {
      confidence: 'verified',
      rev: 1,
      line: tag.line,
      ...(next ? { complete: false } : { base: predecessor.release }),
    },
  });
}
