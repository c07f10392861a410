import type { EventType } from '../../store/events/catalogue.ts';
import { newEvent, type NewEvent, type TypedNewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';
import { defined } from '../results/result-run.ts';
import type { Message } from './message/message.ts';
import type { RegzbotCommand } from './regzbot.ts';
import type { Report } from './reports/report.ts';
import type { SyzCommand } from './syz-commands.ts';
import { patchTag, stableNews } from './stable.ts';
import { fixedCommit, stableLines, trailersOf, type Trailer } from './trailers.ts';

/** So much of a mail's text is kept, in letters. */
export const LONGEST_BODY = 262_144;
/** Trailers that say something of the mail that they answer. */
const TELLING = /^(?:Tested|Reported|Reviewed|Acked|Bisected|Debugged|Fixes|Closes|Link|Buglink|Reverts)/i;
const WORD = /\S+/y;
/** `+++ b/net/core/dev.c`; what is looked for first is short: the engine looks for more than six letters in another way, which takes longer. */
const PLUSSES = '\n+++';
const NEW_FILE = '\n+++ b/';
/** Frozen: to what is copied of another object first, the engine of Node 20 adds each further field in a microsecond. */
const common = Object.freeze({ confidence: 'verified', rev: 1 } as const);

/** Where a message is known from: its message-id, its date, and its place in the carrier. */
export interface Cited {
  readonly source: string;
  readonly knownAt: string | null;
  readonly locator: string;
}

/** Makes the events of one message. */
export class Statements {
  readonly events: NewEvent[] = [];
  private readonly message: Message;
  private readonly cited: Cited;

  constructor(message: Message, cited: Cited) {
    this.message = message;
    this.cited = cited;
  }

  private put<T extends EventType>(type: T, stream: string, payload: TypedNewEvent<T>['payload']): void {
    const { source, knownAt, locator } = this.cited;
    this.events.push(
      newEvent({ type, stream: `mail/${source}${stream}`, source, knownAt, locator, payload }),
    );
  }

  /** The message itself, with its text and the hash of that: archives change headers, not what was said. */
  archive(): void {
    const { id, from, date, subject, inReplyTo, references, headers, text } = this.message;
    const payload: TypedNewEvent<'MessageArchived'>['payload'] = { ...common, from, sha256: sha256(text) };
    // Field by field, of each mail: to copy them from objects that hold one takes a microsecond each.
    if (id !== null) payload.messageId = id;
    if (date !== null) payload.date = date;
    if (subject !== '') payload.subject = subject;
    if (inReplyTo !== null) payload.inReplyTo = inReplyTo;
    if (text !== '') payload.body = text.slice(0, LONGEST_BODY);
    if (references.length > 0) payload.references = [...references];
    if (headers.length > 0) payload.headers = [...headers];
    this.put('MessageArchived', '', payload);
  }

  /** What trailers say: a patch is a change that fixes others, a reply speaks of the mail that it answers. */
  trailers(): void {
    const { id, subject, text } = this.message;
    const trailers = trailersOf(text);
    const news = stableNews(subject, text);
    if (news) this.fix(`/stable/${news.line}/${news.change}`, news.change, news.status, news.line);
    if (id !== null && isPatch(this.message)) {
      // A change that is upstream already is no new one.
      if (!news) this.patch(id, trailers);
      return;
    }
    trailers
      .filter((t) => TELLING.test(t.key))
      .forEach((t, i) => {
        this.put('NoteAdded', `/trailer/${i}`, {
          ...common,
          about: this.message.inReplyTo ?? this.cited.source,
          by: this.message.from,
          text: `${t.key}: ${t.value}`,
        });
      });
  }

  private patch(id: string, trailers: readonly Trailer[]): void {
    const { subject, from, date, text } = this.message;
    this.put('ChangeRecorded', '/change', {
      ...common,
      change: id,
      subject: plainSubject(subject),
      author: from,
      ...defined({ authorDate: date ?? undefined }),
      ...filesOf(text),
      ...(trailers.length > 0 ? { trailers: [...trailers] } : {}),
    });
    const fixed = trailers.flatMap((t) => (t.key === 'Fixes' ? (fixedCommit(t.value) ?? []) : []));
    for (const commit of new Set(fixed))
      if (commit.length === 40)
        this.put('CulpritClaimed', `/fixes/${commit}`, {
          ...common,
          by: from,
          change: commit,
          role: 'culprit',
          method: 'fixes-trailer',
        });
    const asked = trailers
      .flatMap((t) => (t.key === 'Cc' ? [stableLines(t.value)] : []))
      .filter((l) => l !== null);
    const lines = new Set(asked.flat());
    for (const line of lines) this.fix(`/stable/${line}`, id, 'posted', line);
    if (asked.length > 0 && lines.size === 0) this.fix('/stable', id, 'posted');
  }

  private fix(
    stream: string,
    change: string,
    status: 'posted' | 'queued' | 'failed-to-apply',
    line?: string,
  ): void {
    this.put('FixClaimed', stream, {
      ...common,
      by: this.message.from,
      change,
      where: 'kernel',
      status,
      ...(line === undefined ? { what: 'asks for stable without a version' } : { line }),
    });
  }

  /** Commands to regzbot; `introduced` with a release or a commit is a claim as well. */
  commands(commands: readonly RegzbotCommand[]): void {
    const { from: by, id, references, inReplyTo } = this.message;
    const thread = [...new Set([...references, ...(inReplyTo === null ? [] : [inReplyTo])])];
    commands.forEach(({ command, argument, section, parent }, order) => {
      this.put('TrackingCommandGiven', `/regzbot/${order}`, {
        ...common,
        message: id ?? this.cited.source,
        by,
        command,
        order,
        ...(argument === '' ? {} : { argument }),
        ...(section > 0 ? { section } : {}),
        ...(parent ? { parent } : {}),
        ...(thread.length > 0 ? { thread } : {}),
      });
      const claim = command === 'introduced' ? introducedClaim(argument) : null;
      if (claim)
        this.put('BreakageClaimed', `/regzbot/${order}/claim`, { ...common, by, says: 'broken', ...claim });
    });
  }

  /** Commands to syzbot: what they say of a bug's life is a claim, the rest a note about the bug. */
  syzCommands(commands: readonly SyzCommand[]): void {
    const by = this.message.from;
    commands.forEach(({ command, argument, about }, order) => {
      const stream = `/syz/${order}`;
      const bug = about ?? this.cited.source;
      if (command === 'fix' && argument !== '') {
        const hash = /^[0-9a-f]{40}\b/.exec(argument)?.[0];
        this.put('FixClaimed', stream, {
          ...common,
          by,
          where: 'kernel',
          status: 'posted',
          what: argument,
          note: `of ${bug}`,
          ...defined({ change: hash }),
        });
      } else if (command === 'dup' && argument !== '')
        this.put('DuplicateClaimed', stream, { ...common, by, report: bug, of: argument });
      else if (command === 'invalid')
        this.put('BreakageClaimed', stream, { ...common, by, says: 'not-a-regression', note: bug });
      else
        this.put('NoteAdded', stream, {
          ...common,
          about: bug,
          by,
          text: `#syz ${command} ${argument}`.trim(),
        });
    });
  }

  /** What a report mail of a CI tells. */
  report({ runs, culprits, breakages, fixes = [], notes }: Report, place: string): void {
    const by = this.message.from;
    runs.forEach(({ results, totals, origin, ...facts }, i) => {
      this.put('RunObserved', `/${place}/run/${i}`, {
        rev: 1,
        origin,
        ...defined(facts),
        ...(totals === undefined ? {} : { totals }),
        results: numbered(results),
      });
    });
    culprits.forEach(({ change, role, note, archs }) => {
      this.put('CulpritClaimed', `/${place}/culprit/${change}`, {
        ...common,
        by,
        change,
        role,
        method: 'bisect',
        ...defined({ note }),
        ...(archs === undefined ? {} : { archs: [...archs] }),
      });
    });
    breakages.forEach(({ says, note, archs, releases, lastGood, introducedBy }, i) => {
      this.put('BreakageClaimed', `/${place}/breakage/${i}`, {
        ...common,
        by,
        says,
        note: note.slice(0, 2000),
        ...defined({ lastGood, introducedBy }),
        ...(archs === undefined ? {} : { archs: [...archs] }),
        ...(releases === undefined ? {} : { releases: [...releases] }),
      });
    });
    fixes.forEach(({ change, status, note }) => {
      this.put('FixClaimed', `/${place}/fix/${change}`, {
        ...common,
        by,
        change,
        where: 'kernel',
        status,
        note,
      });
    });
    notes.forEach(({ about: written, text }, i) => {
      // A mail without a message-id is told by its subject, and one without that, too, by its bytes.
      const about = written === '' ? this.cited.source : written;
      this.put('NoteAdded', `/${place}/note/${i}`, { ...common, about, by, text: text.slice(0, 2000) });
    });
  }
}

function numbered(
  results: Report['runs'][number]['results'],
): TypedNewEvent<'RunObserved'>['payload']['results'] {
  const seen = new Map<string, number>();
  return results.map((result) => {
    // A name of nothing but signs leaves no name.
    const test = result.test || UNNAMED_TEST;
    const occurrence = (seen.get(test) ?? 0) + 1;
    seen.set(test, occurrence);
    return { ...result, test, ...(occurrence > 1 ? { occurrence } : {}) };
  });
}

/** `v6.18..v6.19-rc1`, a commit in full, or anything else, which only the tracker keeps. */
function introducedClaim(
  argument: string,
): { releases?: string[]; lastGood?: string; introducedBy?: string } | null {
  const word = argument.split(/\s/)[0] ?? '';
  if (/^[0-9a-f]{40}$/.test(word)) return { introducedBy: word };
  const [from, to] = word
    .split('..')
    .map((name) => (/^(?:v?\d|next-\d)/.test(name) ? canonicalRelease(name) : null));
  if (to === undefined || to === null) return null;
  return { releases: [to], ...(from === null || from === undefined ? {} : { lastGood: from }) };
}

function isPatch({ subject, text }: Message): boolean {
  return patchTag(subject) !== null && /^(?:diff --git |--- a\/|--- \/dev\/null)/m.test(text);
}

function plainSubject(subject: string): string {
  return subject.replace(/^\s*(?:\[[^\]]*\]\s*)+/, '').trim() || subject || 'no subject';
}

function filesOf(text: string): { files?: string[] } {
  const files = new Set<string>();
  for (let at = text.indexOf(PLUSSES); at !== -1; at = text.indexOf(PLUSSES, at + 1)) {
    if (!text.startsWith(NEW_FILE, at)) continue;
    WORD.lastIndex = at + NEW_FILE.length;
    const found = WORD.exec(text);
    if (found) files.add(found[0]);
  }
  return files.size > 0 ? { files: [...files] } : {};
}
