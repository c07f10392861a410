import type { Fixes, LinkingCommit } from './tracking-fixes.ts';
import type { Mention } from './tracking-mentions.ts';
import { Report } from './tracking-report.ts';
import { resolveSection, type Command, type Section } from './tracking-section.ts';
import { isMessage, placeOf, type ThreadMessage, type Threads } from './tracking-threads.ts';
import { addTo, grouped } from '../../store/grouping.ts';

/** A command that could not be applied, and why. */
export interface UnappliedCommand {
  readonly message: string;
  readonly command: string;
  readonly argument: string;
  readonly why: string;
  readonly event: string;
}

/** These act on the report that a duplicate stands for, too. */
const ALSO_ON_TOPMOST = new Set([
  'backburn',
  'fix',
  'from',
  'inconclusive',
  'introduced',
  'invalid',
  'resolve',
  'title',
  'unbackburn',
  'unrelate',
]);

/** A command as its section gives it, and when its mail was written. */
interface Order {
  readonly event: Command;
  readonly command: string;
  readonly argument: string;
  readonly at: string;
}

/** What a report is related to. */
interface Relation {
  readonly link: string;
  readonly title: string;
  /** Whether what is written there belongs to the report from now on. */
  readonly isFollowed: boolean;
  readonly at: string;
}

/** Applies mails and commits, one by one, in their order. */
export class Replay {
  readonly reports = new Map<string, Report>();
  readonly unapplied: UnappliedCommand[] = [];
  private readonly threads: Threads;
  private readonly known: Fixes;
  /** Commits that link to what nobody has told the tracker of yet. */
  private readonly early = new Map<string, LinkingCommit[]>();

  constructor(threads: Threads, known: Fixes) {
    this.threads = threads;
    this.known = known;
  }

  /** Takes a mail: what it belongs to, what it commands, and which reports it links to. */
  message(id: string, commands: readonly Command[], links: readonly string[]): void {
    const mail = this.threads.messages.get(id);
    const at = mail?.at ?? commands[0]?.knownAt ?? '';
    const given = [...(commands[0]?.payload.thread ?? [])].reverse();
    const quiet = commands.some((c) => ['ignore-activity', 'poke'].includes(c.payload.command));
    if (!quiet)
      for (const monitor of this.threads.monitorsOf(id, given)) {
        this.threads.note(id, monitor);
        const report = this.reports.get(monitor.report);
        if (report) report.lastActivity = at;
      }
    for (const section of sectionsIn(commands)) this.section(resolveSection(section, this.threads), at);
    if (!mail) return;
    this.expected(mail);
    for (const link of links) this.linked(mail, link);
  }

  /** Takes a merged commit: it fixes the reports that it links to, also those that are told of later. */
  commit(commit: LinkingCommit): void {
    for (const link of commit.links) {
      const place = placeOf(link);
      if (place === null) continue;
      const report = this.reports.get(this.threads.reportAt(place) ?? '');
      if (report) this.fixedBy(report, commit);
      else addTo(this.early, place, commit);
    }
  }

  /** Takes what names the culprit of a report in a `Fixes:`, whether it came before the report or after. */
  mention({ what, at, by, event, fixes }: Mention): void {
    for (const r of this.reports.values()) {
      const culprit = /^[0-9a-f]{8,40}/.exec(r.introduced)?.[0] ?? '';
      if (culprit === '' || r.history.some((step) => step.event === event)) continue;
      if (!fixes.some((hash) => hash.startsWith(culprit) || culprit.startsWith(hash))) continue;
      r.history.push({ at, command: 'note', argument: `${what} says that it fixes the culprit`, by, event });
    }
  }

