import { newEvent, type NewEvent, type TypedNewEvent } from '../../store/events/event.ts';
import type { EventType } from '../../store/events/catalogue.ts';
import { sha256 } from '../../store/identity.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { defined, rejected } from '../results/result-run.ts';
import { messagesOf, type RawMessage } from './mbox.ts';
import { decode, looksLikeMail, type Message } from './message.ts';
import { regzbotCommands } from './regzbot.ts';
import { fixedCommit, stableLine, trailersOf } from './trailers.ts';

const FORMAT = 'mail';
const LONGEST_BODY = 262_144;
const PAGE = 500;

/**
 * Reads mail: mbox of every kind, single messages, maildir folders, pipermail's months. A message is a source by its
 * message-id, so that the same mail from two archives is one.
 */
export const mailImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'mail: mbox, single messages, maildir, pipermail',
  unit: 'file',
  sniff(head) {
    if (/^From \S.*\d\d?:\d\d.*\d{4}/.test(head)) return 0.9;
    return looksLikeMail(head) ? 0.7 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readMailbox(entry, context);
  },
};

async function* readMailbox(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  let events: NewEvent[] = [];
  let read = 0;
  for await (const raw of messagesOf(entry.bytes())) {
    events.push(...(await eventsOf(raw, entry, context)));
    read += raw.bytes.length;
    if (events.length >= PAGE) {
      context.progress?.(read);
      yield { entry, events };
      events = [];
    }
  }
  yield { entry, events };
}

async function eventsOf(
  raw: RawMessage,
  entry: SourceEntry,
  { hints }: ImportContext,
): Promise<readonly NewEvent[]> {
  const refuse = (reason: string) => [
    rejected(entry, FORMAT, hints, {
      key: `line ${raw.line}`,
      reason,
      excerpt: raw.bytes.subarray(0, 1000).toString('latin1'),
      line: raw.line,
    }),
  ];
  if (!looksLikeMail(raw.bytes.subarray(0, 65_536).toString('latin1')))
    return refuse('no mail: it has no headers');
  let message: Message;
  try {
    message = await decode(raw.bytes);
  } catch (error) {
    return refuse(`the mail cannot be decoded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const events: NewEvent[] = raw.cut ? refuse('the mail is longer than any may be, and was cut') : [];
  // What has no message-id is told by its bytes.
  const source = message.id ?? `sha256:${sha256(raw.bytes.toString('latin1'))}`;
  const at = { knownAt: message.date ?? hints.knownAt ?? null, source, locator: `${entry.name}:${raw.line}` };
  const put = <T extends EventType>(type: T, stream: string, payload: TypedNewEvent<T>['payload']) => {
    events.push(newEvent({ type, stream: `mail/${source}${stream}`, ...at, payload }));
  };
  const common = { confidence: 'verified', rev: 1 } as const;
  const by = message.from;
  put('MessageArchived', '', {
    ...common,
    from: by,
    ...defined({
      messageId: message.id ?? undefined,
      date: message.date ?? undefined,
      subject: message.subject,
      inReplyTo: message.inReplyTo ?? undefined,
      body: message.text.slice(0, LONGEST_BODY),
    }),
    ...(message.references.length > 0 ? { references: [...message.references] } : {}),
  });
  const trailers = trailersOf(message.text);
  if (message.id !== null && isPatch(message)) {
    put('ChangeRecorded', '/change', {
      ...common,
      change: message.id,
      subject: plainSubject(message.subject),
      author: by,
      ...defined({ authorDate: message.date ?? undefined }),
      ...filesOf(message.text),
      ...(trailers.length > 0 ? { trailers: [...trailers] } : {}),
    });
    for (const { key, value } of trailers) {
      const commit = key === 'Fixes' ? fixedCommit(value) : null;
      if (commit?.length === 40)
        put('CulpritClaimed', `/fixes/${commit}`, {
          ...common,
          by,
          change: commit,
          role: 'culprit',
          method: 'fixes-trailer',
        });
    }
    const lines = [
      ...new Set(
        trailers.map((t) => (t.key === 'Cc' ? stableLine(t.value) : null)).filter((l) => l !== null),
      ),
    ];
    for (const line of lines)
      put('FixClaimed', `/stable/${line}`, {
        ...common,
        by,
        change: message.id,
        where: 'kernel',
        status: 'posted',
        line,
      });
  } else {
    const said = trailers.filter((t) =>
      /^(Tested|Reported|Reviewed|Acked|Bisected|Fixes|Closes)/.test(t.key),
    );
    said.forEach((t, i) => {
      put('NoteAdded', `/trailer/${i}`, {
        ...common,
        about: message.inReplyTo ?? source,
        by,
        text: `${t.key}: ${t.value}`,
      });
    });
  }
  regzbotCommands(message.text).forEach(({ command, argument }, order) => {
    put('TrackingCommandGiven', `/regzbot/${order}`, {
      ...common,
      message: source,
      by,
      command,
      order,
      ...(argument === '' ? {} : { argument }),
      ...threadOf(message),
    });
    const claim = command === 'introduced' ? introducedClaim(argument) : null;
    if (claim) put('BreakageClaimed', `/regzbot/${order}/claim`, { ...common, by, says: 'broken', ...claim });
  });
  return events;
}

/** `v6.18..v6.19-rc1`, a commit in full, or anything else, which only the tracker keeps. */
function introducedClaim(
  argument: string,
): { releases?: string[]; lastGood?: string; introducedBy?: string } | null {
  const word = argument.split(/\s/)[0] ?? '';
  if (/^[0-9a-f]{40}$/.test(word)) return { introducedBy: word };
  const [from, to] = word.split('..').map((name) => (/^v?\d/.test(name) ? canonicalRelease(name) : null));
  if (to === undefined || to === null) return null;
  return { releases: [to], ...(from === null || from === undefined ? {} : { lastGood: from }) };
}

function threadOf({ references, inReplyTo }: Message): { thread?: string[] } {
  const thread = [...new Set([...references, ...(inReplyTo === null ? [] : [inReplyTo])])];
  return thread.length > 0 ? { thread } : {};
}

function isPatch({ subject, text }: Message): boolean {
  return (
    /^\s*\[[^\]]*\bPATCH\b[^\]]*\]/i.test(subject) && /^(?:diff --git |--- a\/|--- \/dev\/null)/m.test(text)
  );
}

function plainSubject(subject: string): string {
  return subject.replace(/^\s*(?:\[[^\]]*\]\s*)+/, '').trim() || subject || 'no subject';
}

function filesOf(text: string): { files?: string[] } {
  const files = [...new Set([...text.matchAll(/^\+\+\+ b\/(\S+)/gm)].map((m) => m[1]!))];
  return files.length > 0 ? { files } : {};
}
