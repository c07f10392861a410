import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import { releaseOfUname } from '../../store/names/release-name.ts';
import type { Enclosed, ImportContext, Importer, ImportHints, Produced, SourceEntry } from '../importer.ts';
import { defined, rejected } from '../results/result-run.ts';
import { Attachments } from './attachments.ts';
import { splitHead, type Parted } from './message/headers.ts';
import { beginsMail, messagesOf, type RawMessage } from './message/mbox.ts';
import { decode, hasSender, looksLikeMail, namesMail, type Message } from './message/message.ts';
import { senderAddress } from './message/sender.ts';
import { regzbotCommands } from './regzbot.ts';
import type { Report } from './reports/report.ts';
import { reportsIn } from './reports/reports-in.ts';
import { LONGEST_BODY, Statements } from './statements.ts';
import { syzCommands } from './syz-commands.ts';

const FORMAT = 'mail';
/** Events are handed on when there are so many: the texts of more outlive the first collection of garbage. */
const PAGE = 100;
/** How many names of attachments are written out. */
const SHOWN_NAMES = 10;
/** More than any format that a mail may hold. */
const SURE = 0.97;

/**
 * Reads mail: mbox of every kind, single messages, maildir folders, pipermail's months. A message is a source by its
 * message-id, so that the same mail from two archives is one.
 */
export const mailImporter: Importer = {
  format: FORMAT,
  version: 28,
  says: 'mail: mbox, single messages, maildir, pipermail',
  unit: 'file',
  // A patch looks like a mail, and is none without the name that a server gave it.
  comesWithOthers: namesMail,
  sniff(head) {
    // A mail may hold any other format: its date, its sender and what it says would be lost if it were read as that.
    if (beginsMail(head)) return SURE;
    if (!beginsWithHeader(head) || !looksLikeMail(head)) return 0;
    return hasSender(head) ? SURE : 0.7;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readMailbox(entry, context);
  },
};

/** What `git log` and many a program print has lines like headers, too, but none before them. */
function beginsWithHeader(head: string): boolean {
  return /^\s*(?:>?From |[!-9;-~]+:(?:[ \t]|\r?\n))/.test(head);
}

/**
 * Reads the mails of a file one by one.
 *
 * @throws InputError when there is something in it, and none of it is a mail. A file whose lines end in a lone carriage return is one line.
 */
async function* readMailbox(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  let events: NewEvent[] = [];
  let read = 0;
  let mails = 0;
  let line: number | null = null;
  let enclosed: Enclosed[] = [];
  const attachments = new Attachments(entry, context.inside);
  for await (const raw of messagesOf(entry.bytes())) {
    const parted = splitHead(raw.bytes);
    line ??= raw.line;
    if (looksLikeMail(parted.head)) {
      mails++;
      const told = await eventsOf(raw, parted, entry, context, attachments);
      for (const event of told.events) events.push(event);
      enclosed.push(...told.enclosed);
    } else events.push(refusal(raw, entry, context, 'no mail: it has no headers'));
    read += raw.bytes.length;
    if (events.length >= PAGE) {
      if (mails === 0) break;
      context.progress?.(read);
      yield { entry, events, enclosed };
      events = [];
      enclosed = [];
    }
  }
  if (mails === 0 && entry.sizeBytes > 0)
    throw new InputError([
      {
        severity: 'error',
        message: 'no mail here: nothing in it has headers',
        place: { file: entry.name, line: line ?? 1 },
      },
    ]);
  const warning = { severity: 'warning', message: 'the file is empty', place: { file: entry.name } } as const;
  yield { entry, events, enclosed, ...(mails === 0 ? { warnings: [warning] } : {}) };
}

/** Keeps a mail that cannot be read, or a line of it. */
function refusal(
  raw: RawMessage,
  entry: SourceEntry,
  { hints }: ImportContext,
  reason: string,
  { excerpt = raw.bytes.subarray(0, 1000).toString('latin1'), key = `line ${raw.line}` } = {},
): NewEvent {
  return rejected(entry, FORMAT, hints, { key, reason, excerpt, line: raw.line });
}

