import type { NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { rejected } from '../results/result-run.ts';
import { splitHead } from './headers.ts';
import { messagesOf, type RawMessage } from './mbox.ts';
import { decode, looksLikeMail, type Message } from './message.ts';
import { regzbotCommands } from './regzbot.ts';
import { reportsIn } from './reports/reports-in.ts';
import { Statements } from './statements.ts';

const FORMAT = 'mail';
const PAGE = 500;

/**
 * Reads mail: mbox of every kind, single messages, maildir folders, pipermail's months. A message is a source by its
 * message-id, so that the same mail from two archives is one.
 */
export const mailImporter: Importer = {
  format: FORMAT,
  version: 3,
  says: 'mail: mbox, single messages, maildir, pipermail',
  unit: 'file',
  sniff(head) {
    if (/^From \S.*\d\d?:\d\d.*\d{4}/.test(head)) return 0.9;
    return beginsWithHeader(head) && looksLikeMail(head) ? 0.7 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readMailbox(entry, context);
  },
};

/** What `git log` and many a program print has lines like headers, too, but none before them. */
function beginsWithHeader(head: string): boolean {
  return /^\uFEFF?\s*(?:>?From |[!-9;-~]+:(?:[ \t]|\r?\n))/.test(head);
}

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
  const refuse = (reason: string, excerpt: string, key = `line ${raw.line}`) =>
    rejected(entry, FORMAT, hints, { key, reason, excerpt, line: raw.line });
  const start = () => raw.bytes.subarray(0, 1000).toString('latin1');
  const parted = splitHead(raw.bytes);
  if (!looksLikeMail(parted.head)) return [refuse('no mail: it has no headers', start())];
  let message: Message;
  try {
    message = await decode(raw.bytes, parted);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [refuse(`the mail cannot be decoded: ${why}`, start())];
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
  reportsIn(message).forEach((report, i) => {
    statements.report(report, i === 0 ? 'report' : `report-${i}`);
  });
  return [
    ...(raw.cut ? [refuse('the mail is longer than any may be, and was cut', start())] : []),
    ...statements.events,
    ...unseen.map((line, i) =>
      refuse(
        'regzbot does not take this line: it wants an empty line before, and a blank after #regzbot',
        line,
        `line ${raw.line} command ${i}`,
      ),
    ),
  ];
}
