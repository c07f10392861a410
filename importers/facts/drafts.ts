import * as v from 'valibot';
import type { Place } from '../../store/errors.ts';
import { catalogue, type EventType } from '../../store/events/catalogue.ts';
import { type KnownAt, knownAtPrecision, toKnownAt } from '../../store/events/known-at.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { Path, Problems } from './document.ts';
import type { FactRecord, FactSet } from './fact-set.ts';
import { bodiesOf, type Body } from './bodies.ts';
import { explainIssue } from './explain-issue.ts';
import type { RecordRead } from './record-read.ts';
import { changeParts, commonFields, sections, type Section } from './sections.ts';
import { suggest } from './suggest.ts';
import { type Voice, voicesOf } from './voices.ts';

/** An event that fits its schema, with what the lint needs to judge it against the others. */
export interface Draft {
  readonly type: EventType;
  readonly dataset: string;
  readonly key: string;
  /** `DATASET/KEY`: what the record's events have in common. */
  readonly base: string;
  readonly stream: string;
  readonly payload: JsonObject;
  readonly knownAt: KnownAt;
  readonly source: string;
  readonly record: FactRecord;
  /** Where a part of the payload is written. */
  place(path: Path): Place;
}

/** Turns a record into its events: one for each source, case and part. */
export function draftsOf(record: FactRecord, set: FactSet, problems: Problems): Draft[] {
  return make({ record, section: sections.get(record.section)!, parent: undefined, set, problems });
}

function make(read: RecordRead): Draft[] {
  const { record, section, parent, problems } = read;
  const { value, carrier, path, dataset } = record;
  checkFields(record, section, problems);
  const voices = voicesOf(read);
  if (voices.length === 0) return [];
  const natural = section.key?.(value, parent?.key ?? '', voices[0]!.alias);
  // A hash or a version without quotes is told as such, not as a key that is missing.
  const key = value.key ?? (typeof natural === 'number' ? String(natural) : natural);
  if (typeof key !== 'string' || key === '') {
    const how = carrier.written([...path, 'key']);
    problems.add(
      carrier.place([...path, 'key']),
      value.key === undefined ? 'the record has no "key"' : '"key" is not a text',
      value.key === undefined ? 'give it a name that is unique in the data set' : `quote it: "${how ?? ''}"`,
    );
    return [];
  }
  const drafts: Draft[] = [];
  voices.forEach((voice, index) => {
    const bodies = bodiesOf(read, voice);
    bodies.forEach((body, nth) => {
      const stream = `${dataset}/${key}${index === 0 ? '' : `@${voice.alias}`}${bodies.length > 1 ? `#${nth + 1}` : ''}`;
      const draft: Draft = {
        type: section.type,
        dataset,
        key,
        base: `${dataset}/${key}`,
        stream,
        payload: body.payload,
        knownAt: knownOf(read, voice),
        source: voice.source.cite,
        record,
        place: (at) => carrier.place([...path, ...body.written(at)]),
      };
      // The same mistake in the record would be told once for each source.
      if (fits(draft, body.written, index === 0, problems)) drafts.push(draft);
    });
  });
  return [...drafts, ...partsOf(read, key)];
}

function checkFields(record: FactRecord, section: Section, problems: Problems): void {
  const allowed = new Set([...commonFields, ...section.fields]);
  for (const field of Object.keys(record.value)) {
    if (allowed.has(field)) continue;
    problems.add(
      record.carrier.keyPlace([...record.path, field]),
      `a record of "${record.section}" has no field "${field}"`,
      suggest(field, allowed) ?? `fields are ${[...section.fields].join(', ')}`,
    );
  }
}

/** Reads what stands inside a change: where it entered, its backports, its other names. */
function partsOf(read: RecordRead, key: string): Draft[] {
  const { record, section, problems } = read;
  if (section.type !== 'ChangeRecorded') return [];
  const { value, carrier, path } = record;
  // Only the first source speaks for the parts, unless they cite others themselves.
  const source: unknown = Array.isArray(value.source) ? value.source[0] : value.source;
  const alias: unknown = isObject(source) ? source.of : source;
  const parent = { key, change: value.change, source: alias };
  const drafts: Draft[] = [];
  for (const [name, part] of changeParts) {
    const written = value[name];
    if (written === undefined) continue;
    const single = name === 'entered' && !Array.isArray(written);
    const list: unknown[] = Array.isArray(written) ? written : [written];
    list.forEach((one, index) => {
      const at = single ? [...path, name] : [...path, name, index];
      if (!isObject(one)) problems.add(carrier.place(at), `"${name}" is no mapping`);
      else {
        const own = { ...record, section: name, value: one, path: at };
        drafts.push(...make({ ...read, record: own, section: part, parent }));
      }
    });
  }
  return drafts;
}

/** When a statement became public; what was made public by a date that the record gives is known from then. */
function knownOf({ record, section, set, problems }: RecordRead, voice: Voice): KnownAt {
  const { value, carrier, path } = record;
  for (const [said, at] of [
    [voice.narrows.known, [...voice.path, 'known']],
    [value.known, ['known']],
  ] as const) {
    if (said === undefined) continue;
    const known = typeof said === 'string' ? toKnownAt(said) : null;
    if (known !== null && knownAtPrecision(known) !== null) return known;
    problems.add(
      carrier.place([...path, ...at]),
      '"known" is not a date',
      'write 2026-04-22T10:00:19Z, 2026-04-22 or 2026-04',
    );
    return null;
  }
  const own =
    section.type === 'ReleaseRecorded'
      ? value.date
      : section.type === 'ChangeRecorded'
        ? value.commitDate
        : section.type === 'ChangeEntered' || section.type === 'BackportRecorded'
          ? set.releaseDates.get(String(value.release))
          : undefined;
  if (typeof own === 'string') return toKnownAt(own);
  if (voice.source.known !== undefined) return voice.source.known;
  problems.add(
    carrier.place(path),
    `nothing says when this became known: the source "${voice.alias}" has no "known"`,
    'give "known" to the source or to the record; a source may say "known: unknown"',
  );
  return null;
}

/** Checks the payload against its event's schema, and what a schema cannot say. */
function fits(draft: Draft, written: Body['written'], tell: boolean, problems: Problems): boolean {
  const { carrier, path } = draft.record;
  const checked = v.safeParse(catalogue.get(draft.type)!.schema, draft.payload);
  const issues = checked.success ? [] : checked.issues;
  if (tell || draft.record.value.source === undefined) {
    for (const issue of issues) {
      const at = (issue.path ?? []).map((item) => item.key as string | number);
      const place = [...path, ...written(at)];
      const { message, hint, ofKey } = explainIssue(issue, at, carrier.written(place));
      problems.add(ofKey ? carrier.keyPlace(place) : carrier.place(place), message, hint);
    }
  }
  if (draft.payload.confidence === 'concluded' && draft.payload.note === undefined) {
    problems.add(draft.place(['confidence']), '"concluded" without a note', 'give the reason in "note"');
    return false;
  }
  return issues.length === 0;
}
