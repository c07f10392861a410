import { outcomes, type Outcome } from '../../../store/events/observation.ts';
import type { KernelFacts } from '../../console/kernel-facts.ts';
import { KtapMachine } from '../../ktap/machine.ts';
import { Run } from '../../ktap/run.ts';
import { sniffKtap } from '../../ktap/sniff.ts';
import { stampOf } from '../../console/printk-prefix.ts';
import type { Message } from '../message/message.ts';
import { noReport, ownLines, type Report } from './report.ts';

/** A line that may be one of TAP: most mails have none. */
const MAY_BE_TAP = /^[ \t#]{0,8}(?:K?TAP version \d|(?:not )?ok \d)/m;
/** As sure as of a log that stands alone: a version line or a runner's, or several lines that fit together. */
const SURE = 0.7;
const DIFF = /^diff --git /m;
const SHOWN_NAMES = 20;

/**
 * Notes the results that somebody pasted into a mail. They are what its sender says to have seen: often before and after a patch that is in no
 * kernel, cut or put right by hand, and of a kernel that nobody names. So they are a note about the mail, and count as no run; a log that is
 * attached does. Lines that are quoted, and those of a patch, are not the sender's.
 */
export function pastedResults({ id, subject, text }: Message): Report {
  // Most of the text of most mails of a list is a patch.
  const said = text.slice(0, DIFF.exec(text)?.index);
  if (!MAY_BE_TAP.test(said)) return noReport;
  const lines = ownLines(said);
  // A patch that another sends begins with the header of who made it, as a mail does.
  if (sniffKtap(`\n${lines.join('\n')}`) < SURE) return noReport;
  const found = new Map<string, Outcome>();
  const counts = new Map<Outcome, number>();
  let kernel: KernelFacts = {};
  const run = new Run({}, {});
  const learn = (facts: KernelFacts) => {
    kernel = { ...facts, ...kernel };
  };
  const machine = new KtapMachine({
    result(pending) {
      run.kunit = machine.kunit;
      const test = run.add(pending);
      // What a plan still owes was as likely left out of the mail as out of the run.
      if (pending.outcome === 'miss') return;
      counts.set(pending.outcome, (counts.get(pending.outcome) ?? 0) + 1);
      found.set(test, pending.outcome);
    },
    booted: learn,
    learned: learn,
    rejected: () => undefined,
    crashed: () => undefined,
    survived: () => undefined,
  });
  lines.forEach((written, index) => {
    const line = { number: index + 1, offset: 0, text: written, controls: true };
    machine.read(line, stampOf(line));
  });
  machine.finish();
  if (counts.size === 0) return noReport;
  return { ...noReport, notes: [{ about: id ?? subject, text: told(found, counts, kernel) }] };
}

function told(
  found: ReadonlyMap<string, Outcome>,
  counts: ReadonlyMap<Outcome, number>,
  { release, kernel }: KernelFacts,
): string {
  const counted = outcomes.flatMap((each) => (counts.has(each) ? [`${counts.get(each)!} ${each}`] : []));
  const failed = [...found].flatMap(([test, outcome]) => (outcome === 'fail' ? [test] : []));
  const more = failed.length > SHOWN_NAMES ? ` and ${failed.length - SHOWN_NAMES} more` : '';
  const names = failed.length === 0 ? '' : `; failed: ${failed.slice(0, SHOWN_NAMES).join(', ')}${more}`;
  const where = release ?? kernel;
  return `shows the output of tests${where === undefined ? '' : ` on ${where}`}: ${counted.join(', ')}${names}`;
}
