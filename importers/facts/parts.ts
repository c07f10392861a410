import { isObject, type JsonObject } from '../results/json-shape.ts';
import type { Path } from './document.ts';

/** A part of a payload with its path. */
export interface Part {
  readonly path: Path;
  readonly value: unknown;
}

/** Finds the parts of a payload by a pattern of field names; `*` stands for every item of a list or mapping. */
export function partsAt(payload: JsonObject, pattern: string): Part[] {
  let parts: Part[] = [{ path: [], value: payload }];
  for (const step of pattern.split('.')) {
    parts = parts.flatMap(({ path, value }) => {
      if (step === '*' && Array.isArray(value))
        return value.map((item: unknown, index) => ({ path: [...path, index], value: item }));
      if (!isObject(value)) return [];
      const names = step === '*' ? Object.keys(value) : step in value ? [step] : [];
      return names.map((name) => ({ path: [...path, name], value: value[name] }));
    });
  }
  return parts;
}

/** Like `partsAt`, for parts that are texts. */
export function textsAt(
  payload: JsonObject,
  pattern: string,
): { readonly path: Path; readonly value: string }[] {
  return partsAt(payload, pattern).flatMap(({ path, value }) =>
    typeof value === 'string' ? [{ path, value }] : [],
  );
}
