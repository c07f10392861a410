import { newEvent, type NewEvent, type TypedNewEvent } from '../../store/events/event.ts';
import type { EventType, Payload } from '../../store/events/catalogue.ts';
import { commitLog, type Commit } from './commit-log.ts';
import type { Effect, Effects } from './effects.ts';
import { readMessage, type CommitMessage } from './message.ts';
import type { Placed, Placement } from './placement.ts';
import { instant } from './release-tags.ts';

/** Paths that are kept of one change: a change to the whole tree is told by its first ones. */
const MOST_FILES = 1000;
const LONGEST_NAME = 500;

interface Read {
  readonly commit: Commit;
  readonly message: CommitMessage;
}

/** A clone, by whose name its statements are known, and where it lies. */
export interface Clone {
  readonly origin: string;
  readonly repository: string;
}

const VERIFIED = { confidence: 'verified', rev: 1 } as const;

/** What a commit says. */
interface Statement<T extends EventType> {
  readonly type: T;
  /** Its name within the clone. */
  readonly natural: string;
  readonly commit: Commit;
  readonly payload: Payload<T>;
  /** When and by what it became known, where that is not the commit itself. */
  readonly knownAt?: string;
  readonly source?: string;
}

function told<T extends EventType>({ origin, repository }: Clone, statement: Statement<T>): NewEvent {
  const { type, natural, commit, payload, knownAt, source } = statement;
  return newEvent({
    type,
    stream: `${origin}/${natural}`,
    knownAt: knownAt ?? instant(commit.committed),
    source: source ?? commit.hash,
    locator: `${repository} ${commit.hash}`,
    payload,
  } satisfies TypedNewEvent<T>);
}

/** The events of some commits: what each change is, where it entered, and what it took back there. */
export async function changeEvents(
  clone: Clone,
  page: readonly Read[],
  placed: Placement,
  effects: Effects,
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  const originals = new Map<string, Read>();
  for (const read of page) {
    const { commit, message } = read;
    const places = placed.placesOf(commit.hash);
    const way = placed.onTheWayTo(commit.hash);
    const copied = copiesOf(read, places, way);
    if (copied.length === 0) events.push(recorded(clone, commit.hash, read, effects));
    else for (const change of copied) originals.set(change, originals.get(change) ?? read);
    if (copied.length > 0 && places.length === 0)
      events.push(
        copied.length === 1 ? alias(clone, read, copied[0]!) : recorded(clone, commit.hash, read, effects),
      );
    if (way !== null)
      for (const change of copied.length === 0 ? [commit.hash] : copied)
        events.push(merged(clone, read, way, change));
    for (const place of places) {
      if (copied.length === 0) events.push(entered(clone, read, place));
      else for (const change of copied) events.push(backport(clone, read, place, change));
      for (const effect of effects.of(message)) events.push(undone(clone, read, place, effect));
    }
  }
  for (const event of await originalsOf(clone, originals, effects)) events.push(event);
  return events;
}

/**
 * The mainline changes that a commit is a copy of. In mainline itself such a line is a maintainer's slip, or tells of
 * another tree: the commit is a change of its own.
 */
function copiesOf(
  { commit, message }: Read,
  places: readonly Placed[],
  way: string | null,
): readonly string[] {
  if (way === 'mainline' || places.some(({ tag }) => tag.line === 'mainline')) return [];
  return message.upstream.filter((change) => change !== commit.hash);
}

/** What a backport copies is recorded from mainline's own commit, where the clone has it, else in the copy's words. */
async function originalsOf(
  clone: Clone,
  originals: ReadonlyMap<string, Read>,
  effects: Effects,
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  const here = [...originals.keys()].filter((change) => effects.commitNamed(change) === change);
  const found = new Set(here);
  const reads: Read[] = [];
  for await (const commit of commitLog(clone.repository, here, { walk: false }))
    reads.push({ commit, message: readMessage(commit.message) });
  await effects.prepare(reads.map(({ commit, message }) => ({ hash: commit.hash, message })));
  for (const read of reads) events.push(recorded(clone, read.commit.hash, read, effects));
  for (const [change, copy] of originals)
    if (!found.has(change)) events.push(recorded(clone, change, copy, effects));
  return events;
}

