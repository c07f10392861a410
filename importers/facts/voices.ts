import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { Path } from './document.ts';
import type { Source } from './fact-set.ts';
import type { RecordRead } from './record-read.ts';
import { narrowingFields } from './sections.ts';
import { suggest } from './suggest.ts';

/** One source of a record, with what it says less broadly than the record. */
export interface Voice {
  readonly alias: string;
  readonly source: Source;
  readonly narrows: JsonObject;
  /** Where the narrower fields stand in the record. */
  readonly path: Path;
}

const COMMON = ['known', 'confidence', 'note'];

/** Reads who says a record: `source: alias`, `source: {of: alias, …}` or a list of these. */
export function voicesOf({ record, section, parent, set, problems }: RecordRead): Voice[] {
  const { carrier, dataset, value } = record;
  const isOwn = value.source !== undefined;
  // A record that names none takes the source of the record around it.
  const source = value.source ?? parent?.source;
  const place = (path: Path) => carrier.place([...record.path, ...path]);
  if (source === undefined || source === null || (Array.isArray(source) && source.length === 0)) {
    // A part of a change without a source: the change itself has told it.
    if (isOwn || !['entered', 'backports', 'aliases'].includes(record.section))
      problems.add(place([]), 'the record has no source', 'name who says it: "source: ALIAS"');
    return [];
  }
  const aliases = set.sources.get(dataset) ?? new Map<string, Source>();
  const list: unknown[] = Array.isArray(source) ? source : [source];
  const voices: Voice[] = [];
  list.forEach((one, index) => {
    const path: Path = Array.isArray(source) ? ['source', index] : ['source'];
    const { of: alias, ...narrows } = isObject(one) ? one : { of: one };
    if (typeof alias !== 'string') {
      problems.add(place(path), 'a source is an alias, or {of: ALIAS, …}');
      return;
    }
    for (const field of Object.keys(narrows)) {
      if ((narrowingFields as readonly string[]).includes(field)) {
        if (COMMON.includes(field) || section.fields.has(field)) continue;
      }
      problems.add(
        carrier.keyPlace([...record.path, ...path, field]),
        `a source cannot narrow "${field}" here`,
        suggest(field, narrowingFields),
      );
    }
    const found = aliases.get(alias);
    if (found) voices.push({ alias, source: found, narrows, path });
    else if (isOwn)
      problems.add(
        place(isObject(one) ? [...path, 'of'] : path),
        `unknown source "${alias}"`,
        suggest(alias, aliases.keys()) ?? 'describe it under "sources"',
      );
  });
  return voices;
}
