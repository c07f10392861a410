import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import type { ImportContext, Produced, SourceEntry } from '../importer.ts';
import { SuiteRuns } from '../results/suite-runs.ts';

const SUITE = /^# TAP results for (\S+)\s*$/;
const RESULT = /^(ok|not ok) \d+ (?:- )?(.*?)(?: # (SKIP|TODO)\b.*)?$/s;

/** Tells the TAP that LAVA gives of a job: lists of its suites, which it numbers, in one plan. */
export function isTapOfJob(head: string): boolean {
  return /^TAP version \d+\r?\n(?:1\.\.\d+\r?\n)?# TAP results for (?:lava|\d+_\S+)\s*$/m.test(head);
}

/**
 * Reads what LAVA's interface gives of a job as TAP (`/jobs/ID/tap13/`): a heading names the suite of the results below it, a
 * result that LAVA does not know is a TODO. What stands indented is a piece of the job's log.
 */
export async function readTapOfJob(entry: SourceEntry, { hints }: ImportContext): Promise<Produced> {
  const runs = new SuiteRuns(entry, hints, { tool: 'lava' });
  const events: NewEvent[] = [];
  let suite = '';
  for await (const { number, text } of entry.lines()) {
    const [, verdict, name = '', directive] = RESULT.exec(text.trimEnd()) ?? [];
    if (verdict === undefined) {
      suite = SUITE.exec(text)?.[1] ?? suite;
      continue;
    }
    runs.add({ suite, name, outcome: outcomeOf(verdict, directive), line: number });
    if (runs.isFull) events.push(...runs.take(false));
  }
  return { entry, events: [...events, ...runs.take(true)], warnings: entry.cutLines };
}

function outcomeOf(verdict: string, directive: string | undefined): Outcome {
  if (directive === 'SKIP') return 'skip';
  if (directive === 'TODO') return 'unknown';
  return verdict === 'ok' ? 'pass' : 'fail';
}