function recorded(clone: Clone, change: string, { commit, message }: Read, effects: Effects): NewEvent {
  const own = change === commit.hash;
  const fixes = [...new Set(message.fixes.flatMap((name) => effects.commitNamed(name) ?? []))]
    .map((hash) => effects.nameOf(hash))
    .filter((name) => name !== change);
  const files = commit.files.slice(0, MOST_FILES).map((name) => name.slice(0, LONGEST_NAME));
  const more = commit.files.length - files.length;
  const notes = [
    ...(own ? [] : [`in the words of its backport ${commit.hash.slice(0, 12)}`]),
    ...(more > 0 ? [`and ${more} more files`] : []),
  ];
  const payload: Payload<'ChangeRecorded'> = {
    confidence: own ? 'verified' : 'concluded',
    rev: 1,
    change,
    subject: message.subject,
    ...(commit.author === '' ? {} : { author: commit.author.slice(0, LONGEST_NAME) }),
    authorDate: instant(commit.authored),
    ...(own ? { commitDate: instant(commit.committed) } : {}),
    ...(files.length > 0 ? { files } : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
    ...(message.trailers.length > 0 ? { trailers: [...message.trailers] } : {}),
    ...(commit.parents.length > 1 ? { merge: true } : {}),
    ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
  };
  const natural = own ? change : `${change}@${commit.hash.slice(0, 12)}`;
  return told(clone, { type: 'ChangeRecorded', natural, commit, payload });
}

function entered(clone: Clone, { commit }: Read, { tag, order }: Placed): NewEvent {
  return told(clone, {
    type: 'ChangeEntered',
    natural: `${commit.hash}@${tag.release}`,
    commit,
    payload: { ...VERIFIED, change: commit.hash, release: tag.release, order },
    knownAt: tag.date,
    source: tag.object ?? tag.commit,
  });
}

function merged(clone: Clone, { commit }: Read, line: string, change: string): NewEvent {
  return told(clone, {
    type: 'ChangeMerged',
    natural: `${change}@${line}`,
    commit,
    payload: { ...VERIFIED, change, line, ...(change === commit.hash ? {} : { hash: commit.hash }) },
  });
}

function backport(clone: Clone, { commit }: Read, { tag, order }: Placed, change: string): NewEvent {
  return told(clone, {
    type: 'BackportRecorded',
    // A change that was reverted and applied again has two copies in one line.
    natural: `${change}@${tag.release}=${commit.hash.slice(0, 12)}`,
    commit,
    payload: { ...VERIFIED, change, line: tag.line, release: tag.release, hash: commit.hash, order },
    knownAt: tag.date,
  });
}

/** A change that a commit takes out of its line, or, as a revert of a revert, brings back. */
function undone(
  clone: Clone,
  { commit }: Read,
  { tag, order }: Placed,
  { change, reverted }: Effect,
): NewEvent {
  const by = commit.hash.slice(0, 12);
  return told(clone, {
    type: 'ChangeEntered',
    natural: `${change}@${tag.release}${reverted ? '-' : '+'}${by}`,
    commit,
    payload: {
      ...VERIFIED,
      change,
      release: tag.release,
      order,
      ...(reverted ? { reverted: true } : {}),
      note: `${reverted ? 'reverted' : 'brought back'} by ${by}`,
    },
    knownAt: tag.date,
  });
}

/** A copy that no release has yet is another name of the change. */
function alias(clone: Clone, { commit }: Read, change: string): NewEvent {
  return told(clone, {
    type: 'AliasRecorded',
    natural: `${change}=${commit.hash}`,
    commit,
    payload: { ...VERIFIED, alias: commit.hash, change, how: 'backport' },
  });
}
