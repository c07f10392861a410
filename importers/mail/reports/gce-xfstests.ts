import { archOf } from '../../../store/names/arch-name.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';
import { factsOfUname } from '../../console/kernel-facts.ts';
import type { Message } from '../message/message.ts';
import { senderAddress } from '../message/sender.ts';
import { noReport, ownLines, type Report, type ToldResult, type ToldRun } from './report.ts';

/** `KERNEL:    kernel 6.5.0-xfstests-11705-ge1ee6db7734e #62 SMP … x86_64` */
const KERNEL = /^\s*KERNEL:\s+kernel (\d+\.\d\S{0,200})(?: .{0,300}?(?:\b(x86_64|aarch64|i[3-6]86)\s*)?)?$/;
/** `ext4/1k: 527 tests, 1 failures, 39 skipped, 9182 seconds` */
const CONFIGURATION =
  /^\s*([a-z0-9]+\/\w+): (\d{1,9}) tests(?:, (\d{1,9}) failures)?(?:, \d{1,9} errors)?(?:, (\d{1,9}) skipped)?, \d{1,9} seconds$/;
/** Of every mail's text: words between blanks are many, and behind a digit there are few. */
const MAY_BE_TOTALS = /\d tests, /;
const FAILURES = /^\s+Failures: (.*)$/;
const FLAKY = /^\s+Flaky: (.*)$/;
/** `generic/251: 60% (3/5)` */
const RATE = /([a-z][a-z0-9]{0,30}\/\d{3,4}):\s+\d{1,3}% \((\d{1,6})\/(\d{1,6})\)/g;
const MORE = /^\s+(?:[a-z][a-z0-9]*\/\d{3,4}\b.*)$/;

/**
 * Reads the summary that gce-xfstests and kvm-xfstests print (xfstests-bld), as developers of file systems put it into mails: a run for each
 * configuration of a file system, with the tests that failed, or now and then did, and totals. Where the kernel is left out it is a note.
 */
export function gceXfstests({ id, from, subject, text }: Message): Report {
  if (!MAY_BE_TOTALS.test(text)) return noReport;
  const runs: ToldRun[] = [];
  const notes: string[] = [];
  let kernel: Partial<ToldRun> | null = null;
  let results: ToldResult[] | null = null;
  let list: 'failures' | 'flaky' | null = null;
  for (const line of ownLines(text)) {
    const [, uname, arch] = KERNEL.exec(line) ?? [];
    if (uname !== undefined) {
      const name = arch === undefined ? undefined : archOf(arch);
      kernel = { ...factsOfUname(uname), ...(name === undefined ? {} : { arch: name }) };
      continue;
    }
    const [, config, total, fail = '0', skip = '0'] = CONFIGURATION.exec(line) ?? [];
    if (config !== undefined) {
      results = [];
      const totals = { total: Number(total), fail: Number(fail), skip: Number(skip) };
      const origin = senderAddress(from);
      if (kernel === null) notes.push(line.trim());
      else runs.push({ ...kernel, origin, config, tool: 'xfstests', totals, results });
      list = null;
      continue;
    }
    if (results === null) continue;
    const failed = FAILURES.exec(line)?.[1];
    const flaky = FLAKY.exec(line)?.[1];
    if (failed !== undefined) list = 'failures';
    else if (flaky !== undefined) list = 'flaky';
    else if (list === null || !MORE.test(line)) {
      // A list goes on below where it is long; anything else ends the configuration.
      if (line.trim() !== '') results = list = null;
      continue;
    }
    results.push(...(list === 'failures' ? named(failed ?? line) : rates(flaky ?? line)));
  }
  const about = id ?? subject;
  return { ...noReport, runs, notes: notes.map((each) => ({ about, text: `results of xfstests: ${each}` })) };
}

function named(list: string): readonly ToldResult[] {
  return [...list.matchAll(/[a-z][a-z0-9]{0,30}\/\d{3,4}\b/g)].map(([raw]) => ({
    test: canonicalTestName(`xfstests/${raw}`),
    raw,
    outcome: 'fail',
  }));
}

function rates(list: string): readonly ToldResult[] {
  return [...list.matchAll(RATE)].map(([, raw = '', times, runs]) => ({
    test: canonicalTestName(`xfstests/${raw}`),
    raw,
    outcome: times === '0' ? 'pass' : 'fail',
    reason: `failed in ${times!} of ${runs!} runs`,
  }));
}
