import { InputError, type Diagnostic } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, ImportHints, Importer, Produced, SourceEntry } from '../importer.ts';
import { grouped } from '../../store/grouping.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { cutReject, type Cut } from '../results/cut-json.ts';
import { excerptOf, isObject, repeatedKeys, type JsonObject } from '../results/json-shape.ts';
import { rejected, ResultRun, type RunFacts } from '../results/result-run.ts';
import { jsonUpToCut, parseJson, wholeText } from '../results/whole-text.ts';
import { parseYamlText } from '../results/yaml-text.ts';
import { csvColumns, csvRows } from './csv.ts';
import { factsOfArtefacts, factsOfMetadata, namesUpstream } from './metadata.ts';
import { FORMAT, readTests } from './results.ts';
import { readListing, readRows } from './rows.ts';
import { planOfList, shapeOf, type Shape } from './shape.ts';
import { isYamlOfTests, sniffSquad } from './sniff.ts';
import { readSuites } from './suites.ts';
import { readTuxMake } from './tuxmake.ts';
import { readJob, readPlan } from './tuxsuite.ts';

/**
 * Reads what SQUAD, LKFT, TuxSuite and TuxRun write. In a folder, a file of metadata tells of the results beside it; a
 * result file by itself has its place from the hints only. Declared counts are not read.
 */
export const squadImporter: Importer = {
  format: FORMAT,
  version: 9,
  says: 'results and metadata of SQUAD and LKFT in JSON, CSV or YAML, results of TuxSuite, TuxRun and TuxMake',
  unit: 'file',
  seesOthers: true,
  comesWithOthers: () => true,
  sniff: sniffSquad,
  async *read(entries, context) {
    for (const entry of entries) yield* readFile(entry, context);
  },
};

