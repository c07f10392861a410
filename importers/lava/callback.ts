import { refusedFile } from '../../store/errors.ts';
import { toKnownAt } from '../../store/events/known-at.ts';
import { optional } from '../../store/optional-text.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { cutReject } from '../results/cut-json.ts';
import { excerptOf, firstText, isObject, pointer, type JsonObject } from '../results/json-shape.ts';
import type { RunFacts } from '../results/result-run.ts';
import { jsonUpToCut, wholeText } from '../results/whole-text.ts';
import { parseYamlText } from '../results/yaml-text.ts';
import { factsOfMetadata } from '../squad/metadata.ts';
import { factsOfAddress, FORMAT, LavaJob } from './job.ts';

/** Each suite is a text of its own. */
const DEPTH = 2;

/**
 * Reads what LAVA sends when a job has ended: JSON with YAML inside, in `results.SUITE` and `log`. The log repeats the
 * results and says which kernel ran.
 *
 * @throws InputError when it is no callback.
 */
export async function readCallback(entry: SourceEntry, { hints }: ImportContext): Promise<Produced> {
  const { value: callback, cut } = jsonUpToCut(entry, await wholeText(entry), DEPTH);
  if (cut !== null && !(isObject(callback) && hasResults(callback))) throw cut.error;
  if (!isObject(callback) || !(isObject(callback.results) || typeof callback.log === 'string'))
    throw refusedFile(entry.name, 'no callback of LAVA: it has neither results nor a log');
  const job = new LavaJob(entry, hints, '/log:');
  job.given = factsOf(callback);
  // The log tells all results once more: where suites are missing behind a cut, it tells those, too.
  const isToldByLog = cut !== null && typeof callback.log === 'string';
  const suites = isObject(callback.results) && !isToldByLog ? callback.results : {};
  for (const [suite, text] of Object.entries(suites)) readSuite(job, suite, text);
  job.countsResults = Object.keys(suites).length === 0;
  if (typeof callback.log === 'string' && callback.log !== '') {
    callback.log.split(/\r?\n/).forEach((text, index) => {
      job.readLine({ number: index + 1, text });
    });
    job.finishLines();
  }
  const events = job.events(true);
  return { entry, events: cut === null ? events : [...events, cutReject(entry, FORMAT, hints, cut)] };
}

/** Whether there is a whole suite, or the whole log: half a text of either is left out where a callback is cut. */
function hasResults({ results, log }: JsonObject): boolean {
  return (isObject(results) && Object.keys(results).length > 0) || typeof log === 'string';
}

function readSuite(job: LavaJob, suite: string, text: unknown): void {
  const place = pointer('results', suite);
  let list: unknown = text;
  if (typeof text === 'string')
    try {
      list = parseYamlText(text);
    } catch (error) {
      const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      job.refuse(`${place} is no YAML: ${why}`, text, undefined, place);
      return;
    }
  // A suite without a result is an empty text.
  if (list === null || list === undefined) return;
  if (!Array.isArray(list)) {
    job.refuse(`${place} is no list of results`, excerptOf(list), undefined, place);
    return;
  }
  list.forEach((value: unknown, index) => {
    if (!isObject(value)) {
      job.refuse('a result without fields', excerptOf(value), undefined, `${place}/${index}`);
      return;
    }
    const line = Number(firstText(value, 'log_start_line'));
    job.result(
      value.suite === undefined && value.definition === undefined ? { ...value, suite } : value,
      Number.isInteger(line) && line > 0 ? line : undefined,
      `${place}/${index}`,
    );
  });
}

function factsOf(callback: JsonObject): RunFacts {
  const definition = definitionOf(callback.definition);
  const metadata = isObject(definition.metadata) ? definition.metadata : {};
  const more = isObject(callback.metadata) ? callback.metadata : {};
  const at = firstText(callback, 'end_time', 'submit_time');
  const started = firstText(callback, 'start_time');
  const known = at === undefined ? null : utc(at);
  const begun = started === undefined ? null : utc(started);
  const said = factsOfMetadata({ ...metadata, ...more });
  const platform = firstText(definition, 'device_type') ?? firstText(callback, 'actual_device_id');
  const id = firstText(callback, 'id');
  const origin = firstText(callback, 'lab_name');
  return {
    ...(typeof callback.definition === 'string' ? factsOfAddress(callback.definition) : {}),
    ...said,
    ...(platform === undefined ? {} : { platform }),
    ...(id === undefined ? {} : { id: `lava:${optional('', origin, ':')}${id}` }),
    ...(origin === undefined ? {} : { origin }),
    ...(known === null ? {} : { knownAt: known }),
    ...(begun === null ? {} : { startedAt: begun }),
  };
}

function utc(text: string): string | null {
  return toKnownAt(text.replace(' ', 'T')) ?? toKnownAt(`${text.replace(' ', 'T')}Z`);
}

/** The job as it was submitted; what cannot be read of it only says less. */
function definitionOf(text: unknown): JsonObject {
  if (typeof text !== 'string') return {};
  try {
    const value: unknown = parseYamlText(text, 100);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
