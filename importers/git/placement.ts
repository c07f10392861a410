import { commitOf, gitBytes } from './run-git.ts';
import type { ReleaseTag } from './release-tags.ts';
import { oldestFirst, readRows, Slice, type SliceRow } from './slice.ts';
import { tokens } from './tokens.ts';
import { trunkOf } from './trunk.ts';
import { addTo, grouped } from '../../store/grouping.ts';
import { LF } from '../source/characters.ts';

/** Where a commit came into a release. */
export interface Placed {
  readonly tag: ReleaseTag;
  /** 1, 2, … among all commits that are new in this release. */
  readonly order: number;
}

/** A release of the clone with what it continues. */
export interface TaggedRelease {
  readonly tag: ReleaseTag;
  /** Null at the first release of all. */
  readonly predecessor: ReleaseTag | null;
}

/** A range of commits of a clone, placed among its releases. */
export interface Placement {
  /** The commits of the range, for `git log --stdin`. */
  readonly revisions: readonly string[];
  readonly commits: number;
  /** The releases that hold commits of the range which their predecessors do not. */
  readonly releases: readonly TaggedRelease[];
  /** The releases that a commit entered, the first one first; none when no release has it yet. */
  placesOf(commit: string): readonly Placed[];
  /** The line whose branch a commit is on while no release has it; null where that is not known. */
  onTheWayTo(commit: string): string | null;
}

/**
 * Works out which releases hold which commits. A release continues the nearest release on its chain of first parents;
 * what it has beyond that entered with it. So `contains(release)`, made of what entered, is what git's own graph says,
 * also where lines are merged into one another and a commit enters several of them.
 *
 * @param range `A..B`, `A..`, `..B` or `B`; null: everything that a release tag or HEAD reaches.
 * @throws GitError when the clone has no such commits.
 */
export async function placement(
  repository: string,
  tags: readonly ReleaseTag[],
  range: string | null,
): Promise<Placement> {
  const { good, bad } = await endsOf(repository, range);
  const trunk = await trunkOf(repository, tags);
  const whole = range === null;
  // Trees of linux-next are made anew every day: their releases are told, but what is in them enters with mainline.
  const placing = tags.filter((tag) => tag.line !== 'next');
  const ends = [bad, whole ? (trunk?.commit ?? null) : null].filter((commit) => commit !== null);
  const tips = [...new Set([...ends, ...placing.map((t) => t.commit)])];
  const rows = await readRows(repository, [...tips, ...(good === null ? [] : [`^${good}`])]);
  const slice = new Slice(rows);
  const inRange = whole ? new Uint8Array(slice.size).fill(1) : ancestorsIn(slice, bad);
  const clone: ReadClone = {
    repository,
    rows,
    slice,
    byCommit: grouped(placing, (tag) => tag.commit),
    good,
    above: good === null ? null : slice.descendantsOf(new Set([good]), rows),
  };
  const places = new Map<number, Placed[]>();
  const releases: TaggedRelease[] = [];
  for (const tag of placing) {
    const place = slice.placeOf(tag.commit);
    if (place === undefined) continue;
    const predecessor = await predecessorOf(clone, tag, place);
    const entered = await enteredWith(clone, { tag, predecessor }, place, inRange);
    if (entered !== null || inRange[place] === 1) releases.push({ tag, predecessor });
    entered?.forEach((hash, index) => {
      const at = slice.placeOf(hash);
      if (at !== undefined && inRange[at] === 1) addTo(places, at, { tag, order: index + 1 });
    });
  }
  if (whole) for (const tag of tags) if (tag.line === 'next') releases.push(await placedNext(clone, tag));
  for (const list of places.values())
    if (list.length > 1)
      list.sort((a, b) => (a.tag.date < b.tag.date ? -1 : a.tag.date > b.tag.date ? 1 : 0));
  const onTrunk = trunk === null ? null : ancestorsIn(slice, trunk.commit);
  return {
    revisions: whole ? tips : [bad!, ...(good === null ? [] : [`^${good}`])],
    commits: inRange.reduce((sum, mark) => sum + mark, 0),
    releases,
    placesOf: (commit) => {
      const place = slice.placeOf(commit);
      return place === undefined ? [] : (places.get(place) ?? []);
    },
    onTheWayTo: (commit) => {
      const place = slice.placeOf(commit);
      return place !== undefined && onTrunk?.[place] === 1 && !places.has(place) ? trunk!.line : null;
    },
  };
}

