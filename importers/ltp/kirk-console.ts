import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../console/clean-line.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import { ResultRun, type GivenResult, type RunFacts } from '../results/result-run.ts';
import { KirkSections } from './kirk-section.ts';
import { UnsaidResults } from './kirk-unsaid.ts';
import { kirkResult } from './kirk-words.ts';
import { ltpTestName } from './names.ts';

const SUITE = /^(?:Starting suite|Suite): \S/;

/** Tells what kirk (and runltp-ng before it) prints on its terminal, which is not the report that it writes. */
export function looksLikeKirkConsole(head: string): boolean {
  return (
    /^(?:Starting suite: \S|Suite: \S.*\r?\n─)/m.test(head) &&
    /^(?:Connecting to SUT: |Host information)/m.test(head)
  );
}

/**
 * Reads what kirk prints, in each of its three ways: a line a test, `--verbose`, side by side; and the machine at the end. Its totals
 * count assertions and are not believed. A test whose name stands there without any end was running when the log ended.
 *
 * @throws InputError when there is no result.
 */
export async function* readKirkConsole(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'kirk' });
  const sections = new KirkSections();
  const unsaid = new UnsaidResults();
  let inSuite = false;
  let begun: GivenResult | null = null;
  const addAll = (results: readonly (GivenResult | null)[]) => {
    for (const result of results) if (result) run.add(result);
  };
  for await (const { number, offset, text } of entry.lines()) {
    const line = cleanLine(text)[0]?.text.trimEnd() ?? '';
    const result = sections.isOpen ? null : kirkResult(line);
    if (result) {
      const given = { test: ltpTestName(result.name), raw: result.name, line: number, ...timeOf(result) };
      if (begun?.raw !== result.name) addAll([begun]);
      begun = null;
      if (result.outcome === null) addAll(unsaid.add({ ...given, outcome: 'unknown' }));
      else
        run.add({
          ...given,
          outcome: result.outcome,
          ...(result.reason === undefined ? {} : { reason: result.reason }),
        });
    } else if (line !== '') {
      addAll([sections.take(line, number)]);
      unsaid.follow(line);
      if (SUITE.test(line)) inSuite = true;
      else if (/^(?:Execution time: |Target information|Disconnecting from SUT)/.test(line)) inSuite = false;
      const name = inSuite && !sections.isOpen ? /^(\S+):$/.exec(line)?.[1] : undefined;
      if (name !== undefined) {
        addAll([begun]);
        begun = {
          test: ltpTestName(name),
          raw: name,
          line: number,
          outcome: 'miss',
          reason: 'the log has no end of it',
        };
      }
      if (!sections.isOpen) run.facts = { ...run.facts, ...factsIn(line) };
    }
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
  }
  addAll([begun, sections.end('the log ends in it'), ...unsaid.take()]);
  yield { entry, events: run.end('no result of kirk in this log'), warnings: entry.cutLines };
}

function timeOf({ durationMs }: { readonly durationMs: number }): { durationMs?: number } {
  return durationMs > 0 ? { durationMs } : {};
}

/** `Kernel:` and `Arch:` of the machine; the first versions wrote the words out. */
function factsIn(line: string): RunFacts {
  const [, key, value] = /^\s*(Kernel|Arch|Kernel Version|Machine Architecture):\s+(\S.*)$/.exec(line) ?? [];
  if (key === undefined) return {};
  if (key.startsWith('Kernel')) {
    const version = /(?:^Linux )?\b(\d+\.\d+\S*)/.exec(value!)?.[1];
    return version === undefined ? {} : factsOfUname(version);
  }
  return { arch: archOf(value!) ?? value };
}
