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
  const jobs = new Map<string, Fields>();
  const platforms = new Map<string, Fields>();
  const scheduler: Fields[] = [];
  for (const file of files) {
    if (!isFields(file)) continue;
    for (const [name, into] of [
      ['jobs', jobs],
      ['platforms', platforms],
    ] as const) {
      const section = file[name];
      if (isFields(section))
        for (const [key, value] of Object.entries(section)) if (isFields(value)) into.set(key, value);
    }
    if (Array.isArray(file.scheduler)) scheduler.push(...file.scheduler.filter(isFields));
  }
  const scheduled = new Set(scheduler.flatMap((entry) => textsOf(entry.job)));
  const runs = new Map<string, Slot>();
  for (const entry of scheduler) {
    for (const name of textsOf(entry.job)) {
      const job = jobs.get(name);
      if (job === undefined || (job.kind !== 'job' && job.kind !== 'test')) continue;
      const builds = isFields(entry.event) ? textsOf(entry.event.name) : [];
      for (const build of builds.length > 0 ? builds : [null]) {
        const kbuild = build === null ? undefined : jobs.get(build);
        if (kbuild?.kind === 'kbuild' && !scheduled.has(build!)) continue;
        const on = textsOf(entry.platforms);
        for (const platform of on.length > 0 ? on : [null]) {
          const arch =
            archOf(isFields(kbuild?.params) ? kbuild.params : undefined) ??
            (platform === null ? null : archOf(platforms.get(platform)));
          for (const test of testsOf(name, job))
            for (const tree of treesOf(job, kbuild)) {
              const slot: Slot = { test, arch, tree, platform };
              runs.set(JSON.stringify([test, arch, tree, platform]), slot);
            }
        }
      }
    }
  }
  return { slots: runs, notes: new Map() };
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
