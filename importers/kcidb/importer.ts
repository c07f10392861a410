import type { Diagnostic } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, ImportHints, Importer, Produced, SourceEntry } from '../importer.ts';
import { cutReject } from '../results/cut-json.ts';
import { excerptOf, isObject } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { eventOf } from './events.ts';
import { checkOf, type Kind, type Version } from './schema.ts';
import { openSubmission } from './submission.ts';
import { upgraded, WAIVED_ISSUE } from './upgrade.ts';

const FORMAT = 'kcidb';
/** The size of a page of events. */
const PAGE = 1000;

const LISTS = /"(checkouts|builds|tests|issues|incidents|revisions)"/;

/**
 * Reads submissions to KCIDB, versions 3.0 to 5.3. Each object is checked against the version that the submission
 * declares, converted to the newest version, and becomes an event; one that fails is a reject with its place. Tests name their
 * builds, builds their checkouts; the log joins them whichever comes first.
 */
export const kcidbImporter: Importer = {
  format: FORMAT,
  version: 5,
  says: 'submissions to KCIDB (KernelCI), versions 3.0 to 5.3',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (!/^\s*\{/.test(head)) return 0;
    if (/"version"\s*:\s*\{\s*"(major|minor)"\s*:\s*\d/.test(head)) return LISTS.test(head) ? 0.95 : 0.6;
    return new RegExp(`^\\s*\\{\\s*${LISTS.source}\\s*:\\s*\\[`).test(head) ? 0.7 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readSubmission(entry, context);
  },
};

async function* readSubmission(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const { version, parts } = await openSubmission(entry, progress);
  const reader = new ObjectReader(entry, hints, version);
  let taken = 0;
  for await (const part of parts) {
    if ('unknownKey' in part) {
      const { unknownKey: key } = part;
      reader.reject(`/${key}`, `"${key}" is no list of a submission of version ${inWords(version)}`);
      continue;
    }
    if ('cut' in part) {
      if (taken === 0) throw part.cut.error;
      yield { entry, events: [...reader.take(), cutReject(entry, FORMAT, hints, part.cut)] };
      continue;
    }
    const { kind, name, first, objects } = part;
    taken += objects.length;
    const check = checkOf(kind, version);
    for (let index = 0; index < objects.length; index++) {
      const object = objects[index];
      reader.read(kind, object, check(object), `/${name}/`, first + index);
      if (reader.isFull) yield { entry, events: reader.take() };
    }
  }
  yield { entry, events: reader.take(), warnings: reader.warnings };
}

/** Makes the events of the objects of one submission. */
class ObjectReader {
  private events: NewEvent[] = [];
  private waived = false;
  private readonly addresses: OddAddresses;
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly version: Version;

  constructor(entry: SourceEntry, hints: ImportHints, version: Version) {
    this.entry = entry;
    this.hints = hints;
    this.version = version;
    this.addresses = new OddAddresses(entry);
  }

  get isFull(): boolean {
    return this.events.length >= PAGE;
  }

  get warnings(): readonly Diagnostic[] {
    return this.addresses.warnings;
  }

  /** Takes the events that were made since the last call. */
  take(): readonly NewEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  reject(key: string, reason: string, object?: unknown): void {
    const excerpt = withoutSignatures(excerptOf(object, LONGEST_REJECT));
    this.events.push(rejected(this.entry, FORMAT, this.hints, { key, reason, excerpt }));
  }

  /**
   * @param wrong what is wrong with the object; null where nothing is
   * @param list the JSON pointer to its list, with a slash at its end
   */
  read(kind: Kind, object: unknown, wrong: string | null, list: string, index: number): void {
    if (wrong !== null || !isObject(object)) {
      this.reject(`${list}${index}`, wrong ?? 'no object', object);
      return;
    }
    const led = upgraded(kind, object, this.version);
    if (led.refused !== undefined) {
      this.reject(`${list}${index}`, led.refused, object);
      return;
    }
    // Put together once: objects come by the million.
    const at = { locator: `${this.entry.name}#${list}${index}`, knownAt: this.hints.knownAt ?? null };
    this.addresses.look(led.object.log_url, list, index);
    const event = eventOf(kind, led.object, at);
    if (event === null) this.reject(`${list}${index}`, 'an incident of no build and no test', object);
    else this.events.push(event);
    if (led.waiver !== undefined) {
      if (!this.waived) this.events.push(eventOf('issue', WAIVED_ISSUE, at)!);
      this.waived = true;
      this.events.push(eventOf('incident', led.waiver, at)!);
    }
  }
}

/** A rejected object is kept as it was, without the signatures in addresses of logs. */
function withoutSignatures(excerpt: string): string {
  return excerpt.replace(/(url":"[^"?#\\]*)[?#][^"\\]*/g, '$1');
}

function inWords(version: Version): string {
  return `${Math.floor(version / 100)}.${version % 100}`;
}

/** Collects addresses of logs that are no URLs (`build.log`): they are kept as they are, with one warning for the file. */
class OddAddresses {
  private count = 0;
  private first = '';
  private readonly entry: SourceEntry;

  constructor(entry: SourceEntry) {
    this.entry = entry;
  }

  look(url: unknown, list: string, index: number): void {
    if (typeof url !== 'string' || url.startsWith('https:') || /^[a-z][a-z0-9+.-]*:/i.test(url)) return;
    if (this.count++ === 0) this.first = `${list}${index}/log_url is ${JSON.stringify(url.slice(0, 100))}`;
  }

  get warnings(): readonly Diagnostic[] {
    if (this.count === 0) return [];
    const more = this.count === 1 ? '' : `, and ${this.count - 1} more`;
    return [
      { severity: 'warning', message: `${this.first}, no address${more}`, place: { file: this.entry.name } },
    ];
  }
}
