import * as v from 'valibot';
import { knownAtPrecision } from './known-at.ts';
import { isReleaseName } from '../names/release-name.ts';

/**
 * The field kinds that event payloads are made of. Optional fields are absent when they say nothing, never null:
 * a field that a later version adds then leaves the identity of older statements alone.
 */

export const text = v.pipe(v.string(), v.minLength(1));
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a commit is 40 lower-case hex digits'));
/** A commit, or the message-id (`<…>`) under which a change that is not merged was posted. */
export const changeName = v.pipe(
  v.string(),
  v.regex(/^([0-9a-f]{40}|<[^<>\s]+>)$/, 'a change is 40 lower-case hex digits or a <message-id>'),
);
export const release = v.pipe(v.string(), v.check(isReleaseName, 'not the name of a kernel release'));
export const date = v.pipe(
  v.string(),
  v.check((s) => knownAtPrecision(s) !== null, 'not a date (2026-04-22T10:00:19Z, 2026-04-22 or 2026-04)'),
);
/** JSON has no other numbers. */
export const finite = v.pipe(v.number(), v.finite());
export const scalar = v.union([v.string(), finite, v.boolean()]);
export type Scalar = v.InferOutput<typeof scalar>;
export const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
export const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.minLength(1));
export const optional = v.exactOptional;

/** Releases `from` to `to` along the graph, both included; without `to` the range goes on. */
export const range = v.strictObject({ from: release, to: optional(release) });
export type Range = v.InferOutput<typeof range>;

/** What every statement carries beside its own fields. */
export const common = {
  /** `verified`: the cited source shows it; `concluded`: somebody's conclusion, with the reason in `note`. */
  confidence: v.picklist(['verified', 'concluded']),
  /** The revision that the source gives; the highest counts. */
  rev: v.pipe(v.number(), v.integer(), v.minValue(1)),
  note: optional(text),
};

/** Who a statement speaks for, and where: shared by claims, requirements and their kin. */
export const scope = {
  archs: optional(list(text)),
  consumer: optional(text),
  variant: optional(text),
  behaviour: optional(text),
};
