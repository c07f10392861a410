import { isObject, type JsonObject } from '../results/json-shape.ts';

/**
 * The files that SQUAD, LKFT and TuxSuite write, all of them JSON without a mark of their kind:
 * - `tests`: names with results (SQUAD's submission), `metrics`: names with numbers, `metadata`: facts of a run
 * - `suites`: TuxRun's results, suites of cases; `artefacts`: TuxRun's metadata
 * - `plan`: a TuxSuite plan of builds and tests, `job`: one of its tests
 * - `tuxmake`: the metadata of a build by TuxMake
 * - `listing`: a page of SQUAD's REST interface
 * - `empty`: an object with nothing in it
 */
export type Shape =
  | 'tests'
  | 'metrics'
  | 'metadata'
  | 'suites'
  | 'artefacts'
  | 'plan'
  | 'job'
  | 'tuxmake'
  | 'listing'
  | 'empty';

const METADATA_KEYS = [
  'job_id',
  'job_url',
  'datetime',
  'job_status',
  'git describe',
  'git_describe',
  'build-url',
];

/** Tells which file of SQUAD's kind a value of JSON is; null when none. */
export function shapeOf(value: unknown): Shape | null {
  if (!isObject(value)) return null;
  const entries = Object.entries(value);
  if (entries.length === 0) return 'empty';
  const has = (...keys: readonly string[]) => keys.every((key) => Object.hasOwn(value, key));
  if (has('count', 'results') && (has('next') || has('previous')) && Array.isArray(value.results))
    return 'listing';
  if (has('uid', 'results', 'plan') || has('uid', 'project', 'tests', 'state')) return 'job';
  if (isTuxObjects(value.builds) && isTuxObjects(value.tests)) return 'plan';
  if (has('build', 'results') && (has('tuxmake') || has('compiler', 'source'))) return 'tuxmake';
  if (has('artefacts', 'durations') || has('host_arch', 'artefacts')) return 'artefacts';
  // SQUAD wants the id of a job to be a text; others number theirs.
  if (METADATA_KEYS.some((key) => typeof value[key] === 'string')) return 'metadata';
  const values = entries.map(([, each]) => each);
  // Ids of something are no measurements.
  if (values.every(isMetric)) return entries.every(([key]) => /(?:^|_)id$/.test(key)) ? null : 'metrics';
  if (values.some(isVerdict)) return 'tests';
  if (values.some(isSuite)) return 'suites';
  return null;
}

/**
 * TuxSuite writes `build.json` and `test.json` as lists; by their ids they are the plan that they are part of. Null where
 * a value is no such list.
 */
export function planOfList(value: unknown): JsonObject | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const builds: [string, JsonObject][] = [];
  const tests: [string, JsonObject][] = [];
  for (const each of value as readonly unknown[]) {
    if (!isObject(each) || typeof each.uid !== 'string' || typeof each.project !== 'string') return null;
    const isBuild = Object.hasOwn(each, 'build_status') || Object.hasOwn(each, 'target_arch');
    (isBuild ? builds : tests).push([each.uid, each]);
  }
  return { builds: Object.fromEntries(builds), tests: Object.fromEntries(tests) };
}

/** Objects by TuxSuite's ids; without any, a plan says nothing. */
function isTuxObjects(value: unknown): value is JsonObject {
  return (
    isObject(value) && Object.values(value).every((each) => isObject(each) && Object.hasOwn(each, 'uid'))
  );
}

/** The words of SQUAD and of the tools that submit to it; another word is a skip, but tells no format. */
const WORDS = /^(?:pass|fail|skip|xfail|xpass|unknown|error|incomplete|not run|n\/a)$/i;

/** Whether most of what an object holds are results of tests. */
export function areVerdicts(value: unknown): boolean {
  const values = isObject(value) ? Object.values(value) : [];
  return values.filter(isVerdict).length * 2 >= values.length;
}

function isVerdict(value: unknown): boolean {
  if (typeof value === 'string') return WORDS.test(value);
  return isObject(value) && typeof value.result === 'string';
}

function isMetric(value: unknown): boolean {
  const number = isObject(value) ? value.value : value;
  return typeof number === 'number' || (Array.isArray(number) && number.every((n) => typeof n === 'number'));
}

function isSuite(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).some(
    (each) => isVerdict(each) || (isObject(each) && Object.values(each).some(isVerdict)),
  );
}
