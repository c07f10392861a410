import type { Diagnostic } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { excerptOf, isObject } from '../results/json-shape.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { eventOf } from './events.ts';
import { checkOf, type Version } from './schema.ts';
import { takenApart } from './submission.ts';
import { upgraded, WAIVED_ISSUE } from './upgrade.ts';

const FORMAT = 'kcidb';
/** Events are handed on when there are so many. */
const PAGE = 1000;
const LONGEST_REJECT = 4000;

const LISTS = /"(checkouts|builds|tests|issues|incidents|revisions)"/;

/**
 * Reads submissions to KCIDB, versions 3.0 to 5.3. Each object is checked against the version that the submission
 * declares, led to the newest version, and becomes an event; what fails is a reject with its place. Tests name their
 * builds, builds their checkouts; the log joins them whichever comes first.
 */
export const kcidbImporter: Importer = {
  format: FORMAT,
  version: 3,
  says: 'submissions to KCIDB (KernelCI), versions 3.0 to 5.3',
  unit: 'file',
  sniff(head) {
    if (!/^\s*\{/.test(head)) return 0;
    if (/"version"\s*:\s*\{\s*"(major|minor)"\s*:\s*\d/.test(head)) return LISTS.test(head) ? 0.95 : 0.6;
    return new RegExp(`^\\s*\\{\\s*${LISTS.source}\\s*:\\s*\\[`).test(head) ? 0.7 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readSubmission(entry, context);
  },
};

async function* readSubmission(entry: SourceEntry, { hints }: ImportContext): AsyncGenerator<Produced> {
  const submission = takenApart(entry, await wholeJson(entry));
  const { version } = submission;
  const knownAt = hints.knownAt ?? null;
  let events: NewEvent[] = [];
  let waived = false;
  const addresses = new OddAddresses(entry);
  const reject = (key: string, reason: string, object?: unknown) =>
    events.push(
      rejected(entry, FORMAT, hints, {
        key,
        reason,
        excerpt: withoutSignatures(excerptOf(object, LONGEST_REJECT)),
      }),
    );
  for (const key of submission.unknownKeys)
    reject(`/${key}`, `"${key}" is no list of a submission of version ${inWords(version)}`);
  for (const { kind, name, objects } of submission.lists) {
    const check = checkOf(kind, version);
    for (const [index, object] of objects.entries()) {
      const pointer = `/${name}/${index}`;
      const at = { locator: `${entry.name}#${pointer}`, knownAt };
      const wrong = check(object);
      const led = wrong !== null || !isObject(object) ? null : upgraded(kind, object, version);
      if (led === null) reject(pointer, wrong ?? 'no object', object);
      else if (led.refused !== undefined) reject(pointer, led.refused, object);
      else {
        addresses.look(led.object.log_url, pointer);
        const event = eventOf(kind, led.object, at);
        if (event === null) reject(pointer, 'an incident of no build and no test', object);
        else events.push(event);
        if (led.waiver !== undefined) {
          if (!waived) events.push(eventOf('issue', WAIVED_ISSUE, at)!);
          waived = true;
          events.push(eventOf('incident', led.waiver, at)!);
        }
      }
      if (events.length >= PAGE) {
        yield { entry, events };
        events = [];
      }
    }
  }
  yield { entry, events, warnings: addresses.warnings };
}

/** What is rejected is kept as it was, but for the signatures in addresses of logs. */
function withoutSignatures(excerpt: string): string {
  return excerpt.replace(/(url":"[^"?#\\]*)[?#][^"\\]*/g, '$1');
}

function inWords(version: Version): string {
  return `${Math.floor(version / 100)}.${version % 100}`;
}

/** Notes addresses of logs that are none (`build.log`): they are kept as they are, and told once a file. */
class OddAddresses {
  private count = 0;
  private first = '';
  private readonly entry: SourceEntry;

  constructor(entry: SourceEntry) {
    this.entry = entry;
  }

  look(url: unknown, pointer: string): void {
    if (typeof url !== 'string' || url.startsWith('https:') || /^[a-z][a-z0-9+.-]*:/i.test(url)) return;
    if (this.count++ === 0) this.first = `${pointer}/log_url is ${JSON.stringify(url.slice(0, 100))}`;
  }

  get warnings(): readonly Diagnostic[] {
    if (this.count === 0) return [];
    const more = this.count === 1 ? '' : `, and ${this.count - 1} more`;
    return [
      { severity: 'warning', message: `${this.first}, no address${more}`, place: { file: this.entry.name } },
    ];
  }
}
