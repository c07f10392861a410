import { linksIn } from './link-trailers.ts';
import type { Model } from '../model/model.ts';
import { Fixes, type LinkingCommit } from './tracking-fixes.ts';
import { culpritMentions } from './tracking-mentions.ts';
import { Replay, type UnappliedCommand } from './tracking-replay.ts';
import type { Report, Step } from './tracking-report.ts';
import type { Command } from './tracking-section.ts';
import { isMessage, Threads, type ThreadMessage } from './tracking-threads.ts';
import { addTo, grouped } from '../../store/grouping.ts';

export type { UnappliedCommand } from './tracking-replay.ts';

export type TrackingState =
  | 'introduced'
  | 'monitored'
  | 'to-be-fixed'
  | 'fixed'
  | 'duplicate'
  | 'inconclusive'
  | 'invalid'
  | 'resolved'
  | 'backburner'
  | 'reopened';

/** A report of a regression that the tracker follows, from the mails in which it was told so. */
export interface TrackedReport {
  /** The message-id of the report, or its URL where it is no mail. */
  readonly report: string;
  readonly title: string;
  readonly by: string;
  readonly state: TrackingState;
  readonly introduced: string | null;
  /** What is said to fix it: commits or subjects, the newest first. */
  readonly fixes: readonly string[];
  /** The first release that has a fix, in the line that has the regression; null where that is not known, or none has it yet. */
  readonly fixedIn: string | null;
  /** Why it was closed, in the words of who closed it. */
  readonly reason: string | null;
  readonly duplicateOf: string | null;
  readonly related: readonly string[];
  /** Other discussions that are followed for it. */
  readonly monitored: readonly string[];
  /** The mails that are about it, in its own thread and in those that are followed, the oldest first. */
  readonly activity: readonly string[];
  /** Somebody asked how it goes, and nobody has answered. */
  readonly poked: boolean;
  readonly backburner: boolean;
  readonly history: readonly Step[];
}

export interface Tracking {
  readonly reports: readonly TrackedReport[];
  readonly unapplied: readonly UnappliedCommand[];
}

/**
 * Replays the commands that regzbot was given, in the order of their mails. A command acts on the report whose thread its mail
 * is in, or whose followed discussion; a merged commit that links to a report fixes it.
 */
export function tracking(model: Model): Tracking {
  const messages = messagesOf(model);
  const threads = new Threads(messages);
  const known = new Fixes(model);
  const replay = new Replay(threads, known);
  const commands = bySource(model.of('TrackingCommandGiven'));
  const links = linksOf(model);
  for (const step of inOrder(messages, commands, known.linkingCommits()))
    if (typeof step === 'string') replay.message(step, commands.get(step) ?? [], links.get(step) ?? []);
    else replay.commit(step);
  for (const mention of culpritMentions(model)) replay.mention(mention);
  return {
    reports: [...replay.reports.values()].map((r) => told(r, known, threads)),
    unapplied: replay.unapplied,
  };
}

function told(r: Report, known: Fixes, threads: Threads): TrackedReport {
  const fixedIn = r.settle(known);
  return {
    report: r.report,
    title: r.title,
    by: r.by,
    state: stateOf(r),
    introduced: r.introduced === '' ? null : r.introduced,
    fixes: r.fixes.map((f) => f.text),
    fixedIn,
    reason: r.reason,
    duplicateOf: r.duplicateOf,
    related: [...r.related.keys()].sort(),
    monitored: [...r.monitored].sort(),
    activity: threads.activityOf(r.report).filter(isMessage),
    poked: r.isPoked,
    backburner: r.backburner !== null,
    history: [...r.history].sort((a, b) =>
      (a.at ?? '') < (b.at ?? '') ? -1 : (a.at ?? '') > (b.at ?? '') ? 1 : 0,
    ),
  };
}

function stateOf(r: Report): TrackingState {
  if (r.duplicateOf !== null) return 'duplicate';
  if (r.solved !== null) return r.solved;
  if (r.backburner !== null) return 'backburner';
  if (r.reopened) return 'reopened';
  return r.monitored.size > 0 ? 'monitored' : 'introduced';
}

function messagesOf(model: Model): ReadonlyMap<string, ThreadMessage> {
  const messages = new Map<string, ThreadMessage>();
  for (const e of model.of('MessageArchived')) {
    const { messageId = e.source, subject = '', from, inReplyTo, references = [], date } = e.payload;
    const above = [...(inReplyTo === undefined ? [] : [inReplyTo]), ...[...references].reverse()];
    const ancestors = [...new Set(above)];
    const before = messages.get(messageId);
    // Somebody who cites a mail knows less of it than who has it.
    if (before === undefined || before.ancestors.length < ancestors.length)
      messages.set(messageId, {
        id: messageId,
        at: e.knownAt ?? date ?? '',
        subject,
        from,
        ancestors,
        event: e.id,
      });
  }
  return messages;
}

function bySource(commands: readonly Command[]): ReadonlyMap<string, readonly Command[]> {
  const found = grouped(commands, (e) => e.payload.message);
  for (const list of found.values()) list.sort((a, b) => a.payload.order - b.payload.order);
  return found;
}

/** What mails link to with `Link:` or `Closes:`, by message-id. */
function linksOf(model: Model): ReadonlyMap<string, readonly string[]> {
  const links = new Map<string, string[]>();
  const add = (message: string, url: string) => {
    if (/^https?:\/\//.test(url)) addTo(links, message, url);
  };
  for (const e of model.of('ChangeRecorded'))
    if (e.payload.change.startsWith('<'))
      for (const url of linksIn(e.payload.trailers)) add(e.payload.change, url);
  for (const e of model.of('NoteAdded')) {
    const link = /^(?:Link|Closes): (\S+)/i.exec(e.payload.text);
    if (link) add(e.source, link[1]!);
  }
  return links;
}

/** Mails and commits as they came; a mail after those that it answers where their dates are the same. */
function inOrder(
  messages: ReadonlyMap<string, ThreadMessage>,
  commands: ReadonlyMap<string, readonly Command[]>,
  commits: readonly LinkingCommit[],
): readonly (string | LinkingCommit)[] {
  const steps: { at: string; depth: number; key: string; step: string | LinkingCommit }[] = [];
  for (const { id, at, ancestors } of messages.values())
    steps.push({ at, depth: ancestors.length, key: id, step: id });
  for (const [id, list] of commands)
    if (!messages.has(id))
      steps.push({
        at: list[0]!.knownAt ?? '',
        depth: list[0]!.payload.thread?.length ?? 0,
        key: id,
        step: id,
      });
  for (const commit of commits) steps.push({ at: commit.at, depth: 0, key: commit.change, step: commit });
  steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.depth - b.depth || (a.key < b.key ? -1 : 1)));
  return steps.map((s) => s.step);
}
