import { isUtf8 } from 'node:buffer';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { blobContents, fileHistory, type HistoryStep } from '../git/file-history.ts';
import { instant } from '../git/release-tags.ts';
import { CloneError, GitError } from '../git/run-git.ts';
import type { RepositoryImporter } from '../repository-importer.ts';
import { coverageEvents, type Voice } from './coverage-events.ts';
import { KERNELCI_FILES, kernelciCoverage, wrongInKernelci } from './kernelci.ts';
import { plainYaml } from './plain-yaml.ts';
import { SKIP_FILES, skipgenCoverage, wrongInSkipFile } from './skipgen.ts';
import { nothing, type Coverage } from './slot.ts';
import { PLAN_FILES, planCoverage, wrongInPlan } from './tuxsuite-plan.ts';

/** A kind of repository that says what a CI runs. */
interface Kind {
  readonly ci: string;
  readonly origin: string;
  /** Where its files lie, for git. */
  readonly folders: readonly string[];
  readonly files: RegExp;
  readonly voice: Voice;
  /** What is wrong with one of its files as a whole; null where nothing is. */
  wrong(content: unknown): string | null;
  /** @throws Error when it comes to more than any catalogue does. */
  read(files: ReadonlyMap<string, unknown>): Coverage;
}

const KINDS: readonly Kind[] = [
  {
    ci: 'KernelCI',
    origin: 'kernelci-pipeline',
    folders: ['config'],
    files: KERNELCI_FILES,
    voice: 'runs',
    wrong: wrongInKernelci,
    read: (files) => kernelciCoverage(files.values()),
  },
  {
    ci: 'LKFT',
    origin: 'test-definitions',
    folders: ['automated/linux'],
    files: SKIP_FILES,
    voice: 'skips',
    wrong: wrongInSkipFile,
    read: (files) => skipgenCoverage(files),
  },
  {
    ci: 'LKFT',
    origin: 'tuxsuite-plan',
    folders: ['tuxconfig', 'tuxplan', 'tuxplans', 'plan', 'plans'],
    files: PLAN_FILES,
    voice: 'runs',
    wrong: wrongInPlan,
    read: (files) => planCoverage(files.values()),
  },
];

/**
 * Reads the history of a CI's catalogue: for every commit of its main branch that touched it, which tests began, stopped,
 * were left out or taken up again, on which architecture, platform and tree. Known from the commit.
 */
export const catalogueImporter: RepositoryImporter = {
  format: 'catalogue',
  version: 4,
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
      throw new CloneError(
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
  const contents = blobContents(
    repository,
    steps.flatMap((s) => s.files.flatMap((f) => f.blob ?? [])),
  );
  let files: ReadonlyMap<string, unknown> = new Map();
  const ci = named ?? kind.ci;
  let before: Coverage = nothing;
  for (const [index, step] of steps.entries()) {
    const events: NewEvent[] = [];
    // What cannot be read leaves what was said before: a catalogue that cannot be read is no catalogue without tests.
    const changed = new Map(files);
    for (const { path, blob } of step.files) {
      if (blob === null) {
        changed.delete(path);
        continue;
      }
      const next = await contents.next();
      const content = next.done === true ? null : next.value;
      try {
        changed.set(path, readFile(kind, content));
      } catch (error) {
        events.push(reject(repository, kind.origin, step, { path, blob, content }, error));
      }
    }
    let after = before;
    try {
      after = kind.read(changed);
      files = changed;
    } catch (error) {
      events.push(reject(repository, kind.origin, step, null, error));
    }
    const at = {
      ci,
      origin: kind.origin,
      commit: step.commit,
      knownAt: instant(step.committed),
      authored: instant(step.authored),
      locator: `${repository} ${step.commit}`,
    };
    for (const event of coverageEvents(kind.voice, before, after, at)) events.push(event);
    before = after;
    progress?.(index + 1, steps.length);
    if (events.length > 0) yield { events };
  }
}

/** @throws Error where it is no file of such a catalogue. */
function readFile(kind: Kind, content: Buffer | null): unknown {
  if (content === null) throw new Error('too large, or not there');
  if (!isUtf8(content)) throw new Error('it is no text in UTF-8');
  const read = plainYaml(content.toString('utf8'));
  const wrong = kind.wrong(read);
  if (wrong !== null) throw new Error(wrong);
  return read;
}

/** A file that cannot be read; or, where none is named, a commit after which the catalogue as a whole cannot. */
function reject(
  repository: string,
  origin: string,
  step: HistoryStep,
  file: { readonly path: string; readonly blob: string; readonly content: Buffer | null } | null,
  error: unknown,
): NewEvent {
  const reason = error instanceof Error ? error.message : String(error);
  return newEvent({
    type: 'RecordRejected',
    stream: `reject/${origin}/${file === null ? step.commit : `${file.blob}/${file.path}`}`,
    knownAt: instant(step.committed),
    source: step.commit,
    locator: `${repository} ${step.commit}${file === null ? '' : `:${file.path}`}`,
    payload: {
      rev: 1,
      format: 'catalogue',
      reason: file === null ? `the catalogue as of this commit: ${reason}` : `${file.path}: ${reason}`,
      excerpt: file?.content?.subarray(0, 4000).toString('utf8').slice(0, 1000) ?? '',
    },
  });
}
