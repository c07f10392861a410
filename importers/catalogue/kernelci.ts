import { canonicalTestName } from '../../store/names/test-name.ts';
import type { Coverage, Slot } from './slot.ts';
import { isFields, textsOf, type Fields } from './read-yaml.ts';

/** The files that say what KernelCI runs: all of them are read as one. */
export const KERNELCI_FILES = /^config\/[^/]+\.ya?ml$/;

/**
 * What KernelCI runs, as its pipeline's configuration says (kernelci/kernelci-pipeline, `config/*.yaml`): a job of kind `job`
 * is a test, an entry of the scheduler runs it on platforms after a build, the build's or the platform's `arch` is the
 * architecture, and `rules: tree:` of the two say in which trees. A test whose build is not scheduled is not run.
 */
export function kernelciCoverage(files: Iterable<unknown>): Coverage {
  const config = configOf(files);
  const { jobs, platforms, scheduler } = config;
  const runs = new Map<string, Slot>();
  for (const entry of scheduler) {
    const builds = isFields(entry.event) ? textsOf(entry.event.name) : [];
    const on = textsOf(entry.platforms);
    for (const name of textsOf(entry.job)) {
      const job = jobs.get(name);
      if (job === undefined || (job.kind !== 'job' && job.kind !== 'test')) continue;
      for (const kbuild of buildsMade(config, builds))
        for (const platform of orAny(on)) {
          const arch =
            archOf(isFields(kbuild?.params) ? kbuild.params : undefined) ??
            (platform === null ? null : archOf(platforms.get(platform)));
          for (const test of testsOf(name, job))
            for (const tree of treesOf(job, kbuild))
              runs.set(JSON.stringify([test, arch, tree, platform]), { test, arch, tree, platform });
        }
    }
  }
  return { slots: runs, notes: new Map() };
}

/** What the files say together; of two entries with one name the later counts. */
interface Config {
  readonly jobs: ReadonlyMap<string, Fields>;
  readonly platforms: ReadonlyMap<string, Fields>;
  readonly scheduler: readonly Fields[];
  /** The jobs that an entry of the scheduler names. */
  readonly scheduled: ReadonlySet<string>;
}

function configOf(files: Iterable<unknown>): Config {
  const jobs = new Map<string, Fields>();
  const platforms = new Map<string, Fields>();
  const scheduler: Fields[] = [];
  const keep = (section: unknown, into: Map<string, Fields>) => {
    if (!isFields(section)) return;
    for (const [key, value] of Object.entries(section)) if (isFields(value)) into.set(key, value);
  };
  for (const file of files) {
    if (!isFields(file)) continue;
    keep(file.jobs, jobs);
    keep(file.platforms, platforms);
    if (Array.isArray(file.scheduler)) scheduler.push(...file.scheduler.filter(isFields));
  }
  const scheduled = new Set(scheduler.flatMap((entry) => textsOf(entry.job)));
  return { jobs, platforms, scheduler, scheduled };
}

/** The builds after which an entry runs, without those that nothing schedules; undefined for one that is not described. */
function buildsMade({ jobs, scheduled }: Config, builds: readonly string[]): readonly (Fields | undefined)[] {
  return orAny(builds).flatMap((build) => {
    const kbuild = build === null ? undefined : jobs.get(build);
    return kbuild?.kind === 'kbuild' && !scheduled.has(build!) ? [] : [kbuild];
  });
}

/** Nothing named means whatever there is. */
function orAny(names: readonly string[]): readonly (string | null)[] {
  return names.length > 0 ? names : [null];
}

function archOf(fields: Fields | undefined): string | null {
  return typeof fields?.arch === 'string' && fields.arch !== '' ? fields.arch : null;
}

/** The suite under which results go to KCIDB names the test; older jobs have a collection, or nothing but their name. */
function testsOf(name: string, job: Fields): readonly string[] {
  const suites = textsOf(job.kcidb_test_suite).map(canonicalTestName);
  if (suites.length > 0) return suites;
  const params = isFields(job.params) ? job.params : {};
  const collections = textsOf(params.collections).flatMap((c) => c.split(/[\s,]+/).filter(Boolean));
  if (collections.length > 0) return collections.map((c) => canonicalTestName(`kselftest.${c}`));
  const plain = canonicalTestName(name.replace(/^(kselftest|ltp)-/, '$1.'));
  return plain === '' ? [] : [plain];
}

/** The trees that the rules of a test and of its build both name; null: any. Rules that only exclude leave it at any. */
function treesOf(job: Fields, kbuild: Fields | undefined): readonly (string | null)[] {
  const named = (fields: Fields | undefined) => {
    const rules = isFields(fields?.rules) ? textsOf(fields.rules.tree) : [];
    return rules.filter((rule) => !rule.startsWith('!'));
  };
  const [own, built] = [named(job), named(kbuild)];
  if (own.length === 0 || built.length === 0) {
    const all = [...own, ...built];
    return all.length === 0 ? [null] : all;
  }
  const tree = (rule: string) => rule.split(':', 1)[0]!;
  const both = own.filter((rule) => built.some((b) => b === rule || b === tree(rule)));
  return [...both, ...built.filter((rule) => !own.includes(rule) && own.includes(tree(rule)))];
}
