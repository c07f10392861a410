import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { rejected } from '../results/result-run.ts';
import { splitHead, type Parted } from './headers.ts';
import { beginsMail, messagesOf, type RawMessage } from './mbox.ts';
import { decode, hasSender, looksLikeMail, type Message } from './message.ts';
import { regzbotCommands } from './regzbot.ts';
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
  version: 22,
  says: 'mail: mbox, single messages, maildir, pipermail',
  unit: 'file',
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
  for await (const raw of messagesOf(entry.bytes())) {
    const parted = splitHead(raw.bytes);
    line ??= raw.line;
    if (looksLikeMail(parted.head)) {
      mails++;
      for (const event of await eventsOf(raw, parted, entry, context)) events.push(event);
    } else events.push(refusal(raw, entry, context, 'no mail: it has no headers'));
    read += raw.bytes.length;
    if (events.length >= PAGE) {
      if (mails === 0) break;
      context.progress?.(read);
      yield { entry, events };
      events = [];
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
  yield { entry, events, ...(mails === 0 ? { warnings: [warning] } : {}) };
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

/** Tells what else a mail holds: the logs that are attached to a report, say. */
function besides(
  raw: RawMessage,
  unread: readonly string[],
  entry: SourceEntry,
  context: ImportContext,
): NewEvent {
  const more = unread.length > SHOWN_NAMES ? ` and ${unread.length - SHOWN_NAMES} more` : '';
  const names = unread.slice(0, SHOWN_NAMES).join(', ') + more;
  const reason = `not read of this mail: ${names}; an attachment can be saved and imported`;
  return refusal(raw, entry, context, reason, { excerpt: '', key: `line ${raw.line} besides` });
}

async function eventsOf(
  raw: RawMessage,
  parted: Parted,
  entry: SourceEntry,
  context: ImportContext,
): Promise<readonly NewEvent[]> {
  const { hints } = context;
  let message: Message;
  try {
    message = await decode(raw.bytes, parted);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [refusal(raw, entry, context, `the mail cannot be decoded: ${why}`)];
  }
  const statements = new Statements(message, {
    knownAt: message.date ?? hints.knownAt ?? null,
    // What has no message-id is told by its bytes.
    source: message.id ?? `sha256:${sha256(raw.bytes.toString('latin1'))}`,
    locator: `${entry.name}:${raw.line}`,
  });
  const { commands, unseen } = regzbotCommands(message.text);
  statements.archive();
  statements.trailers();
  statements.commands(commands);
  statements.syzCommands(syzCommands(message));
  reportsIn(message).forEach((report, i) => {
    statements.report(report, i === 0 ? 'report' : `report-${i}`);
  });
  return [
    ...(raw.cut ? [refusal(raw, entry, context, 'the mail is longer than any may be, and was cut')] : []),
    ...(message.text.length > LONGEST_BODY ? [unkept(raw, message.text, entry, context)] : []),
    ...(message.unread.length > 0 ? [besides(raw, message.unread, entry, context)] : []),
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
}