  private fixedBy(report: Report, commit: LinkingCommit): void {
    const { change, at, event, by } = commit;
    if (!this.known.mayFix(commit, this.known.lineToFix(report.introduced))) {
      const argument = `${change.slice(0, 12)} of another line refers to it`;
      report.history.push({ at, command: 'note', argument, by, event });
      return;
    }
    for (const r of [report, ...this.topmostOf(report)]) {
      if (r.fixes.some((f) => f.hash === change)) continue;
      r.fix(change);
      if (at > r.lastActivity) r.lastActivity = at;
      r.history.push({ at, command: 'fix', argument: change, by, event });
    }
  }

  private section({ place, report: id, commands, lost }: Section, at: string): void {
    let report = id === null ? undefined : this.reports.get(id);
    for (const written of commands) {
      const order = { ...written, at };
      if (lost !== null) this.refuse(order.event, lost);
      else if (report !== undefined) this.carryOut(report, order);
      else {
        report = this.openedBy(order, place);
        if (report === undefined)
          this.refuse(
            order.event,
            'its thread is not tracked: no mail before it says what was introduced when',
          );
      }
    }
  }

  /** The report that a command opens where none is; undefined for one that opens none. */
  private openedBy(order: Order, place: string): Report | undefined {
    const { command, argument } = order;
    if (command === 'introduced') {
      const report = this.open(order, place, argument);
      this.keep(report, order);
      return report;
    }
    if (command !== 'duplicate') return undefined;
    const other = this.reports.get(this.threads.reportAt(placeOf(argument.split(/\s/)[0]!) ?? '') ?? '');
    if (!other) return undefined;
    const report = this.open(order, place, other.introduced);
    this.join(other, report);
    this.keep(report, order);
    return report;
  }

  /** Applies a command to a report and, if it is such a one, to what this is a duplicate of. */
  private carryOut(report: Report, order: Order): void {
    const why = this.apply(report, order);
    if (why !== null) {
      this.refuse(order.event, why);
      return;
    }
    this.keep(report, order);
    if (!ALSO_ON_TOPMOST.has(order.command)) return;
    for (const top of this.topmostOf(report)) if (this.apply(top, order) === null) this.keep(top, order);
  }

  private open(order: Order, place: string, introduced: string): Report {
    const { event, at } = order;
    const mail = this.threads.messages.get(place);
    const teller = this.threads.messages.get(event.payload.message);
    const made = new Report(
      place,
      mail?.at ?? at,
      (mail ?? teller)?.subject.replace(/^ *\[regression\] */i, '') ?? '',
      mail?.from ?? event.payload.by,
      introduced,
    );
    this.reports.set(place, made);
    if (event.payload.command !== 'introduced')
      this.keep(made, { ...order, command: 'introduced', argument: introduced });
    this.threads.watch(place, place, at);
    for (const commit of this.early.get(place) ?? []) this.fixedBy(made, commit);
    return made;
  }

  /** Applies a command to a report; gives why it cannot be, or null. */
  private apply(r: Report, order: Order): string | null {
    const { command, argument, at } = order;
    const [link = '', ...title] = argument.split(/\s+/);
    switch (command) {
      case 'introduced':
        r.introduce(argument);
        return null;
      case 'title':
        if (argument === '') return 'it has no title';
        r.title = argument;
        return null;
      case 'fix':
        if (argument === '') return 'it names no fix';
        r.fix(argument);
        return null;
      case 'duplicate':
        return this.duplicates(r, order);
      case 'resolve':
        r.solve('resolved', argument);
        return null;
      case 'invalid':
      case 'inconclusive':
        r.solve(command, argument);
        return null;
      case 'backburn':
        r.backburner = argument;
        return null;
      case 'unbackburn':
        r.backburner = null;
        return null;
      case 'relate':
      case 'relatebrief':
        return this.relate(r, { link, title: title.join(' '), isFollowed: command === 'relate', at });
      case 'unrelate':
        return this.unrelate(r, link);
      case 'from':
        if (argument === '') return 'it names nobody';
        r.by = argument;
        return null;
      case 'poke':
        r.lastPoke = at;
        return null;
      case 'ignore-activity':
      case 'note':
        return null;
      case '^backmonitor':
        return 'it is documented, but regzbot has no handler for it';
      default:
        return 'regzbot knows no such command';
    }
  }

