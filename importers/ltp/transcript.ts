import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { ResultRun } from '../results/result-run.ts';

const EXCERPT = 2000;

interface Open {
  readonly tag: string;
  readonly line: number;
  text: string;
  ended: boolean;
}

/**
 * Reads a transcript of runltp: blocks from `<<<test_start>>>` to `<<<test_end>>>` with the exit status of the program
 * between. The status is a mask (include/tst_res_flags.h): TFAIL 1, TBROK 2, TWARN 4, TCONF 32. A block without a status
 * was cut, and its test has no outcome.
 */
export async function* readTranscript(
  entry: SourceEntry,
  { hints, progress }: ImportContext,
): AsyncGenerator<Produced> {
  const run = new ResultRun(entry, hints, { tool: 'runltp' });
  const events: NewEvent[] = [];
  let open: Open | null = null;
  const close = (outcome: Outcome, more: { exitCode?: number; reason?: string } = {}) => {
    if (!open) return;
    run.add({
      test: joinTestName('ltp', testSegment(open.tag) || 'unnamed'),
      raw: open.tag,
      outcome,
      line: open.line,
      ...more,
      ...(outcome === 'pass' ? {} : { excerpt: open.text.trim() }),
    });
    open.ended = true;
  };
  for await (const { number, offset, text } of entry.lines()) {
    const line = text.replace(/\r$/, '');
    const mark = /<<<(test_start|test_end)>>>/.exec(line)?.[1];
    if (mark === 'test_start') {
      if (open && !open.ended) close('miss', { reason: 'the transcript has no status of it' });
      open = { tag: '', line: number, text: '', ended: false };
      continue;
    }
    if (open === null) continue;
    if (open.tag === '') {
      const tag = /^tag=(\S+)/.exec(line)?.[1];
      if (tag !== undefined) {
        open = { ...open, tag };
        continue;
      }
    }
    const status = /termination_type=(\S+) termination_id=(\d+)/.exec(line);
    if (status && !open.ended) {
      const code = Number(status[2]);
      close(status[1] === 'exited' ? outcomeOf(code) : 'error', {
        ...(code === 0 ? {} : { exitCode: code }),
        ...(status[1] === 'exited' ? {} : { reason: `${status[1]!} ${code}` }),
      });
    } else if (mark === 'test_end') {
      if (!open.ended) close('miss', { reason: 'the transcript has no status of it' });
      open = null;
    } else if (open.text.length < EXCERPT) open.text += `${line}\n`;
    if (run.isFull) events.push(run.take(false)!);
    if (events.length > 0) {
      progress?.(offset);
      yield { entry, events: events.splice(0) };
    }
  }
  if (open && !open.ended) close('miss', { reason: 'the transcript ends in it' });
  const last = run.take(true);
  if (last === null && run.isEmpty)
    throw new InputError([
      { severity: 'error', message: 'no test of LTP in this transcript', place: { file: entry.name } },
    ]);
  yield { entry, events: last ? [last] : [] };
}

/** The mask that a test of LTP exits with. */
function outcomeOf(code: number): Outcome {
  if (code === 0) return 'pass';
  if (code === 32) return 'skip';
  return (code & 2) !== 0 && (code & 1) === 0 ? 'error' : 'fail';
}
