import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import { rejected, ResultRun, type RunFacts } from '../results/result-run.ts';
import { epochTime, sourceTime } from '../results/source-time.ts';
import { verdictOf } from './exit-status.ts';
import { ltpTestName } from './names.ts';
import { FORMAT } from './report.ts';
import { runTimes } from './run-times.ts';

const HEAD = /^Testcase +Result +Exit Value\s*$/m;
/** Without `-p` ltp-pan writes for machines. */
const FOR_MACHINES = /^tag=(\S+) stime=(\d+) dur=(\d+) exit=(\S{1,40}) stat=(\d+) core=\S+ /;
/** What stands in the table and is no test: blank, or the line below the heading. */
const RULE = /^[\s-]*$/;
const ROW = /^(\S+)\s+(PASS|FAIL|CONF|BROK|WARN)\s+(-?\d+)\s*$/;

/** Tells the log of results that `runltp -l` writes, and that of ltp-pan alone. */
export function looksLikeResultsLog(head: string): boolean {
  return HEAD.test(head) || /^startup='[^'\n]*'\r?\n(?:tag=\S+ stime=\d+ dur=|\s*$)/.test(head);
}

/**
 * Reads the log of results that `runltp -l` writes (ltp-pan): a table of tests with result and exit value, and the kernel
 * below it. What it counts there is not believed. A name is cut where its column ends. For machines a line has the fields of a block of the
 * transcript.
 *
 * @throws InputError when there is no result.
 */
export async function* readResultsLog(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'runltp' });
  const rejects: NewEvent[] = [];
  let inTable = false;
  for await (const { number, offset, text } of entry.lines()) {
    const fields = FOR_MACHINES.exec(text);
    const row = fields ? null : ROW.exec(text);
    if (HEAD.test(text)) inTable = true;
    else if (inTable && text.trim() === '') inTable = false;
    else if (inTable && row === null && !RULE.test(text))
      rejects.push(
        rejected(entry, FORMAT, hints, {
          key: `line-${number}`,
          reason: 'no row of a test with its result and exit value',
          excerpt: text,
          line: number,
        }),
      );
    if (fields) {
      const [, tag, stime, seconds, type, status] = fields;
      const code = Number(status);
      run.add({
        test: ltpTestName(tag!),
        raw: tag!,
        line: number,
        ...verdictOf(type!, code),
        ...(code === 0 ? {} : { exitCode: code }),
        ...(seconds === '0' ? {} : { durationMs: Number(seconds) * 1000 }),
      });
      run.facts = { ...run.facts, ...runTimes(run.facts, epochTime(stime)) };
    } else if (row) {
      const code = Number(row[3]);
      run.add({
        test: ltpTestName(row[1]!),
        raw: row[1]!,
        line: number,
        ...outcomeOf(row[2]!, code),
        ...(code === 0 ? {} : { exitCode: code }),
      });
    } else run.facts = { ...run.facts, ...factsIn(text) };
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
  }
  yield {
    entry,
    events: [...run.end('no result in this log of runltp'), ...rejects],
    warnings: entry.cutLines,
  };
}

/** A test that broke is told as failed; its exit value tells the two apart. */
function outcomeOf(word: string, code: number): { readonly outcome: Outcome; readonly reason?: string } {
  if (word === 'PASS') return { outcome: 'pass' };
  if (word === 'CONF') return { outcome: 'skip' };
  if (word === 'BROK') return { outcome: 'error' };
  const { outcome, reason } = verdictOf('exited', code);
  return outcome === 'error' ? { outcome, ...(reason === undefined ? {} : { reason }) } : { outcome: 'fail' };
}

function factsIn(line: string): RunFacts {
  const [, key, value = ''] =
    /^(Test Start Time|Kernel Version|Machine Architecture):\s+(\S.*)$/.exec(line.trimEnd()) ?? [];
  switch (key) {
    case 'Kernel Version':
      return factsOfUname(value);
    case 'Machine Architecture': {
      const arch = archOf(value);
      return arch === undefined ? {} : { arch };
    }
    case 'Test Start Time': {
      const at = sourceTime(value);
      return at === null ? {} : { knownAt: at };
    }
    default:
      return {};
  }
}
