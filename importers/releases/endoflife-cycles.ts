import * as v from 'valibot';
import { InputError } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import type { Importer } from '../importer.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { datedRelease, releaseEvent, type ListedRelease } from './release-events.ts';

const FORMAT = 'endoflife-cycles';
const SOURCE = 'https://endoflife.date/linux';

const text = v.nullish(v.string());
/** `api/linux.json`: a list of these. */
const cycle = v.looseObject({
  cycle: v.string(),
  releaseDate: text,
  eol: v.nullish(v.union([v.string(), v.boolean()])),
  latest: text,
  latestReleaseDate: text,
});
/** `api/v1/products/linux`: the same in other words. */
const release = v.looseObject({
  name: v.string(),
  releaseDate: text,
  isEol: v.nullish(v.boolean()),
  eolFrom: text,
  latest: v.nullish(v.looseObject({ name: text, date: text })),
});
const product = v.looseObject({ result: v.looseObject({ releases: v.array(v.unknown()) }) });

type Cycle = v.InferOutput<typeof cycle>;

/**
 * Reads the cycles of endoflife.date: the first and the last release of each line, and when the line ended or is going to.
 * An end that lies after the youngest release of the file is a plan and is left out.
 */
export const endoflifeCyclesImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'lines with their ends, from the API of endoflife.date',
  unit: 'file',
  sniff: (head) =>
    (/^\s*\[\s*\{/.test(head) && /"cycle"\s*:/.test(head) && /"eol"\s*:/.test(head)) ||
    (/^\s*\{/.test(head) && /"isEol"\s*:/.test(head) && /"releases"\s*:/.test(head))
      ? 0.9
      : 0,
  async *read(entries, { hints }) {
    for (const entry of entries) {
      const json = await wholeJson(entry);
      const wrapped = v.safeParse(product, json);
      const list: unknown = wrapped.success ? wrapped.output.result.releases : json;
      if (!Array.isArray(list))
        throw new InputError([
          { severity: 'error', message: 'no list of cycles', place: { file: entry.name } },
        ]);
      const origin = hints.origin ?? 'endoflife.date';
      const cycles = list.map(cycleOf);
      const days = cycles.flatMap((c) => [c?.releaseDate, c?.latestReleaseDate]);
      const youngest = days.filter(isDate).sort().at(-1) ?? '';
      const known = hints.knownAt ?? (youngest === '' ? null : youngest);
      const events: NewEvent[] = [];
      const taken = new Set<string>();
      const put = (one: ListedRelease) => {
        if (taken.has(one.release)) return;
        taken.add(one.release);
        events.push(releaseEvent(origin, entry, one, known));
      };
      cycles.forEach((c, index) => {
        const at = `${wrapped.success ? '/result/releases' : ''}/${index}`;
        const base = c && datedRelease(c.cycle, c.releaseDate, at, SOURCE);
        if (!base || lineOfName(base.release) !== 'mainline') {
          const excerpt = excerptOf(list[index], LONGEST_REJECT);
          events.push(
            rejected(entry, FORMAT, hints, { key: at, reason: 'no cycle of kernel releases', excerpt }),
          );
          return;
        }
        put(base);
        const latest = datedRelease(c.latest ?? '', c.latestReleaseDate, at, SOURCE);
        if (latest !== null) put(latest);
        const ended = endOf(c, youngest);
        if (typeof c.eol === 'string' && !isDate(c.eol))
          events.push(
            rejected(entry, FORMAT, hints, {
              key: `${at}/eol`,
              reason: 'the end of the line is neither a day nor true or false',
              excerpt: excerptOf(c.eol, LONGEST_REJECT),
            }),
          );
        events.push(
          newEvent({
            type: 'LineRecorded',
            stream: `${origin}/${base.release.slice(1)}.y`,
            knownAt: known,
            source: SOURCE,
            locator: `${entry.name}#${at}`,
            payload: {
              confidence: 'verified',
              rev: 1,
              line: `${base.release.slice(1)}.y`,
              base: base.release,
              ...(ended === undefined ? {} : { ended }),
            },
          }),
        );
      });
      yield { entry, events };
    }
  },
};

function cycleOf(each: unknown): Cycle | null {
  const old = v.safeParse(cycle, each);
  if (old.success) return old.output;
  const one = v.safeParse(release, each);
  if (!one.success) return null;
  const { name, releaseDate, isEol, eolFrom, latest } = one.output;
  return {
    cycle: name,
    releaseDate,
    eol: eolFrom ?? isEol,
    latest: latest?.name,
    latestReleaseDate: latest?.date,
  };
}

function isDate(day: string | null | undefined): day is string {
  return typeof day === 'string' && knownAtPrecision(day) !== null;
}

function endOf({ eol, latestReleaseDate }: Cycle, youngest: string): string | undefined {
  if (eol === true) return isDate(latestReleaseDate) ? latestReleaseDate : undefined;
  return typeof eol === 'string' && isDate(eol) && eol <= youngest ? eol : undefined;
}
