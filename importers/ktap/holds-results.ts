import type { SourceEntry } from '../importer.ts';
import { KtapMachine } from './machine.ts';
import { stampOf } from '../console/printk-prefix.ts';

/** A line without any of these is no result, and cannot make another line one. */
const RESULT_MARKS = ['ok ', 'TAP version', 'selftests: ', '1..', 'TEST: ', 'Subtest: '];

/** Whether a log has a test result anywhere, by the rules of the format that it then is. */
export async function holdsResults(entry: SourceEntry): Promise<boolean> {
  const found: unknown[] = [];
  const machine = new KtapMachine({
    result: (pending) => found.push(pending),
    rejected: () => undefined,
    booted: () => undefined,
    learned: () => undefined,
    crashed: () => undefined,
    survived: () => undefined,
  });
  for await (const line of entry.lines()) {
    // Reading every line as a test log takes as long as importing it.
    if (!RESULT_MARKS.some((mark) => line.text.includes(mark))) continue;
    machine.read(line, stampOf(line));
    if (found.length > 0) return true;
  }
  machine.finish();
  return found.length > 0;
}
