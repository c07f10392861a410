import * as v from 'valibot';
import { InputError } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { Importer } from '../importer.ts';
import { excerptOf, pointer } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { silentLines } from './silent-lines.ts';
import { datedRelease, releaseEvents, type ListedRelease } from './release-events.ts';

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
    for (const entry of entries) {
      const whole = v.safeParse(versions, await wholeJson(entry));
      if (!whole.success)
        throw new InputError([
          { severity: 'error', message: 'it has no object "versions"', place: { file: entry.name } },
        ]);
      const origin = hints.origin ?? 'endoflife.date';
      const known = hints.knownAt ?? null;
      const events: NewEvent[] = [];
      const found: ListedRelease[] = [];
      for (const [name, of] of Object.entries(whole.output.versions)) {
        const at = pointer('versions', name);
        const one = v.safeParse(version, of);
        const [called, day] = one.success ? [one.output.name, one.output.date] : [name, of];
        const release =
          day === null || day === undefined || typeof day === 'string'
            ? datedRelease(called, day, at, SOURCE)
            : null;
        if (release !== null) found.push(release);
        else
          events.push(
            rejected(entry, FORMAT, hints, {
              key: at,
              reason: 'no kernel version with a date',
              excerpt: excerptOf(of, LONGEST_REJECT),
            }),
          );
      }
      for (const event of releaseEvents(origin, entry, found, known)) events.push(event);
      for (const { line, base, last, ended, knownAt } of silentLines(found))
        events.push(
          newEvent({
            type: 'LineRecorded',
            stream: `${origin}/${line}`,
            knownAt,
            source: SOURCE,
            locator: `${entry.name}#${last.at}`,
            payload: {
              confidence: 'concluded',
              rev: 1,
              line,
              base,
              ended,
              note: `no release after ${last.release} for a year, in a list that goes on`,
            },
          }),
        );
      yield { entry, events };
    }
  },
};
