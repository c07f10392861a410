import * as v from 'valibot';
import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import type { ImportHints, Importer, SourceEntry } from '../importer.ts';
import { excerptOf } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { wholeJson } from '../results/whole-text.ts';
import { datedRelease, lineEvent, releaseEvent, type ReleaseFile } from './release-events.ts';

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
    for (const entry of entries) yield { entry, events: eventsOf(entry, await wholeJson(entry), hints) };
  },
};

function eventsOf(entry: SourceEntry, json: unknown, hints: ImportHints): readonly NewEvent[] {
  const wrapped = v.safeParse(product, json);
  const list: unknown = wrapped.success ? wrapped.output.result.releases : json;
  if (!Array.isArray(list)) throw refusedFile(entry.name, 'no list of cycles');
  const cycles = list.map(cycleOf);
  const days = cycles.flatMap((c) => [c?.releaseDate, c?.latestReleaseDate]);
  const youngest = days.filter(isDate).sort().at(-1);
  const origin = hints.origin ?? 'endoflife.date';
  const file: ReleaseFile = { origin, entry, knownAt: hints.knownAt ?? youngest ?? null };
  const reject = (key: string, reason: string, piece: unknown) =>
    rejected(entry, FORMAT, hints, { key, reason, excerpt: excerptOf(piece, LONGEST_REJECT) });
  const recorded = new Set<string>();
  return cycles.flatMap((c, index): readonly NewEvent[] => {
    const at = `${wrapped.success ? '/result/releases' : ''}/${index}`;
    const base = c && datedRelease(c.cycle, c.releaseDate, at, SOURCE);
    if (!base || lineOfName(base.release) !== 'mainline')
      return [reject(at, 'no cycle of kernel releases', list[index])];
    const latest = datedRelease(c.latest ?? '', c.latestReleaseDate, at, SOURCE);
    const releases = [base, ...(latest === null ? [] : [latest])].filter(({ release }) => {
      const isNew = !recorded.has(release);
      recorded.add(release);
      return isNew;
    });
    const hasOddEnd = typeof c.eol === 'string' && !isDate(c.eol);
    return [
      ...releases.map((one) => releaseEvent(file, one)),
      ...(hasOddEnd
        ? [reject(`${at}/eol`, 'the end of the line is neither a day nor true or false', c.eol)]
        : []),
      lineEvent(file, {
        line: `${base.release.slice(1)}.y`,
        base: base.release,
        ended: endOf(c, youngest ?? ''),
        confidence: 'verified',
        at,
        source: SOURCE,
      }),
    ];
  });
}

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
