import * as v from 'valibot';
import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, Importer, SourceEntry } from '../importer.ts';
import { excerptOf, pointer } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { silentLines } from './silent-lines.ts';
import { datedRelease, lineEvent, releaseEvents, type ListedRelease } from './release-events.ts';

const FORMAT = 'endoflife';
const SOURCE = 'https://endoflife.date/linux';

const version = v.looseObject({ name: v.string(), date: v.nullish(v.string()) });
const versions = v.looseObject({ versions: v.record(v.string(), v.unknown()) });

/**
 * Reads `releases/linux-kernel.json` of endoflife-date/release-data: every version with its day, in an object whose order
 * says nothing; the oldest form has days only, `{"6.1": "2022-12-11"}`. Release candidates are not in it.
 */
export const endoflifeImporter: Importer = {
  format: FORMAT,
  version: 1,
  says: 'all versions with dates, as endoflife.date collects them',
  unit: 'file',
  sniff: (head) => (/^\s*\{/.test(head) && /"versions"\s*:\s*\{\s*(\}|"v?\d+\.\d+)/.test(head) ? 0.9 : 0),
  async *read(entries, { hints }) {
    for (const entry of entries) yield { entry, events: eventsOf(entry, await wholeJson(entry), hints) };
  },
};

function eventsOf(entry: SourceEntry, json: unknown, hints: ImportHints): readonly NewEvent[] {
  const whole = v.safeParse(versions, json);
  if (!whole.success) throw refusedFile(entry.name, 'it has no object "versions"');
  const rejects: NewEvent[] = [];
  const found: ListedRelease[] = [];
  for (const [name, of] of Object.entries(whole.output.versions)) {
    const at = pointer('versions', name);
    const release = releaseOf(name, of, at);
    if (release !== null) found.push(release);
    else {
      const excerpt = excerptOf(of, LONGEST_REJECT);
      const reason = 'no kernel version with a date';
      rejects.push(rejected(entry, FORMAT, hints, { key: at, reason, excerpt }));
    }
  }
  const file = { origin: hints.origin ?? 'endoflife.date', entry, knownAt: hints.knownAt ?? null };
  const lines = silentLines(found).map(({ line, base, last, ended, knownAt }) =>
    lineEvent(
      { ...file, knownAt },
      {
        line,
        base,
        ended,
        note: `no release after ${last.release} for a year, in a list that goes on`,
        confidence: 'concluded',
        at: last.at,
        source: SOURCE,
      },
    ),
  );
  return [...rejects, ...releaseEvents(file, found), ...lines];
}

/** Reads a version: an object with its name and day, or (the oldest form) the day alone; null when it is neither. */
function releaseOf(name: string, of: unknown, at: string): ListedRelease | null {
  const one = v.safeParse(version, of);
  const [called, day] = one.success ? [one.output.name, one.output.date] : [name, of];
  if (day !== null && day !== undefined && typeof day !== 'string') return null;
  return datedRelease(called, day, at, SOURCE);
}
