import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../console/clean-line.ts';
import { ResultRun } from '../results/result-run.ts';
import { ConsoleOutput } from './console-output.ts';
import { bare, isComplete, kunitLine } from './lines.ts';

const FORMAT = 'kunit-console';
/** A mail, JSON and XML may quote such output, and say more. */
const OTHERS =
  /^\s*(?:[{<]|>?From |(?:Received|Return-Path|Delivered-To|Message-ID|From|Subject|Date|To|X-[\w-]+):)/i;

/**
 * Reads what `kunit.py run` and `kunit.py parse` print for people: a line a test, suites between lines of equals signs. A suite counts
 * only through its cases, unless it says more than they do; what a suite still owed when the output ended is a miss. The totals are not
 * believed.
 */
export const kunitConsoleImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'what kunit.py prints on a terminal',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    let begins = false;
    let result = false;
    for (const text of head.split('\n', 20_000)) {
      if (!/\[[A-Z]|===|Testing complete/.test(text)) continue;
      const clean = bare(cleanLine(text.slice(0, 1000))[0]?.text ?? '');
      const line = kunitLine(clean);
      if (line?.kind === 'begins' || line?.kind === 'heads' || isComplete(clean)) begins = true;
      else if (line) result = true;
    }
    return begins && result && !OTHERS.test(head) ? 0.92 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readOutput(entry, context);
  },
};

async function* readOutput(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'kunit.py' });
  const output = new ConsoleOutput(run);
  for await (const { number, offset, text } of entry.lines()) {
    output.read(number, text);
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
  }
  output.finish();
  yield {
    entry,
    events: run.end('no result of a test in this output of kunit.py'),
    warnings: entry.cutLines,
  };
}