async function* readFile(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const { hints } = context;
  const head = Buffer.from(entry.head).toString('utf8');
  if (/^\s*[{[]/.test(head)) {
    yield await readJson(entry, context);
    return;
  }
  const facts = await factsBeside(entry, context);
  if (isYamlOfTests(head)) {
    const tests = yamlOfTests(await wholeText(entry), entry);
    yield told(entry, readTests(tests, entry, hints, facts));
    return;
  }
  const columns = csvColumns(head);
  if (columns === null)
    throw refusal(entry, 'neither JSON nor YAML of tests nor CSV with a column of names and one of results');
  let isEmpty = true;
  for await (const events of readRows(csvRows(entry, columns, context.progress), entry, hints, facts)) {
    if (events.length > 0) yield { entry, events };
    isEmpty &&= !events.some((event) => event.type === 'RunObserved');
  }
  if (isEmpty) yield told(entry, []);
}

async function readJson(entry: SourceEntry, context: ImportContext): Promise<Produced> {
  const { hints } = context;
  const text = await wholeText(entry);
  context.progress?.(entry.sizeBytes);
  const { value, shape, cut } = shapeIn(entry, text);
  if (shape === null || !isObject(value))
    throw refusal(entry, 'JSON, but neither results nor metadata of SQUAD');
  const doubles = repeatedKeys(text, 3).map((key, index) =>
    rejected(entry, FORMAT, hints, {
      key: `double ${index}`,
      reason: `the name "${key.slice(0, 200)}" stands twice in one object; what the last one says was taken`,
      excerpt: key,
    }),
  );
  // What stands beside results was told with them.
  if ((shape === 'metadata' || shape === 'artefacts') && (await resultsBeside(entry, context)))
    return { entry, events: doubles };
  const events = eventsOf(shape, value, entry, hints, await factsBeside(entry, context));
  if (cut === null) return told(entry, [...events, ...doubles]);
  if (events.length === 0) throw cut.error;
  return told(entry, [...events, ...doubles, cutReject(entry, FORMAT, hints, cut)]);
}

/** What a text holds, and of which file it has the shape; of one that was cut, results alone are taken. */
function shapeIn(
  entry: SourceEntry,
  text: string,
): { readonly value: unknown; readonly shape: Shape | null; readonly cut: Cut | null } {
  for (const [depth, shapes] of OF_CUT) {
    const { value: parsed, cut } = jsonUpToCut(entry, text, depth);
    const value = planOfList(parsed) ?? parsed;
    const shape = shapeOf(value);
    // What came of a job of TuxSuite may look like the metadata of a run.
    if (cut !== null && shape === 'metadata' && isObject(value) && Object.hasOwn(value, 'uid')) continue;
    if (cut === null || (shape !== null && shapes.has(shape))) return { value, shape, cut };
  }
  return { value: parseJson(entry, text), shape: null, cut: null };
}

/** How deep the results of a file lie, so that each is taken whole: in the file itself, or in a list or a suite. */
const OF_CUT: readonly (readonly [number, ReadonlySet<Shape>])[] = [
  [1, new Set<Shape>(['tests', 'plan', 'metadata'])],
  [2, new Set<Shape>(['suites', 'plan', 'listing'])],
];

function eventsOf(
  shape: Shape,
  value: JsonObject,
  entry: SourceEntry,
  hints: ImportHints,
  facts: RunFacts,
): readonly NewEvent[] {
  switch (shape) {
    case 'tests':
      return readTests(value, entry, hints, facts);
    case 'suites':
      return readSuites(value, entry, hints, { ...facts, tool: 'tuxrun' });
    case 'plan':
      return readPlan(value, entry, hints, FORMAT);
    case 'job':
      return readJob(value, entry, hints);
    case 'tuxmake':
      return readTuxMake(value, entry, hints);
    case 'listing':
      return readListing(value.results as readonly unknown[], entry, hints, facts);
    case 'metrics':
      return [
        rejected(entry, FORMAT, hints, {
          key: 'metrics',
          reason: `${Object.keys(value).length} metrics: measurements are no results of tests`,
          excerpt: excerptOf(value),
        }),
      ];
    case 'metadata':
    case 'artefacts': {
      // Alone it says that there was a run.
      const own = shape === 'metadata' ? factsOfMetadata(value) : factsOfArtefacts(value);
      const run = new ResultRun(entry, hints, { ...factsOfPath(entry.name), ...own });
      run.evenEmpty = true;
      const event = run.take(true);
      return event ? [event] : [];
    }
    case 'empty':
      return [];
  }
}

function told(entry: SourceEntry, events: readonly NewEvent[]): Produced {
  const results = events.reduce((n, e) => n + (e.type === 'RunObserved' ? e.payload.results.length : 0), 0);
  const warnings: Diagnostic[] = [];
  if (results === 0 && !events.some((e) => e.type === 'BuildObserved'))
    warnings.push({
      severity: 'warning',
      message: 'the file has no result of a test',
      place: { file: entry.name },
    });
  return { entry, events, warnings };
}

function refusal(entry: SourceEntry, message: string): InputError {
  return new InputError([{ severity: 'error', message, place: { file: entry.name } }]);
}

function yamlOfTests(text: string, entry: SourceEntry): JsonObject {
  try {
    const value: unknown = parseYamlText(text);
    if (isObject(value)) return value;
  } catch (error) {
    throw refusal(entry, `no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw refusal(entry, 'YAML, but no names with results');
}

/** The folder of a file, be it in an archive, with the stem that files of one run share: `fail-3` of `fail-3-metadata`. */
function runOf(name: string): string {
  const at = Math.max(name.lastIndexOf('/'), name.lastIndexOf('!'));
  const file = name.slice(at + 1).replace(/(\.(?:json|ya?ml|csv|gz|xz|zst))+$/i, '');
  const stem = file.replace(/(?:^|[-_.])(?:metadata|results?|tests?|metrics)$/i, '').toLowerCase();
  return name.slice(0, at + 1) + stem;
}

/** The files of a call by their runs: each of thousands in a folder asks for its own. */
const runsOfCalls = new WeakMap<readonly SourceEntry[], ReadonlyMap<string, readonly SourceEntry[]>>();

function beside(entry: SourceEntry, { beside: files = [] }: ImportContext): readonly SourceEntry[] {
  const runs = runsOfCalls.get(files) ?? grouped(files, ({ name }) => runOf(name));
  runsOfCalls.set(files, runs);
  return (runs.get(runOf(entry.name)) ?? []).filter((other) => other !== entry);
}

async function shapeAt(entry: SourceEntry): Promise<readonly [Shape | null, JsonObject]> {
  try {
    const { value, shape } = shapeIn(entry, await wholeText(entry));
    return isObject(value) ? [shape, value] : [null, {}];
  } catch {
    // What is wrong with that file is told where it is read itself.
    return [null, {}];
  }
}

async function factsBeside(entry: SourceEntry, context: ImportContext): Promise<RunFacts> {
  let facts = factsOfPath(entry.name);
  for (const other of beside(entry, context)) {
    const [shape, value] = await shapeAt(other);
    if (shape === 'metadata') facts = { ...facts, ...factsOfMetadata(value) };
    if (shape === 'artefacts') facts = { ...facts, ...factsOfArtefacts(value) };
  }
  return facts;
}

async function resultsBeside(entry: SourceEntry, context: ImportContext): Promise<boolean> {
  for (const other of beside(entry, context)) {
    const shape = other.name.endsWith('.csv') ? 'tests' : (await shapeAt(other))[0];
    if (shape === 'tests' || shape === 'suites' || shape === 'listing') return true;
  }
  return false;
}

/** SQUAD's own folders: `BUILD/ENVIRONMENT/JOB/tests.json` (import_data.rst); only a build that is a version counts. */
function factsOfPath(name: string): RunFacts {
  const [build, environment] = name.split(/[/!]/).slice(-4, -2);
  if (build === undefined || environment === undefined || !namesUpstream(build)) return {};
  const arch = archOf(environment);
  return { release: build, platform: environment, ...(arch === undefined ? {} : { arch }) };
}
