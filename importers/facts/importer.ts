import { InputError, formatPlace, type Diagnostic } from '../../store/errors.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, KnownNames, Produced, SourceEntry } from '../importer.ts';
import { wholeText } from '../results/whole-text.ts';
import { placeless, Problems, readYaml, type Carrier } from './document.ts';
import { draftsOf, type Draft } from './drafts.ts';
import { collect, type FactSet, type Source } from './fact-set.ts';
import { lint } from './lint.ts';
import { sections } from './sections.ts';
import { suggest } from './suggest.ts';

const YAML_NAME = /\.ya?ml$/i;

/** Reads data sets in YAML, as docs/facts.md describes them. */
export const factsImporter: Importer = {
  format: 'facts',
  version: 1,
  says: 'a data set in YAML: releases, changes, behaviours, consumers and what people said',
  unit: 'set',
  sniff(head, name) {
    if (!/^dataset:[ \t]+\S/m.test(head)) return 0;
    return YAML_NAME.test(name) ? 0.99 : 0.9;
  },
  async *read(entries, context): AsyncIterable<Produced> {
    const problems = new Problems();
    const carriers = new Map<Carrier, SourceEntry>();
    let bytes = 0;
    for (const entry of entries) {
      // A folder of facts also has a README, or the program that showed something.
      if (entries.length > 1 && entry.name !== '-' && !YAML_NAME.test(entry.name)) continue;
      const carrier = readYaml(entry.name, await wholeText(entry), problems);
      if (carrier) carriers.set(carrier, entry);
      bytes += entry.sizeBytes;
      context.progress?.(bytes);
    }
    if (carriers.size === 0 && problems.errors.length === 0)
      problems.add({ file: entries[0]?.name ?? '-' }, 'no YAML file here');
    const set = collect([...carriers.keys()], problems);
    const drafts = judge(set, context.known, true, problems);
    for (const [carrier, entry] of carriers) {
      const events = drafts.filter((d) => d.record.carrier === carrier).map(eventOf);
      yield { entry, events };
    }
  },
};

/** Who says a fact that is recorded by hand; `known` is null where nobody knows when it became public. */
export interface RecordSource {
  readonly cite: string;
  readonly by: string;
  readonly known: string | null;
}

/**
 * Makes the events of one record of a section, given by hand, by the rules of the files. Its data set is `record`.
 *
 * @throws InputError when the record is refused.
 */
export function factFromRecord(
  section: string,
  record: Record<string, unknown>,
  source: RecordSource,
  context: ImportContext,
): NewEvent[] {
  const place = { file: 'record' };
  const problems = new Problems();
  if (!sections.has(section)) {
    const hint = suggest(section, sections.keys()) ?? `sections are ${[...sections.keys()].join(', ')}`;
    problems.add(place, `unknown section "${section}"`, hint);
    throw new InputError(problems.errors);
  }
  const said: Source = { ...source, title: undefined, rev: 1 };
  const value = { ...record, source: 'hand' };
  const set: FactSet = {
    sources: new Map([['record', new Map([['hand', said]])]]),
    records: [{ dataset: 'record', section, value, carrier: placeless(value, place), path: [] }],
    releaseDates: new Map(),
  };
  return judge(set, context.known, false, problems).map(eventOf);
}

/** Makes the events of a set, or refuses all of it. `closed`: every record that is spoken of must be in it. */
function judge(set: FactSet, known: KnownNames, closed: boolean, problems: Problems): Draft[] {
  const drafts = set.records.flatMap((record) => draftsOf(record, set, problems));
  const named = lint(drafts, set, known, closed, problems);
  if (problems.errors.length > 0) throw new InputError(inReadingOrder(problems.errors));
  return named;
}

function inReadingOrder(errors: readonly Diagnostic[]): Diagnostic[] {
  const text = (d: Diagnostic) => `${formatPlace(d.place)}: ${d.message}`;
  const once = [...new Map(errors.map((d) => [text(d), d])).values()];
  return once.sort(
    (a, b) =>
      (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0) ||
      (a.place.line ?? 0) - (b.place.line ?? 0) ||
      (a.place.column ?? 0) - (b.place.column ?? 0),
  );
}

function eventOf(draft: Draft): NewEvent {
  const { type, stream, knownAt, source, payload } = draft;
  const locator = formatPlace(draft.record.carrier.place(draft.record.path));
  // The payload has passed the schema of its type, which the compiler cannot see here.
  return newEvent({ type, stream, knownAt, source, locator, payload: payload as never });
}