/** Tells how much of a text is not kept, with how that begins. What it says is read all the same. */
function unkept(raw: RawMessage, text: string, entry: SourceEntry, context: ImportContext): NewEvent {
  const reason = `the text has ${text.length} letters: what comes after the first ${LONGEST_BODY} is not kept`;
  const excerpt = text.slice(LONGEST_BODY, LONGEST_BODY + 1000);
  return refusal(raw, entry, context, reason, { excerpt, key: `line ${raw.line} text` });
}

/** Tells what else a mail holds and nothing reads: pictures, scripts, configurations. */
function besides(
  raw: RawMessage,
  unread: readonly string[],
  entry: SourceEntry,
  context: ImportContext,
): NewEvent {
  const more = unread.length > SHOWN_NAMES ? ` and ${unread.length - SHOWN_NAMES} more` : '';
  const names = unread.slice(0, SHOWN_NAMES).join(', ') + more;
  const reason = `not read of this mail: ${names}`;
  return refusal(raw, entry, context, reason, { excerpt: '', key: `line ${raw.line} besides` });
}

async function eventsOf(
  raw: RawMessage,
  parted: Parted,
  entry: SourceEntry,
  context: ImportContext,
  attachments: Attachments,
): Promise<Pick<Produced, 'events' | 'enclosed'> & Required<Pick<Produced, 'enclosed'>>> {
  const { hints } = context;
  let message: Message;
  try {
    message = await decode(raw.bytes, parted);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { events: [refusal(raw, entry, context, `the mail cannot be decoded: ${why}`)], enclosed: [] };
  }
  // What has no message-id is told by its bytes.
  const source = message.id ?? `sha256:${sha256(raw.bytes.toString('latin1'))}`;
  const statements = new Statements(message, {
    knownAt: message.date ?? hints.knownAt ?? null,
    source,
    locator: `${entry.name}:${raw.line}`,
  });
  const { commands, unseen } = regzbotCommands(message.text);
  statements.archive();
  statements.trailers();
  statements.commands(commands);
  statements.syzCommands(syzCommands(message));
  const reports = reportsIn(message);
  reports.forEach((report, i) => {
    statements.report(report, i === 0 ? 'report' : `report-${i}`);
  });
  const sorted =
    message.files.length === 0
      ? { enclosed: [], unread: [] }
      : await attachments.sort(message.files, source, saidOfFiles(message, reports, hints), hints);
  const unread = [...message.unread, ...sorted.unread];
  const events = [
    ...(raw.cut ? [refusal(raw, entry, context, 'the mail is longer than any may be, and was cut')] : []),
    ...(message.text.length > LONGEST_BODY ? [unkept(raw, message.text, entry, context)] : []),
    ...(unread.length > 0 ? [besides(raw, unread, entry, context)] : []),
    ...statements.events,
    ...unseen.map((excerpt, i) =>
      refusal(
        raw,
        entry,
        context,
        'regzbot does not take this line: it wants an empty line before, and a blank after #regzbot',
        { excerpt, key: `line ${raw.line} command ${i}` },
      ),
    ),
  ];
  return { events, enclosed: sorted.enclosed };
}

/** What a mail says of the files that come with it: who sent them and when, and which kernel they are of where that is written. */
function saidOfFiles(message: Message, reports: readonly Report[], hints: ImportHints): ImportHints {
  const of = reports.map((report) => report.attached).find((facts) => facts !== undefined);
  return {
    ...hints,
    origin: of?.origin ?? hints.origin ?? senderAddress(message.from),
    ...defined({
      knownAt: message.date ?? undefined,
      publishedAt: message.date ?? undefined,
      release: (of?.kernel === undefined ? null : releaseOfUname(of.kernel)) ?? undefined,
      commit: of?.commit,
      arch: of?.arch,
      config: of?.config,
    }),
  };
}
