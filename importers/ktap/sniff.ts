import { hasBootLoader } from '../console/boot-loader.ts';
import { cleanLine } from '../console/clean-line.ts';

const VERSION = /^[#\s]*K?TAP version \d/;
const PLAN = /^[#\s]*1\.\.\d+\s*(?:#|$|todo \d)/;
const RESULT = /^[#\s]*(?:not )?ok \d+\b/;
const BUILD = /^make(?:\[\d+\])?: Entering directory '.*\/tools\/testing\/selftests\//;
/** Lines that may be beside a result and are no prose: diagnostics, a block of YAML, the end of a run. */
const BESIDE_RESULT = /^(?:[#\s]|Bail out!|$)/;
const RUNNER = /^(?:# )?(?:(?:not )?ok \d+(?:\.\.\d+)? )?selftests: \S+/;

/** The output of a boot loader may fill the head: then only the whole file shows whether results follow. */
export const AFTER_BOOT_LOADER = 0.05;

/** Tells how surely a text is a log with KTAP or TAP in it. The results may come long after the head ends. */
export function sniffKtap(head: string): number {
  if (/^\s*(?:<\?xml|<!DOCTYPE|<testsuite|\{|\[\s*[{"\]]|#!)/i.test(head)) return 0;
  const count = { version: 0, plan: 0, result: 0, runner: 0, kernel: 0, prose: 0 };
  for (const raw of head.split(/\r\n|\n|\r/)) {
    const cut = raw.slice(0, 1000);
    for (const { text, kernel } of cleanLine(cut)) {
      if (kernel) count.kernel++;
      if (VERSION.test(text)) count.version++;
      else if (PLAN.test(text)) count.plan++;
      else if (RUNNER.test(text) || BUILD.test(text)) count.runner++;
      else if (RESULT.test(text)) count.result++;
      else if (text === cut && !BESIDE_RESULT.test(text)) count.prose++;
    }
  }
  const mail = /^(?:From |(?:Received|Return-Path|Message-ID|From|Subject):)/i.test(head);
  const marks = count.version + count.plan + count.result;
  if (count.runner > 0) return mail ? 0.4 : 0.95;
  if (count.version > 0 && marks > 1) return mail ? 0.4 : 0.9;
  if (marks > 1 || count.version > 0) return mail ? 0.2 : 0.7;
  if (mail) return 0;
  // A console log begins with a boot; another format would have been recognised by now.
  if (count.kernel > 20 || /^(?:\[ *0\.0+\] )?Linux version \d/m.test(head)) return 0.3;
  // One line that looks like a result may stand in any text: it counts where nothing else stands.
  if (marks > 0 && (count.result === 0 || count.prose === 0)) return 0.3;
  return hasBootLoader(head) ? AFTER_BOOT_LOADER : 0;
}
