import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { blobTexts, fileHistory, type HistoryStep } from '../git/file-history.ts';
import { instant } from '../git/release-tags.ts';
import { GitError } from '../git/run-git.ts';
import type { RepositoryImporter } from '../repository-importer.ts';
import { coverageEvents, type Voice } from './coverage-events.ts';
import { KERNELCI_FILES, kernelciCoverage } from './kernelci.ts';
import { readYaml } from './read-yaml.ts';
import { SKIP_FILES, skipgenCoverage } from './skipgen.ts';
import { nothing, type Coverage } from './slot.ts';
import { PLAN_FILES, planCoverage } from './tuxsuite-plan.ts';

/** A kind of repository that says what a CI runs. */
interface Kind {
  readonly ci: string;
  readonly origin: string;
  /** Where its files lie, for git. */
  readonly folders: readonly string[];
  readonly files: RegExp;
  readonly voice: Voice;
  read(files: ReadonlyMap<string, unknown>): Coverage;
}

const KINDS: readonly Kind[] = [
  {
    ci: 'KernelCI',
    origin: 'kernelci-pipeline',
    folders: ['config'],
    files: KERNELCI_FILES,
    voice: 'runs',
    read: (files) => kernelciCoverage(files.values()),
  },
  {
    ci: 'LKFT',
    origin: 'test-definitions',
    folders: ['automated/linux'],
    files: SKIP_FILES,
    voice: 'skips',
    read: (files) => skipgenCoverage(files),
  },
  {
    ci: 'LKFT',
    origin: 'tuxsuite-plan',
    folders: ['tuxconfig', 'tuxplan', 'tuxplans', 'plan', 'plans'],
    files: PLAN_FILES,
    voice: 'runs',
    read: (files) => planCoverage(files.values()),
  },
];

/**
 * Reads the history of a CI's catalogue: for every commit of its main branch that touched it, which tests began, stopped,
 * were left out or taken up again, on which architecture, platform and tree. Known from the commit.
 */
export const catalogueImporter: RepositoryImporter = {
  format: 'catalogue',
  version: 3,
  says: 'what a CI runs, from the history of its catalogue',
  async *read({ repository, range, hints, progress }) {
    if (range !== null)
      throw new GitError(
        'a catalogue is read from its beginning: what a commit changes rests on all before it',
        null,
      );
    let found = false;
    for (const kind of KINDS) {
      const steps = (await fileHistory(repository, 'HEAD', kind.folders))
        .map((step) => ({ ...step, files: step.files.filter((f) => kind.files.test(f.path)) }))
        .filter((step) => step.files.length > 0);
      if (steps.length === 0) continue;
      found = true;
      yield* stepsOf(repository, kind, steps, hints.origin, progress);
    }
    if (!found)
      throw new GitError(
        'no catalogue is known here: neither config/*.yaml of kernelci-pipeline, skip files of test-definitions, nor plans of TuxSuite',
        null,
      );
  },
};

async function* stepsOf(
  repository: string,
  kind: Kind,
  steps: readonly HistoryStep[],
  named: string | undefined,
  progress: ((done: number, of: number) => void) | undefined,
): AsyncGenerator<{ readonly events: readonly NewEvent[] }> {
  const texts = blobTexts(
    repository,
    steps.flatMap((s) => s.files.flatMap((f) => f.blob ?? [])),
  );
  const files = new Map<string, unknown>();
  const ci = named ?? kind.ci;
  let before: Coverage = nothing;
  for (const [index, step] of steps.entries()) {
    const events: NewEvent[] = [];
    for (const { path, blob } of step.files) {
      if (blob === null) {
        files.delete(path);
        continue;
      }
      const next = await texts.next();
      const text = next.done === true ? null : next.value;
      try {
        if (text === null) throw new Error('too large, or not there');
        files.set(path, readYaml(text));
      } catch (error) {
        // What it said before still holds: a catalogue that cannot be read is no catalogue without tests.
        events.push(reject(repository, kind.origin, step, path, blob, error, text));
      }
    }
    const after = kind.read(files);
    const at = {
      ci,
      origin: kind.origin,
      commit: step.commit,
      knownAt: instant(step.committed),
      authored: instant(step.authored),
      locator: `${repository} ${step.commit}`,
    };
    events.push(...coverageEvents(kind.voice, before, after, at));
    before = after;
    progress?.(index + 1, steps.length);
    if (events.length > 0) yield { events };
  }
}

function reject(
  repository: string,
  origin: string,
  step: HistoryStep,
  path: string,
  blob: string,
  error: unknown,
  text: unknown,
): NewEvent {
  return newEvent({
    type: 'RecordRejected',
    stream: `reject/${origin}/${blob}/${path}`,
    knownAt: instant(step.committed),
    source: step.commit,
    locator: `${repository} ${step.commit}:${path}`,
    payload: {
      rev: 1,
      format: 'catalogue',
      reason: `${path}: ${error instanceof Error ? error.message : String(error)}`,
      excerpt: typeof text === 'string' ? text.slice(0, 1000) : '',
    },
  });
}