  private duplicates(r: Report, order: Order): string | null {
    const { event, argument, at } = order;
    const places = argument.split(/\s+/).filter((word) => word !== '');
    if (places.length === 0) return 'it names no other report';
    for (const link of places) {
      const place = placeOf(link);
      if (place === null) return `${link} leads to no mail`;
      const tracked = this.reports.get(this.threads.reportAt(place) ?? '');
      if (tracked === r) continue;
      const other = tracked ?? this.open(order, place, r.introduced);
      if (!tracked && !isMessage(place)) other.title = r.title;
      this.join(r, other);
      other.history.push({
        at,
        command: 'duplicate',
        argument: r.report,
        by: event.payload.by,
        event: event.id,
      });
      for (const commit of tracked ? [] : (this.early.get(place) ?? [])) this.fixedBy(other, commit);
    }
    return null;
  }

  /** Of two reports of one regression the younger is the duplicate. */
  private join(a: Report, b: Report): void {
    const [older, younger] = a.at < b.at ? [a, b] : [b, a];
    younger.duplicateOf = older.report;
  }

  private topmostOf(r: Report): readonly Report[] {
    const seen = new Set([r]);
    let at = r;
    while (at.duplicateOf !== null) {
      const up = this.reports.get(at.duplicateOf);
      if (!up || seen.has(up)) break;
      seen.add(up);
      at = up;
    }
    return at === r ? [] : [at];
  }

  private relate(r: Report, { link, title, isFollowed, at }: Relation): string | null {
    if (link === '') return 'it names nothing to relate';
    const place = placeOf(link);
    if (place === null) return `${link} leads to no mail`;
    r.related.set(place, title);
    if (isFollowed && isMessage(place)) {
      r.monitored.add(place);
      this.threads.watch(place, r.report, at);
    }
    return null;
  }

  private unrelate(r: Report, link: string): string | null {
    const place = placeOf(link);
    if (place === null) return `${link} leads to no mail`;
    const watched = this.threads.unwatch(place, r.report);
    r.monitored.delete(place);
    return r.related.delete(place) || watched ? null : 'nothing was related by that name';
  }

  /** A mail with the subject of a fix that is waited for is about the report. */
  private expected(mail: ThreadMessage): void {
    const plain = mail.subject.replace(/^\s*(?:\[[^\]]*\]\s*)+/, '').toLowerCase();
    if (plain === '') return;
    for (const r of this.reports.values())
      if (r.solved === 'to-be-fixed' && r.fixes[0]?.subject?.toLowerCase() === plain) this.follow(r, mail);
  }

  private linked(mail: ThreadMessage, link: string): void {
    const place = placeOf(link);
    const report = place === null ? undefined : this.reports.get(this.threads.reportAt(place) ?? '');
    if (report) this.follow(report, mail);
  }

  private follow(r: Report, { id, at, subject, from, event }: ThreadMessage): void {
    if (this.threads.monitorsOf(id).some((m) => m.report === r.report)) return;
    this.relate(r, { link: id, title: subject, isFollowed: true, at });
    r.lastActivity = at;
    r.history.push({ at, command: 'relate', argument: id, by: from, event });
  }

  private keep(r: Report, { event: { id, knownAt, payload }, command, argument }: Order): void {
    if (command !== 'ignore-activity')
      r.history.push({ at: knownAt, command, argument, by: payload.by, event: id });
  }

  private refuse({ id, payload }: Command, why: string): void {
    const { message, command, argument = '' } = payload;
    this.unapplied.push({ message, command, argument, why, event: id });
  }
}

function sectionsIn(commands: readonly Command[]): readonly (readonly Command[])[] {
  return [...grouped(commands, (c) => c.payload.section ?? 0).values()];
}
