import { refusedFile } from '../../store/errors.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { KernelBuild } from './build.ts';
import { commandIn, failureIn, isStep, withoutClock } from './lines.ts';

/** Less than a log of tests or of a boot that was built before: that counts, and holds what its build said. */
const SURE = 0.25;
/** So many files that are made are a build. */
const STEPS = 3;

/**
 * Reads the log of a build of a kernel, as kbuild and GNU make print it: whether a kernel came of it, and each target that could not
 * be made with what the compiler, the linker or modpost said.
 */
export const kbuildImporter: Importer = {
  format: 'kbuild',
  version: 1,
  says: 'the log of a build of a kernel: what could not be made, and why',
  unit: 'file',
  surest: SURE,
  comesWithOthers: () => true,
  sniff(head) {
    if (/^\s*(?:<\?xml|<!DOCTYPE|\{|\[\s*[{"\]]|#!)/i.test(head)) return 0;
    // What a script says before can fill the head: downloads, a configuration.
    return head.split('\n').some((raw) => isPart(withoutClock(raw)) || /^\+ \S/.test(raw)) ? SURE : 0;
  },
  async look(entry) {
    let steps = 0;
    for await (const page of entry.lines().pages())
      for (const { text } of page) {
        const line = withoutClock(text);
        if (failureIn(line) !== null || (isStep(line) && ++steps >= STEPS)) return SURE;
      }
    return 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readBuild(entry, context);
  },
};

function isPart(line: string): boolean {
  return isStep(line) || failureIn(line) !== null || commandIn(line) !== null;
}

async function* readBuild(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const build = new KernelBuild(entry, hints);
  for await (const page of entry.lines().pages()) {
    for (const { text, number } of page) build.read(withoutClock(text), number);
    progress?.(page.at(-1)?.offset ?? 0);
  }
  const event = build.finish();
  if (event === null) throw refusedFile(entry.name, 'nothing is built in this log');
  yield { entry, events: [event], warnings: entry.cutLines };
}
