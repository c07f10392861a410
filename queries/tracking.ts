import type { TypedStoredEvent } from '../store/events/event.ts';
import type { Model } from './model.ts';

export type TrackingState =
  | 'introduced'
  | 'to-be-fixed'
  | 'fixed'
  | 'duplicate'
  | 'inconclusive'
  | 'resolved'
  | 'backburner'
  | 'reopened';

/** A report of a regression that the tracker follows, from the mails in which it was told so. */
export interface TrackedReport {
  /** The message-id of the report. */
  readonly report: string;
  readonly title: string;
  readonly by: string;
  readonly state: TrackingState;
  readonly introduced: string | null;
  /** What is said to fix it: commits or subjects, the newest first. */
  readonly fixes: readonly string[];
  /** The first mainline release that has a fix, where that is known. */
  readonly fixedIn: string | null;
  readonly duplicateOf: string | null;
  readonly related: readonly string[];
  readonly history: readonly {
    readonly at: string | null;
    readonly command: string;
    readonly argument: string;
    readonly by: string;
    readonly event: string;
  }[];
}

/** A command that could not be applied, and why. */
export interface UnappliedCommand {
  readonly message: string;
  readonly command: string;
  readonly argument: string;
  readonly why: string;
  readonly event: string;
}

export interface Tracking {
  readonly reports: readonly TrackedReport[];
  readonly unapplied: readonly UnappliedCommand[];
}

type Command = TypedStoredEvent<'TrackingCommandGiven'>;

interface Open {
  report: string;
  title: string | null;
  by: string;
  state: TrackingState;
  introduced: string;
  fixes: string[];
  duplicateOf: string | null;
  related: Set<string>;
  history: Command[];
}

/**
 * Replays the commands that regzbot was given, in the order of their mails: as regzbot does, `introduced` of a mail comes
 * first and `poke` last. A command acts on the report whose thread its mail is in.
 */
export function tracking(model: Model): Tracking {
  const messages = new Map(model.of('MessageArchived').map((e) => [e.payload.messageId ?? e.source, e]));
  const parents = (id: string, given: readonly string[] = []): readonly string[] => {
    const archived = messages.get(id)?.payload;
    return [
      ...(archived?.references ?? []),
      ...(archived?.inReplyTo === undefined ? [] : [archived.inReplyTo]),
      ...given,
    ];
  };
  const open = new Map<string, Open>();
  const unapplied: UnappliedCommand[] = [];
  const refuse = (e: Command, why: string) => {
    const { message, command, argument = '' } = e.payload;
    unapplied.push({ message, command, argument, why, event: e.id });
  };
  const reportFor = (e: Command): Open | null => {
    const { message, thread = [] } = e.payload;
    const own = open.get(message);
    if (own) return own;
    const around = [...new Set(parents(message, thread))];
    for (const id of [...around].reverse()) {
      const found = open.get(id);
      if (found) return found;
    }
    return null;
  };
  for (const e of inOrder(model.of('TrackingCommandGiven'))) {
    const { message, command, argument = '', by, thread = [] } = e.payload;
    if (command === 'introduced') {
      // `^introduced` in a reply speaks of the mail that it answers.
      const known = reportFor(e);
      if (known) {
        if (known.state === 'resolved' || known.state === 'fixed' || known.state === 'inconclusive')
          known.state = 'reopened';
        known.introduced = argument;
        known.history.push(e);
        continue;
      }
      const about =
        thread.at(-1) !== undefined && parents(message, thread).length > 0
          ? (parents(message, thread).at(-1) ?? message)
          : message;
      const report = messages.has(about) ? about : message;
      open.set(report, {
        report,
        title: null,
        by,
        state: 'introduced',
        introduced: argument,
        fixes: [],
        duplicateOf: null,
        related: new Set(),
        history: [e],
      });
      continue;
    }
    const report = reportFor(e);
    if (report === null) {
      refuse(e, 'its thread is not tracked: no mail before it says what was introduced when');
      continue;
    }
    const why = apply(report, command, argument);
    if (why !== null) refuse(e, why);
    else report.history.push(e);
  }
  const reports = [...open.values()].map((r): TrackedReport => {
    const fixedIn =
      r.fixes.map((fix) => firstMainline(model, fix)).find((release) => release !== null) ?? null;
    return {
      report: r.report,
      title: r.title ?? messages.get(r.report)?.payload.subject ?? '',
      by: messages.get(r.report)?.payload.from ?? r.by,
      state: r.state === 'to-be-fixed' && fixedIn !== null ? 'fixed' : r.state,
      introduced: r.introduced === '' ? null : r.introduced,
      fixes: r.fixes,
      fixedIn,
      duplicateOf: r.duplicateOf,
      related: [...r.related].sort(),
      history: r.history.map((e) => ({
        at: e.knownAt,
        command: e.payload.command,
        argument: e.payload.argument ?? '',
        by: e.payload.by,
        event: e.id,
      })),
    };
  });
  return { reports, unapplied };
}

function inOrder(commands: readonly Command[]): readonly Command[] {
  const rank = (e: Command) =>
    e.payload.command === 'introduced' ? 0 : e.payload.command === 'poke' ? 2 : 1;
  return [...commands].sort((a, b) => {
    const [x, y] = [a.knownAt ?? '', b.knownAt ?? ''];
    if (x !== y) return x < y ? -1 : 1;
    if (a.payload.message !== b.payload.message) return a.payload.message < b.payload.message ? -1 : 1;
    return rank(a) - rank(b) || a.payload.order - b.payload.order;
  });
}

/** Applies a command to a report; gives why it cannot be, or null. */
function apply(report: Open, command: string, argument: string): string | null {
  switch (command) {
    case 'title':
      if (argument === '') return 'it has no title';
      report.title = argument;
      return null;
    case 'fix':
      if (argument === '') return 'it names no fix';
      report.fixes.unshift(argument.replace(/^["'(]+|["')]+$/g, ''));
      report.state = 'to-be-fixed';
      return null;
    case 'duplicate':
      if (argument === '') return 'it names no other report';
      report.duplicateOf = argument;
      report.state = 'duplicate';
      return null;
    case 'resolve':
      report.state = 'resolved';
      return null;
    case 'inconclusive':
      report.state = 'inconclusive';
      return null;
    case 'backburn':
      report.state = 'backburner';
      return null;
    case 'unbackburn':
      if (report.state !== 'backburner') return 'the report is on no back burner';
      report.state = 'introduced';
      return null;
    case 'relate':
    case 'relatebrief':
      if (argument === '') return 'it names nothing to relate';
      report.related.add(argument.split(/\s/)[0]!);
      return null;
    case 'unrelate':
      return report.related.delete(argument.split(/\s/)[0]!) ? null : 'nothing was related by that name';
    case 'poke':
    case 'ignore-activity':
    case 'note':
    case 'from':
    case 'report':
      return null;
    case '^backmonitor':
      return 'it is documented, but regzbot has no handler for it';
    default:
      return 'regzbot knows no such command';
  }
}

/** The first mainline release that has the change that a fix names, by its hash or the beginning of one, or its subject. */
function firstMainline(model: Model, fix: string): string | null {
  const hash = /^[0-9a-f]{8,40}\b/.exec(fix)?.[0];
  for (const [change, event] of model.changes) {
    const named = hash === undefined ? event.payload.subject === fix : change.startsWith(hash);
    if (named) return model.graph.firstIn(change, 'mainline');
  }
  return null;
}
