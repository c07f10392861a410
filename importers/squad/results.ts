import type { Outcome } from '../../store/events/observation.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { excerptOf, isObject, pointer, textOf, type JsonObject } from '../results/json-shape.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';

export const FORMAT = 'squad';

/** Splits a name as SQUAD does: the suite is what stands before the last `/`, unless that is inside `[variant]`. */
export function splitName(full: string): { readonly suite: string; readonly name: string } {
  const bracket = full.endsWith(']') ? full.indexOf('[') : -1;
  const variant = bracket === -1 ? '' : full.slice(bracket);
  const base = full.slice(0, full.length - variant.length);
  const at = base.lastIndexOf('/');
  return {
    suite: at === -1 ? '' : base.slice(0, at),
    name: `${base.slice(at + 1)}${variant.replaceAll('/', '_')}`,
  };
}

const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  skip: 'skip',
  xfail: 'xfail',
};

/** SQUAD's rule (doc/intro.rst): `pass` and `fail` in any case; anything else is a skip. */
export function squadOutcome(word: unknown): { readonly outcome: Outcome; readonly reason?: string } {
  const lower = typeof word === 'string' ? word.trim().toLowerCase() : '';
  const outcome = Object.hasOwn(OUTCOME, lower) ? OUTCOME[lower] : undefined;
  if (outcome !== undefined) return { outcome };
  return { outcome: 'skip', reason: `the source says ${excerptOf(word).slice(0, 100) || 'nothing'}` };
}

/** Reads a submission's tests: `"suite/name": "pass"` or `"suite/name": {"result": "pass", "log": "…"}`. */
export function readTests(
  tests: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
  facts: RunFacts,
): readonly NewEvent[] {
  const runs = new SuiteRuns(entry, hints, facts);
  const events: NewEvent[] = [];
  for (const [full, value] of Object.entries(tests)) {
    if (full.trim() === '') {
      events.push(
        rejected(entry, FORMAT, hints, {
          key: pointer(full),
          reason: 'a test without a name',
          excerpt: excerptOf(value),
        }),
      );
      continue;
    }
    const log = isObject(value) ? textOf(value.log) : undefined;
    runs.add({
      ...splitName(full),
      ...squadOutcome(isObject(value) ? value.result : value),
      ...(log === undefined ? {} : { excerpt: log }),
    });
    if (runs.isFull) events.push(...runs.take(false));
  }
  return [...events, ...runs.take(true)];
}
