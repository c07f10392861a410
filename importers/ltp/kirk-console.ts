import type { Outcome } from '../../store/events/observation.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../ktap/clean.ts';
import { archOf, factsOfUname } from '../ktap/kernel.ts';
import { ResultRun, type RunFacts } from '../results/result-run.ts';
import { ltpTestName } from './names.ts';

const RESULT = /^(\S+): (pass|fail|brok|broken|conf|skip|warn)(?: \| tainted)?\s+\(([^()]*)\)\s*$/;

/** Tells what kirk prints on its terminal, which is not the report that it writes. */
export function looksLikeKirkConsole(head: string): boolean {
  return /^Starting suite: \S/m.test(head) && /^(?:Connecting to SUT: |Host information)/m.test(head);
}

const OUTCOME: Readonly<Record<string, Outcome>> = {
  pass: 'pass',
  fail: 'fail',
  brok: 'error',
  broken: 'error',
  conf: 'skip',
  skip: 'skip',
  warn: 'fail',
};

/**
 * Reads what kirk prints: `NAME: STATUS | tainted  (1m 39s)` for each test, and the machine at the end. Its totals count
 * assertions and are not believed.
 *
 * @throws InputError when there is no result.
 */
export async function* readKirkConsole(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'kirk' });
  for await (const { number, offset, text } of entry.lines()) {
    const line = cleanLine(text)[0]?.text.trimEnd() ?? '';
    const result = RESULT.exec(line);
    if (result) {
      const ms = milliseconds(result[3]!);
      run.add({
        test: ltpTestName(result[1]!),
        raw: result[1]!,
        outcome: OUTCOME[result[2]!]!,
        line: number,
        ...(ms > 0 ? { durationMs: ms } : {}),
      });
    } else if (line.startsWith('        ')) run.facts = { ...run.facts, ...factsIn(line) };
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
  }
  yield { entry, events: run.end('no result of kirk in this log') };
}

/** `1m 39s`, `0.722s`, `1h 2m 3s`. */
function milliseconds(text: string): number {
  const unit: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  return Math.round(
    [...text.matchAll(/(?<![\d.])([\d.]+)\s*([hms])/g)].reduce(
      (sum, [, number, letter]) => sum + (Number(number) || 0) * unit[letter!]! * 1000,
      0,
    ),
  );
}

function factsIn(line: string): RunFacts {
  const [, key, value] = /^\s+(Kernel|Arch):\s+(\S.*)$/.exec(line) ?? [];
  if (key === 'Kernel') {
    const version = /(?:^Linux )?\b(\d+\.\d+\S*)/.exec(value!)?.[1];
    return version === undefined ? {} : factsOfUname(version);
  }
  const arch = key === 'Arch' ? (archOf(value!) ?? value) : undefined;
  return arch === undefined ? {} : { arch };
}
