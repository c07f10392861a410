import type { Outcome } from '../../store/events/observation.ts';
import { optional } from '../../store/optional-text.ts';
import { firstText, isObject, type JsonObject } from '../results/json-shape.ts';
import type { SuiteResult } from '../results/suite-runs.ts';

/** The words that LAVA knows; whatever else stands there was meant otherwise. */
const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  skip: 'skip',
  unknown: 'unknown',
};

/** Tells a result in LAVA's words, or undefined. */
export function lavaOutcome(word: string): Outcome | undefined {
  return Object.hasOwn(OUTCOME, word) ? OUTCOME[word] : undefined;
}

/**
 * Reads a result as LAVA writes it: in a log (`definition`, `case`, `result`), in a callback or an export (`suite`,
 * `name`, `result`, everything a text, `None` included). Null when it has no name or no result.
 */
export function resultOf(value: JsonObject, line: number | undefined): SuiteResult | null {
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const suite = firstText(value, 'definition', 'suite') ?? firstText(metadata, 'definition') ?? '';
  const name = firstText(value, 'case', 'name');
  const word = firstText(value, 'result');
  if (name === undefined || word === undefined) return null;
  const set = firstText(value, 'set') ?? firstText(metadata, 'set');
  const extra = togetherOf(value.extra) ?? togetherOf(metadata.extra) ?? {};
  const label = firstText(extra, 'label');
  const outcome = lavaOutcome(word.toLowerCase());
  const duration = Number(firstText(value, 'duration') ?? firstText(metadata, 'duration'));
  const why = [value, metadata]
    .flatMap((each) => [firstText(each, 'error_type'), firstText(each, 'error_msg')])
    .filter((part) => part !== undefined);
  const measurement = measured(value);
  const reason =
    outcome === undefined
      ? `the source says ${JSON.stringify(word)}`
      : why.length > 0
        ? [...new Set(why)].join(': ')
        : (firstText(extra, 'fail', 'error') ?? measurement);
  return {
    suite,
    // Downloads are told apart by what is downloaded only.
    name: label === undefined ? (set === undefined ? name : `${set}/${name}`) : `${name}/${label}`,
    outcome: outcome ?? 'unknown',
    ...(line === undefined ? {} : { line }),
    ...(duration > 0 ? { durationMs: Math.round(duration * 1000) } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What was measured, where that is no duration. */
function measured(value: JsonObject): string | undefined {
  const number = firstText(value, 'measurement');
  const unit = firstText(value, 'unit', 'units');
  if (number === undefined || (unit === 'seconds' && value.definition === undefined)) return undefined;
  return `measured ${number}${optional(' ', unit)}`;
}

/** `extra` is an object, or a list of small ones, which are taken together. */
function togetherOf(extra: unknown): JsonObject | undefined {
  if (isObject(extra)) return extra;
  return Array.isArray(extra)
    ? Object.fromEntries(extra.filter(isObject).flatMap(Object.entries))
    : undefined;
}
