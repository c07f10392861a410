import { knownAtPrecision, toKnownAt } from '../../store/events/known-at.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { Carrier, Path, Problems } from './document.ts';
import { sections } from './sections.ts';
import { suggest } from './suggest.ts';

/** Somebody who said something, as records cite it by its alias. */
export interface Source {
  readonly cite: string;
  readonly by: string;
  /** Undefined where the source does not say; null where it says `unknown`. */
  readonly known: string | null | undefined;
  readonly title: string | undefined;
  readonly rev: number;
}

/** One record of a section, with its place in its file. */
export interface FactRecord {
  readonly dataset: string;
  readonly section: string;
  readonly value: JsonObject;
  readonly carrier: Carrier;
  readonly path: Path;
}

/** Everything that the files of one import say, before any of it is judged. */
export interface FactSet {
  /** Sources by data set and alias. */
  readonly sources: ReadonlyMap<string, ReadonlyMap<string, Source>>;
  readonly records: readonly FactRecord[];
  /** Dates of the releases that have one. */
  readonly releaseDates: ReadonlyMap<string, string>;
}

const DATASET = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const SOURCE_FIELDS = ['cite', 'by', 'known', 'title', 'rev'];

/** Puts files together: sources first, since any file may use the sources of another. */
export function collect(carriers: readonly Carrier[], problems: Problems): FactSet {
  const sources = new Map<string, Map<string, Source>>();
  const records: FactRecord[] = [];
  const releaseDates = new Map<string, string>();
  for (const carrier of carriers) {
    if (!isObject(carrier.value)) {
      problems.add(carrier.place([]), 'not a data set: the file is no mapping');
      continue;
    }
    const { dataset, sources: written, ...rest } = carrier.value;
    if (typeof dataset !== 'string' || !DATASET.test(dataset) || dataset === 'record') {
      problems.add(
        carrier.place(['dataset']),
        dataset === undefined ? 'the file names no data set' : 'not the name of a data set',
        'begin it with "dataset: NAME": letters, digits, ".", "_" and "-"; "record" is taken',
      );
      continue;
    }
    const own = sources.get(dataset) ?? new Map<string, Source>();
    sources.set(dataset, own);
    readSources(carrier, written, own, problems);
    for (const [name, list] of Object.entries(rest)) {
      if (!sections.has(name)) {
        problems.add(
          carrier.keyPlace([name]),
          `unknown section "${name}"`,
          suggest(name, [...sections.keys(), 'sources', 'dataset']) ??
            `sections are ${[...sections.keys()].join(', ')}`,
        );
        continue;
      }
      // A section whose records are all commented out is empty, not wrong.
      if (list === null) continue;
      if (!Array.isArray(list)) {
        problems.add(carrier.place([name]), `"${name}" is not a list of records`);
        continue;
      }
      list.forEach((value: unknown, index) => {
        const path = [name, index];
        if (!isObject(value)) {
          problems.add(carrier.place(path), 'not a record: it is no mapping');
          return;
        }
        records.push({ dataset, section: name, value, carrier, path });
        if (name === 'releases' && typeof value.release === 'string' && typeof value.date === 'string') {
          releaseDates.set(value.release, toKnownAt(value.date) ?? value.date);
        }
      });
    }
  }
  return { sources, records, releaseDates };
}

function readSources(
  carrier: Carrier,
  written: unknown,
  into: Map<string, Source>,
  problems: Problems,
): void {
  if (written === undefined || written === null) return;
  if (!isObject(written)) {
    problems.add(carrier.place(['sources']), '"sources" is not a mapping of aliases');
    return;
  }
  for (const [alias, value] of Object.entries(written)) {
    const path = ['sources', alias];
    if (into.has(alias)) {
      problems.add(carrier.keyPlace(path), `the source "${alias}" is there twice`);
      continue;
    }
    const source = readSource(carrier, path, value, problems);
    // A source that is wrong in itself is still known by its alias, so that one mistake is told once.
    into.set(alias, source ?? { cite: '?', by: '?', known: null, title: undefined, rev: 1 });
  }
}

function readSource(carrier: Carrier, path: Path, value: unknown, problems: Problems): Source | null {
  const before = problems.errors.length;
  if (!isObject(value)) {
    problems.add(carrier.place(path), 'a source has "cite", "by" and "known"');
    return null;
  }
  for (const field of Object.keys(value)) {
    if (!SOURCE_FIELDS.includes(field)) {
      problems.add(
        carrier.keyPlace([...path, field]),
        `a source has no field "${field}"`,
        suggest(field, SOURCE_FIELDS),
      );
    }
  }
  const text = (field: string): string | undefined => {
    const found = value[field];
    if (found === undefined) return undefined;
    if (typeof found === 'string' && found !== '') return found;
    const how = carrier.written([...path, field]);
    problems.add(
      carrier.place([...path, field]),
      `"${field}" is not a text`,
      how ? `quote it: "${how}"` : undefined,
    );
    return undefined;
  };
  for (const field of ['cite', 'by']) {
    if (value[field] === undefined) problems.add(carrier.keyPlace(path), `the source has no "${field}"`);
  }
  const [cite, by, title, said] = [text('cite'), text('by'), text('title'), text('known')];
  const rev = value.rev ?? 1;
  if (typeof rev !== 'number' || !Number.isInteger(rev) || rev < 1) {
    problems.add(carrier.place([...path, 'rev']), '"rev" is not 1, 2, 3, …');
  }
  const known = said === undefined ? undefined : said === 'unknown' ? null : toKnownAt(said);
  if (said !== undefined && said !== 'unknown' && (known == null || knownAtPrecision(known) === null)) {
    problems.add(
      carrier.place([...path, 'known']),
      `"${said}" is not a date`,
      'write 2026-04-22T10:00:19Z, 2026-04-22, 2026-04 or unknown',
    );
  }
  if (problems.errors.length > before) return null;
  return { cite: cite!, by: by!, known, title, rev: rev as number };
}
