import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Diagnostic, Place } from '../../store/errors.ts';
import { deepLineOf, faultsOf, holdsTooMany, TOO_DEEP, TOO_MANY } from '../results/yaml-text.ts';

/** Where something is inside a document: field names and list places. */
export type Path = readonly (string | number)[];

/** A value with the places of its parts: a YAML file, or a record that was typed on the command line. */
export interface Carrier {
  readonly value: unknown;
  /** Where the value at a path stands, or the nearest thing around it that exists. */
  place(path: Path): Place;
  /** Where the name of the field at a path stands. */
  keyPlace(path: Path): Place;
  /** How a scalar is written, without quotes: `6.10`, where the value is the number 6.1. */
  written(path: Path): string | undefined;
}

/** Collects what is wrong, so that one run tells all of it. */
export class Problems {
  readonly errors: Diagnostic[] = [];

  add(place: Place, message: string, hint?: string): void {
    this.errors.push({ severity: 'error', message, place, ...(hint === undefined ? {} : { hint }) });
  }
}

/** A value that has no places inside: everything is at `place`. */
export function placeless(value: unknown, place: Place): Carrier {
  return { value, place: () => place, keyPlace: () => place, written: () => undefined };
}

/** Reads YAML, keeping places; null when it cannot be read, which `problems` then tells. */
export function readYaml(file: string, text: string, problems: Problems): Carrier | null {
  const lines = new LineCounter();
  if (holdsTooMany(text)) {
    problems.add({ file }, `not read: ${TOO_MANY}`);
    return null;
  }
  const deep = deepLineOf(text);
  if (deep !== null) {
    problems.add({ file, line: deep, column: 1 }, `not read: ${TOO_DEEP}`);
    return null;
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const grammar = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    message,
  }));
  const faults = grammar.length > 0 ? grammar : faultsOf(document);
  for (const { offset, message } of faults) problems.add(placeOf(offset), `not YAML: ${message}`);
  if (faults.length > 0) return null;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    problems.add({ file }, `not YAML: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
  /** The node at a path; a path that leads through a YAML alias or nowhere has none. */
  const nodeAt = (path: Path): unknown =>
    path.length === 0 ? document.contents : document.getIn(path, true);
  const startOf = (node: unknown): number | null =>
    typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
      ? (node.range as number[])[0]!
      : null;
  const place = (path: Path): Place => {
    for (let length = path.length; length >= 0; length--) {
      const start = startOf(nodeAt(path.slice(0, length)));
      if (start !== null) return placeOf(start);
    }
    return { file };
  };
  return {
    value,
    place,
    keyPlace(path) {
      const parent = nodeAt(path.slice(0, -1));
      if (isMap(parent)) {
        const pair = parent.items.find((p) => isScalar(p.key) && String(p.key.value) === path.at(-1));
        const start = startOf(pair?.key);
        if (start !== null) return placeOf(start);
      }
      return place(path);
    },
    written(path) {
      const node = nodeAt(path);
      return isScalar(node) ? node.source : undefined;
    },
  };
}
