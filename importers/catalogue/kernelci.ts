import { canonicalTestName } from '../../store/names/test-name.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import { textsOf, wrongKind } from './plain-yaml.ts';
import { Slots, type Coverage } from './slot.ts';

/** The files that say what KernelCI runs: all of them are read as one. */
export const KERNELCI_FILES = /^config\/[^/]+\.ya?ml$/;

/**
 * What KernelCI runs, as its pipeline's configuration says (kernelci/kernelci-pipeline, `config/*.yaml`): a job of kind `job`
 * is a test, an entry of the scheduler runs it on platforms after a build, the build's or the platform's `arch` is the
 * architecture, and `rules: tree:` of the two say in which trees. A test whose build is not scheduled is not run.
 */
export function kernelciCoverage(files: Iterable<unknown>): Coverage {
  const config = configOf(files);
  const runs = new Slots();
  for (const entry of config.scheduler)
    for (const name of textsOf(entry.job)) putRuns(config, entry, name, runs);
  return { slots: runs.slots, notes: new Map() };
}

/** Puts what one entry of the scheduler has one job run: its tests, after each build that is made, on each platform. */
function putRuns(config: Config, entry: JsonObject, name: string, runs: Slots): void {
  const job = config.jobs.get(name);
  if (job?.kind !== 'job' && job?.kind !== 'test') return;
  const tests = testsOf(name, job);
  const platforms = orAny(textsOf(entry.platforms));
  for (const kbuild of buildsMade(config, isObject(entry.event) ? textsOf(entry.event.name) : [])) {
    const trees = treesOf(job, kbuild, runs);
    const builtFor = archOf(isObject(kbuild?.params) ? kbuild.params : undefined);
    for (const platform of platforms) {
      const arch = builtFor ?? (platform === null ? null : archOf(config.platforms.get(platform)));
      for (const test of tests) for (const tree of trees) runs.put({ test, arch, tree, platform });
    }
  }
}

/** What the files say together; of two entries with one name the later counts. */
interface Config {
  readonly jobs: ReadonlyMap<string, JsonObject>;
  readonly platforms: ReadonlyMap<string, JsonObject>;
  readonly scheduler: readonly JsonObject[];
  /** The jobs that an entry of the scheduler names. */
  readonly scheduled: ReadonlySet<string>;
}

function configOf(files: Iterable<unknown>): Config {
  const jobs = new Map<string, JsonObject>();
  const platforms = new Map<string, JsonObject>();
  const scheduler: JsonObject[] = [];
  const keep = (section: unknown, into: Map<string, JsonObject>) => {
    if (!isObject(section)) return;
    for (const [key, value] of Object.entries(section)) if (isObject(value)) into.set(key, value);
  };
  for (const file of files) {
    if (!isObject(file)) continue;
    keep(file.jobs, jobs);
    keep(file.platforms, platforms);
    if (Array.isArray(file.scheduler)) scheduler.push(...(file.scheduler as unknown[]).filter(isObject));
  }
  const scheduled = new Set(scheduler.flatMap((entry) => textsOf(entry.job)));
  return { jobs, platforms, scheduler, scheduled };
}

/** The builds after which an entry runs, without those that nothing schedules; undefined for one that is not described. */
function buildsMade(
  { jobs, scheduled }: Config,
  builds: readonly string[],
): readonly (JsonObject | undefined)[] {
  return orAny(builds).flatMap((build) => {
    const kbuild = build === null ? undefined : jobs.get(build);
    return kbuild?.kind === 'kbuild' && !scheduled.has(build!) ? [] : [kbuild];
  });
}

/** Nothing named means whatever there is. */
function orAny(names: readonly string[]): readonly (string | null)[] {
  return names.length > 0 ? names : [null];
}

function archOf(fields: JsonObject | undefined): string | null {
  return typeof fields?.arch === 'string' && fields.arch !== '' ? fields.arch : null;
}

/**
 * What is wrong with a file of the configuration as a whole; null where nothing is. A section of another kind says nothing, and
 * would look like one without entries.
 */
export function wrongInKernelci(content: unknown): string | null {
  return (
    wrongKind(content, 'jobs', 'mapping') ??
    wrongKind(content, 'platforms', 'mapping') ??
    wrongKind(content, 'scheduler', 'list')
  );
}

/** The suite under which results go to KCIDB names the test; older jobs have a collection, or nothing but their name. */
function testsOf(name: string, job: JsonObject): readonly string[] {
  const suites = textsOf(job.kcidb_test_suite).map(canonicalTestName);
  if (suites.length > 0) return suites;
  const params = isObject(job.params) ? job.params : {};
  const collections = textsOf(params.collections).flatMap((c) => c.split(/[\s,]+/).filter(Boolean));
  if (collections.length > 0) return collections.map((c) => canonicalTestName(`kselftest.${c}`));
  const plain = canonicalTestName(name.replace(/^(kselftest|ltp)-/, '$1.'));
  return plain === '' ? [] : [plain];
}

/** The trees that the rules of a test and of its build both name; null: any. Rules that only exclude leave it at any. */
function treesOf(job: JsonObject, kbuild: JsonObject | undefined, work: Slots): readonly (string | null)[] {
  const named = (fields: JsonObject | undefined) => {
    const rules = isObject(fields?.rules) ? textsOf(fields.rules.tree) : [];
    return rules.filter((rule) => !rule.startsWith('!'));
  };
  const [own, built] = [named(job), named(kbuild)];
  work.step(1 + own.length + built.length);
  if (own.length === 0 || built.length === 0) {
    const all = [...own, ...built];
    return all.length === 0 ? [null] : all;
  }
  const tree = (rule: string) => rule.split(':', 1)[0]!;
  const [ofTest, ofBuild] = [new Set(own), new Set(built)];
  const both = own.filter((rule) => ofBuild.has(rule) || ofBuild.has(tree(rule)));
  return [...both, ...built.filter((rule) => !ofTest.has(rule) && ofTest.has(tree(rule)))];
}
