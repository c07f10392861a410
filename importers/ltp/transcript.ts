import type { Outcome } from '../../store/events/observation.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { cleanLine } from '../console/clean-line.ts';
import { parseBanner, parseMachine } from '../console/kernel-facts.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { factsOfLkpCmdline } from '../console/lkp-cmdline.ts';
import { ResultRun, type RunFacts } from '../results/result-run.ts';
import { epochTime } from '../results/source-time.ts';
import { verdictOf } from './exit-status.ts';
import { ltpTestName } from './names.ts';
import { runTimes } from './run-times.ts';

/** A console may put something before a mark; what follows on its line shows that a text only speaks of it. */
const MARK = /<<<(test_start|test_end)>>>\s*$/;
/** The folder that runltp makes for each run, as it tells with the command line of ltp-pan. */
const FOLDER = /^COMMAND: .{0,2000}? -f \S{0,500}\/(ltp-\w{10})\/alltests\b/;
/** ltp-pan could not start the program; the status that follows is the number of an error. */
const NOT_STARTED = /^initiation_status="(?!ok")[^\n]{0,1000}execvp of /m;
const UNSTARTED = { outcome: 'error', reason: 'the program could not be started' } as const;

interface Open {
  readonly tag: string;
  readonly line: number;
  text: string;
  ended: boolean;
  /** A console stamps each line, and puts an empty one behind it. */
  readonly isStamped: boolean;
}

/**
 * Reads a transcript of runltp: blocks from `<<<test_start>>>` to `<<<test_end>>>` with the exit status of the program
 * between; what ran is told before the first, and each block says when it began. The status is a mask (include/tst_res_flags.h):
 * TFAIL 1, TBROK 2, TWARN 4, TCONF 32. A block without a status was cut, and its test has no outcome.
 */
export async function* readTranscript(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'runltp' });
  let open: Open | null = null;
  const close = (outcome: Outcome, more: { exitCode?: number; reason?: string } = {}) => {
    if (!open) return;
    run.add({
      test: ltpTestName(open.tag),
      raw: open.tag,
      outcome,
      line: open.line,
      ...more,
      ...(outcome === 'pass' ? {} : { excerpt: open.text.trim() }),
    });
    open.ended = true;
  };
  for await (const { number, offset, text } of entry.lines()) {
    if (run.isFull) {
      progress?.(offset);
      yield { entry, events: [run.take(false)!] };
    }
    const raw = text.replace(/\r$/, '');
    const mark = MARK.exec(raw)?.[1];
    if (mark === 'test_start') {
      if (open && !open.ended) close('miss', { reason: 'the transcript has no status of it' });
      open = { tag: '', line: number, text: '', ended: false, isStamped: isStamped(raw) };
      continue;
    }
    const line: string = open?.isStamped === true ? (cleanLine(raw)[0]?.text ?? '') : raw;
    if (open?.isStamped === true && line === '') continue;
    if (open === null) {
      if (run.isEmpty) run.facts = { ...run.facts, ...factsOfPreamble(line) };
      continue;
    }
    if (open.tag === '') {
      const begun = /^tag=(\S+)(?: stime=(\d+))?/.exec(line);
      if (begun) {
        open = { ...open, tag: begun[1]! };
        run.facts = { ...run.facts, ...runTimes(run.facts, epochTime(begun[2])) };
        continue;
      }
    }
    const status = /termination_type=(\S{1,40}) termination_id=(\d+)/.exec(line);
    if (status && !open.ended) {
      const code = Number(status[2]);
      const { outcome, reason } = NOT_STARTED.test(open.text) ? UNSTARTED : verdictOf(status[1]!, code);
      close(outcome, {
        ...(code === 0 ? {} : { exitCode: code }),
        ...(reason === undefined ? {} : { reason }),
      });
    } else if (mark === 'test_end') {
      if (!open.ended) close('miss', { reason: 'the transcript has no status of it' });
      open = null;
    } else if (open.text.length < LONGEST_EXCERPT) open.text += `${line}\n`;
  }
  if (open && !open.ended) close('miss', { reason: 'the transcript ends in it' });
  yield { entry, events: run.end('no test of LTP in this transcript'), warnings: entry.cutLines };
}

/** What runltp prints of the machine before its tests, `uname -a` and the kernel's command line; or a whole boot. */
function factsOfPreamble(raw: string): RunFacts {
  const line = cleanLine(raw)[0]?.text ?? '';
  const kernel = parseBanner(line) ?? parseMachine(line);
  if (kernel) return kernel;
  const folder = FOLDER.exec(line)?.[1];
  if (folder !== undefined) return { own: { name: folder, isCopy: isStamped(raw) } };
  const lkp = line.includes(' commit=') ? factsOfLkpCmdline(line) : {};
  return lkp.commit === undefined ? {} : lkp;
}

/** Whether the kernel's time stamp stands before a line: then this is its log, in which a lab repeats what programs print. */
function isStamped(raw: string): boolean {
  return cleanLine(raw)[0]?.kernel === true;
}
