import { addTo } from '../../store/grouping.ts';

/** A mail as far as threads go. */
export interface ThreadMessage {
  /** `<id@host>`. */
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  readonly from: string;
  /** The messages that it answers, nearest first. */
  readonly ancestors: readonly string[];
  /** The event that archived it. */
  readonly event: string;
}

/** A place that is watched for a report: the report itself, or a discussion that somebody linked to it. */
export interface Monitor {
  /** A message-id, or the URL of what is no mail. */
  readonly entry: string;
  readonly report: string;
}

/** Threads of mail, and which of them belong to which report. */
export class Threads {
  readonly messages: ReadonlyMap<string, ThreadMessage>;
  private readonly children = new Map<string, string[]>();
  private readonly monitors = new Map<string, Monitor[]>();
  /** Messages that count as activity of a monitor, the oldest monitor first. */
  private readonly activity = new Map<string, Monitor[]>();

  constructor(messages: ReadonlyMap<string, ThreadMessage>) {
    this.messages = messages;
    for (const { id, ancestors } of messages.values())
      for (const above of ancestors) {
        addTo(this.children, above, id);
      }
  }

  /** The messages above one, nearest first, through messages that name only the one before. */
  ancestorsOf(id: string, given: readonly string[] = []): readonly string[] {
    const found = new Set<string>();
    const ask = [...(this.messages.get(id)?.ancestors ?? given)];
    for (let above = ask.shift(); above !== undefined; above = ask.shift()) {
      if (above === id || found.has(above)) continue;
      found.add(above);
      ask.push(...(this.messages.get(above)?.ancestors ?? []));
    }
    return [...found];
  }

  /** Begins to watch a place for a report; what was answered there until `at` is its activity already. */
  watch(entry: string, report: string, at: string): void {
    if (this.isWatched(entry, report)) return;
    const monitor = { entry, report };
    addTo(this.monitors, entry, monitor);
    this.note(entry, monitor);
    for (const below of this.below(entry))
      if ((this.messages.get(below)?.at ?? '') <= at) this.note(below, monitor);
  }

  /** The messages below one, also those that name only the one before them. */
  private below(entry: string): ReadonlySet<string> {
    const found = new Set<string>();
    const ask = [...(this.children.get(entry) ?? [])];
    for (let id = ask.pop(); id !== undefined; id = ask.pop()) {
      if (id === entry || found.has(id)) continue;
      found.add(id);
      ask.push(...(this.children.get(id) ?? []));
    }
    return found;
  }

  unwatch(entry: string, report: string): boolean {
    const watched = this.monitors.get(entry) ?? [];
    const gone = watched.find((m) => m.report === report && m.entry !== report);
    if (gone === undefined) return false;
    this.monitors.set(
      entry,
      watched.filter((m) => m !== gone),
    );
    for (const [id, list] of this.activity)
      if (list.includes(gone))
        this.activity.set(
          id,
          list.filter((m) => m !== gone),
        );
    return true;
  }

  isWatched(entry: string, report: string): boolean {
    return (this.monitors.get(entry) ?? []).some((m) => m.report === report);
  }

  /** The report that a place is watched for. */
  reportAt(entry: string): string | null {
    return this.monitors.get(entry)?.[0]?.report ?? null;
  }

  /** What watches a message: its own place first, then what its nearest ancestors are activity of. */
  monitorsOf(id: string, given: readonly string[] = []): readonly Monitor[] {
    const found = new Set<Monitor>(this.monitors.get(id)?.slice(0, 1));
    for (const above of this.ancestorsOf(id, given)) {
      const first = this.activity.get(above)?.[0];
      if (first) found.add(first);
    }
    return [...found];
  }

  /** The messages that count as activity of a report, wherever they were written, the oldest first. */
  activityOf(report: string): readonly string[] {
    const found = [...this.activity].filter(([, list]) => list.some((m) => m.report === report));
    const at = (id: string) => this.messages.get(id)?.at ?? '';
    return found.map(([id]) => id).sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : a < b ? -1 : 1));
  }

  note(id: string, monitor: Monitor): void {
    const list = this.activity.get(id);
    if (!list) this.activity.set(id, [monitor]);
    else if (!list.includes(monitor)) list.push(monitor);
  }
}

/**
 * Tells what a link points to: the message-id of a mail in an archive, else the link itself. Null where it is in an archive of
 * mail and names no mail.
 */
export function placeOf(link: string): string | null {
  const url = link.replace(/(?<![>.,;)])[>.,;)]+$/, '');
  if (/^<[^<>\s]+>$/.test(link)) return link;
  const archive = /^https?:\/\/(?:lore|lkml)\.kernel\.org\/([^?#]*)/i.exec(url);
  if (!archive) return url.replace(/\/$/, '');
  const id = archive[1]!.split('/')[1];
  if (id === undefined || id === '') return null;
  try {
    return `<${decodeURIComponent(id)}>`;
  } catch {
    return `<${id}>`;
  }
}

/** Whether a place is a mail. */
export function isMessage(place: string): boolean {
  return place.startsWith('<');
}
