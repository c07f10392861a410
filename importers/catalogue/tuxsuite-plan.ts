import { canonicalTestName } from '../../store/names/test-name.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import { textsOf, wrongKind } from './plain-yaml.ts';
import { boardArch } from './skipgen.ts';
import { Slots, type Coverage } from './slot.ts';

/** Plans of TuxSuite, where LKFT and others keep theirs. */
export const PLAN_FILES = /^(?:tuxconfig|tuxplans?|plans?)\/(?:[^/]+\/)*[^/]+\.ya?ml$/;

/**
 * What TuxSuite's plans have run (https://docs.tuxsuite.com, plan): each job builds kernels and runs its tests on devices. A
 * device whose name does not say its architecture has that of the builds, where they have one.
 */
export function planCoverage(files: Iterable<unknown>): Coverage {
  const runs = new Slots();
  for (const file of files) {
    if (!isObject(file) || !Array.isArray(file.jobs)) continue;
    for (const job of file.jobs.filter(isObject)) putRuns(job, runs);
  }
  return { slots: runs.slots, notes: new Map() };
}

/** Puts the tests of one job, each on its device. */
function putRuns(job: JsonObject, runs: Slots): void {
  const archs = new Set(both(job, 'build').flatMap((build) => textsOf(build.target_arch)));
  const built = archs.size === 1 ? [...archs][0]! : null;
  for (const on of both(job, 'test')) {
    const [platform = null] = textsOf(on.device);
    const arch = (platform === null ? null : boardArch(platform)) ?? built;
    // What is to be run and named nowhere is a boot.
    const named = textsOf(on.tests);
    for (const raw of named.length > 0 ? named : ['boot']) {
      const test = canonicalTestName(raw.replace(/^(kselftest|ltp)-/, '$1.'));
      if (test !== '') runs.put({ test, arch, tree: null, platform });
    }
  }
}

/** What is wrong with a plan as a whole; null where nothing is. */
export function wrongInPlan(content: unknown): string | null {
  return wrongKind(content, 'jobs', 'list');
}

/** `build: {…}` and `builds: [{…}, …]` are two ways to write the same. */
function both(job: JsonObject, name: string): readonly JsonObject[] {
  const [one, several] = [job[name], job[`${name}s`]];
  return [one, ...(Array.isArray(several) ? (several as unknown[]) : [several])].filter(isObject);
}
