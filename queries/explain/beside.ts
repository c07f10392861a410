import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { optional } from '../../store/optional-text.ts';
import { sees } from '../model/view.ts';
import type { Model } from '../model/model.ts';
import { countingResults } from '../results/run-versions.ts';
import { describeEvent } from '../model/describe-event.ts';
import { document, step, type ExplainDocument, type ExplainStep } from './explanation.ts';

/**
 * Events that a model does not hold, because there may be a million of them: runs of tests, and pieces that could not be understood. They
 * are asked of the log when an explanation names them.
 */
export interface EventsBeside {
  /** Those whose id begins so. */
  beginning(prefix: string): readonly StoredEvent[];
  /** All versions of the statement that a run is of, the run among them. */
  versionsOf(run: Run): readonly Run[];
}

type Run = TypedStoredEvent<'RunObserved'>;

/** No events beside the model. */
export const nothingBeside: EventsBeside = { beginning: () => [], versionsOf: () => [] };
type ShownEvent = ExplainStep['events'][number];

/** The most results of one run that are shown one by one. */
const MOST = 20;

/** Shows results with the run that each is in: `ID#index`, what came out, and where in the source it stands. */
export function shownResults(beside: EventsBeside, addresses: readonly string[]): readonly ShownEvent[] {
  return addresses.flatMap((address) => {
    const [id = '', item] = address.split('#');
    const run = beside.beginning(id).find((e): e is Run => e.type === 'RunObserved' && e.id === id);
    return run === undefined || item === undefined ? [] : [shownResult(run, Number(item))];
  });
}

function shownResult(run: Run, index: number): ShownEvent {
  const { id, type, knownAt, source, locator, payload } = run;
  const { test, outcome, line, reason, excerpt } = payload.results[index]!;
  const why = reason ?? excerpt;
  // A newer selftest on an older kernel fails for want of what it tests.
  const version = payload.selftests === undefined ? '' : ` with the selftests of ${payload.selftests}`;
  return {
    id: `${id}#${index}`,
    type,
    knownAt,
    source,
    excerpt: `${payload.origin}: ${test} is ${outcome}${version}${optional(' (', why, ')')} (${line === undefined ? locator : `line ${line}`})`,
  };
}

/** Explains a run, or one result in it; null where the run has no such item. */
export function explainRun(
  model: Model,
  run: Run,
  index: number | null,
  beside: EventsBeside,
): ExplainDocument | null {
  const { id, payload } = run;
  if (index !== null && !(index < payload.results.length)) return null;
  const versions = beside.versionsOf(run);
  const counting = new Set(
    [...countingResults(model, versions)].map((counted) => `${counted.run.id}#${counted.index}`),
  );
  const all = payload.results.map((_, i) => i);
  const mine = index === null ? all : [index];
  const left = mine.filter((i) => counting.has(`${id}#${i}`));
  const telling =
    index === null ? all.filter((i) => !['pass', 'skip'].includes(payload.results[i]!.outcome)) : [index];
  const newer = versions.filter((v) => v.id !== id && v.position > run.position && sees(model.view, v));
  const retractions = [id, ...mine.map((i) => `${id}#${i}`)].flatMap(
    (address) => model.counting.retracted.get(address) ?? [],
  );
  const more = telling.length > MOST ? `; the first ${MOST} of ${telling.length} that did not pass` : '';
  return document(
    `RunObserved ${id.slice(0, 12)}${optional('#', index)}`,
    index === null
      ? `${left.length} of ${all.length} results count`
      : left.length > 0
        ? 'counts'
        : 'does not count',
    [
      step(describeEvent(run), null, [run]),
      {
        says: index === null ? `${countsOf(payload.results)}${more}` : `item ${index} of ${all.length}`,
        rule: null,
        events: telling.slice(0, MOST).map((i) => shownResult(run, i)),
      },
      step(`recorded ${run.recordedAt} at position ${run.position}, in batch ${run.batch}`, null, []),
      ...(retractions.length > 0 ? [step('it was retracted', null, retractions)] : []),
      ...(newer.length > 0 ? [step('it was told again', 'revision, then known-at', newer)] : []),
    ],
  );
}

/** `2 pass, 1 fail`. */
function countsOf(results: readonly { readonly outcome: string }[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, n]) => `${n} ${outcome}`).join(', ');
}
