import { toKnownAt } from '../../store/events/known-at.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { Path, Problems } from './document.ts';
import type { FactRecord } from './fact-set.ts';
import type { RecordRead } from './record-read.ts';
import { changeParts } from './sections.ts';
import { suggest } from './suggest.ts';
import type { Voice } from './voices.ts';

/** A payload that a record has. */
export interface Body {
  readonly payload: JsonObject;
  /** Leads from a path in the payload to the path in the record. */
  readonly written: (path: Path) => Path;
}

/** The payloads that a record has in the words of one source: one, or one for each case. */
export function bodiesOf(read: RecordRead, voice: Voice): Body[] {
  const { record, section, problems } = read;
  const payload = payloadOf(read, voice);
  if (section.type === 'MessageArchived') fromSource(payload, voice.source);
  for (const field of section.dates) {
    const said = payload[field];
    if (typeof said === 'string') payload[field] = toKnownAt(said) ?? said;
  }
  if (section.type === 'ChangeRecorded' && Array.isArray(payload.trailers))
    payload.trailers = trailersOf(payload.trailers, record, problems);
  if (section.type === 'ProposalStated' && Array.isArray(payload.sets))
    payload.sets = payload.sets.map((one: unknown, order) => (isObject(one) ? { ...one, order } : one));
  const narrowed = (at: Path): Path =>
    typeof at[0] === 'string' && at[0] in voice.narrows ? [...voice.path, ...at] : at;
  if (!section.fields.has('cases')) return [{ payload, written: narrowed }];
  return casesOf(record, payload, narrowed, problems);
}

/** The fields of a record as they are written, what its parent and its source add, and what the source narrows. */
function payloadOf(
  { record: { value }, section, parent }: RecordRead,
  voice: Voice,
): Record<string, unknown> {
  const payload: Record<string, unknown> = {};
  for (const field of section.fields) {
    if (value[field] !== undefined && !changeParts.has(field) && field !== 'cases')
      payload[field] = value[field];
  }
  if (parent) payload.change = parent.change;
  for (const field of ['confidence', 'note']) if (value[field] !== undefined) payload[field] = value[field];
  for (const [field, narrower] of Object.entries(voice.narrows)) {
    if (field !== 'known') payload[field] = narrower;
  }
  payload.confidence ??= 'verified';
  const rev = value.rev ?? 1;
  payload.rev = typeof rev === 'number' ? rev + voice.source.rev - 1 : rev;
  if (section.by) payload.by ??= voice.source.by;
  return payload;
}

/** A message is cited as a source; what the record leaves out stands there. */
function fromSource(payload: Record<string, unknown>, source: Voice['source']): void {
  if (source.cite.startsWith('<')) payload.messageId = source.cite;
  payload.from ??= source.by;
  payload.date ??= source.known ?? undefined;
  payload.subject ??= source.title;
  for (const field of ['date', 'subject'])
    if (payload[field] === undefined) Reflect.deleteProperty(payload, field);
}

/** Trailers are written as git shows them, `Key: value`. */
function trailersOf(
  lines: readonly unknown[],
  { carrier, path }: FactRecord,
  problems: Problems,
): readonly { readonly key: string; readonly value: string }[] {
  return lines.map((line, index) => {
    const match = typeof line === 'string' ? /^([^:\s]+):\s*(.+)$/s.exec(line) : null;
    if (match) return { key: match[1]!, value: match[2]!.trim() };
    problems.add(carrier.place([...path, 'trailers', index]), 'a trailer is a text "Key: value"');
    return { key: '?', value: '?' };
  });
}

/** A record of `sets` or `claimed` has one case in itself, or a list of them. */
function casesOf(
  record: FactRecord,
  payload: JsonObject,
  narrowed: Body['written'],
  problems: Problems,
): Body[] {
  const { value, carrier, path } = record;
  const fields = ['value', 'when', 'elsewhere'];
  if ((value.change === undefined) === (payload.at === undefined)) {
    problems.add(
      carrier.place(path),
      'the record needs "change" or "at", and not both',
      'name the change that does it, or the releases where it was seen',
    );
    return [];
  }
  if (value.cases === undefined) return [{ payload: { ...payload, order: 0 }, written: narrowed }];
  if (!Array.isArray(value.cases) || value.cases.length === 0) {
    problems.add(carrier.place([...path, 'cases']), '"cases" is not a list of cases');
    return [];
  }
  for (const field of fields) {
    if (value[field] !== undefined)
      problems.add(carrier.keyPlace([...path, field]), `"${field}" belongs into the cases here`);
  }
  return value.cases.map((one: unknown, order): Body => {
    const own: JsonObject = isObject(one) ? one : {};
    for (const field of Object.keys(own)) {
      if (!fields.includes(field)) {
        problems.add(
          carrier.keyPlace([...path, 'cases', order, field]),
          `a case has no field "${field}"`,
          suggest(field, fields),
        );
      }
    }
    return {
      payload: {
        ...payload,
        ...Object.fromEntries(fields.filter((f) => f in own).map((f) => [f, own[f]])),
        order,
      },
      written: (at) => (fields.includes(String(at[0])) ? ['cases', order, ...at] : narrowed(at)),
    };
  });
}
