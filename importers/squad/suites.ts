import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { excerptOf, firstText, isObject, pointer, type JsonObject } from '../results/json-shape.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';
import { FORMAT } from './results.ts';

const OUTCOME: Readonly<Record<string, Outcome>> = { pass: 'pass', fail: 'fail', skip: 'skip' };

/** Reads TuxRun's results: suites of cases, a case being a result or, for downloads, several by their label. */
export function readSuites(
  suites: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
  facts: RunFacts,
): readonly NewEvent[] {
  const runs = new SuiteRuns(entry, hints, facts);
  const events: NewEvent[] = [];
  const refuse = (path: readonly string[], value: unknown) => {
    events.push(
      rejected(entry, FORMAT, hints, {
        key: pointer(...path),
        reason: `${pointer(...path)} is no result`,
        excerpt: excerptOf(value),
      }),
    );
  };
  const put = (suite: string, name: string, value: unknown): boolean => {
    if (!isObject(value) || !('result' in value || typeof value.value === 'string')) return false;
    const word = firstText(value, 'result', 'value')?.toLowerCase() ?? '';
    const seconds = Number(firstText(value, 'duration'));
    const why = [firstText(value, 'error_type'), firstText(value, 'error_msg')].filter(
      (part) => part !== undefined,
    );
    const extra = isObject(value.extra) ? firstText(value.extra, 'fail', 'error') : undefined;
    const reason = why.length > 0 ? why.join(': ') : extra;
    runs.add({
      suite,
      name,
      outcome: Object.hasOwn(OUTCOME, word) ? OUTCOME[word]! : 'unknown',
      ...(seconds > 0 ? { durationMs: Math.round(seconds * 1000) } : {}),
      ...(reason === undefined ? {} : { reason }),
    });
    if (runs.isFull) events.push(...runs.take(false));
    return true;
  };
  const putCase = (suite: string, name: string, value: unknown) => {
    if (put(suite, name, typeof value === 'string' ? { result: value } : value)) return;
    if (!isObject(value) || Object.keys(value).length === 0) {
      refuse([suite, name], value);
      return;
    }
    for (const [label, each] of Object.entries(value))
      if (!put(suite, `${name}/${label}`, each)) refuse([suite, name, label], each);
  };
  for (const [suite, cases] of Object.entries(suites)) {
    if (!isObject(cases)) refuse([suite], cases);
    else for (const [name, value] of Object.entries(cases)) putCase(suite, name, value);
  }
  return [...events, ...runs.take(true)];
}