/** What was read of a clone to place its commits. */
interface ReadClone {
  readonly repository: string;
  readonly rows: readonly SliceRow[];
  readonly slice: Slice;
  readonly byCommit: ReadonlyMap<string, readonly ReleaseTag[]>;
  /** The commit whose history was left out; null where nothing was. */
  readonly good: string | null;
  /** What has that commit in its history. */
  readonly above: Uint8Array | null;
}

/** Marks a commit and all before it; nothing where the commit was not read. */
function ancestorsIn(slice: Slice, commit: string | null): Uint8Array {
  const place = commit === null ? undefined : slice.placeOf(commit);
  return slice.ancestorsOf(place === undefined ? [] : [place]);
}

/** All commits that a release has beyond its predecessor, oldest first; null where none of them is in the range. */
async function enteredWith(
  { repository, rows, slice, good, above }: ReadClone,
  { tag, predecessor }: TaggedRelease,
  place: number,
  inRange: Uint8Array,
): Promise<readonly string[] | null> {
  const before = predecessor === null ? undefined : slice.placeOf(predecessor.commit);
  const fresh = slice.difference(place, before ?? null);
  if (!fresh.some((p) => inRange[p] === 1)) return null;
  // What entered is whole only where the predecessor has all of what lies below the floor behind it.
  const cut =
    good !== null && predecessor?.commit !== good && (before === undefined || above?.[before] !== 1);
  const all = cut
    ? await readRows(repository, [tag.commit, ...(predecessor === null ? [] : [`^${predecessor.commit}`])])
    : fresh.map((p) => rows[p]!);
  return oldestFirst(all);
}

/** A release of linux-next continues the nearest release that its tree was made on. */
async function placedNext(clone: ReadClone, tag: ReleaseTag): Promise<TaggedRelease> {
  const [row] = await readRows(clone.repository, [tag.commit, `^${tag.commit}^@`]);
  const parent = row?.parents[0];
  return { tag, predecessor: parent === undefined ? null : await nearestBelow(clone, parent) };
}

async function endsOf(
  repository: string,
  range: string | null,
): Promise<{ readonly good: string | null; readonly bad: string | null }> {
  if (range === null) return { good: null, bad: await commitOf(repository, 'HEAD').catch(() => null) };
  const dots = range.indexOf('..');
  const [from, to] = dots < 0 ? ['', range] : [range.slice(0, dots), range.slice(dots + 2)];
  return {
    good: from === '' ? null : await commitOf(repository, from),
    bad: await commitOf(repository, to === '' ? 'HEAD' : to),
  };
}

/** The nearest release on the chain of first parents; of several tags at one commit, those before it in version order. */
async function predecessorOf(clone: ReadClone, tag: ReleaseTag, place: number): Promise<ReleaseTag | null> {
  const { slice, byCommit } = clone;
  const beside = byCommit.get(tag.commit)!;
  const index = beside.indexOf(tag);
  if (index > 0) return beside[index - 1]!;
  let at = slice.firstParentOf(place);
  while (typeof at === 'number') {
    const found = byCommit.get(slice.hashes[at]!);
    if (found) return found.at(-1)!;
    at = slice.firstParentOf(at);
  }
  return at === null ? null : nearestBelow(clone, at);
}

/** Goes on along first parents outside of what was read. */
async function nearestBelow({ repository, byCommit }: ReadClone, commit: string): Promise<ReleaseTag | null> {
  const here = byCommit.get(commit);
  if (here) return here.at(-1)!;
  const stream = tokens(gitBytes(repository, ['rev-list', '--first-parent', commit]), LF, 'latin1');
  for await (const hash of stream) {
    const found = byCommit.get(hash);
    if (found) return found.at(-1)!;
  }
  return null;
}
