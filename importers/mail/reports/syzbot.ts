import type { Outcome } from '../../../store/events/observation.ts';
import { canonicalRelease } from '../../../store/names/release-name.ts';
import type { Message } from '../message/message.ts';
import {
  archOfEnvironment,
  field,
  noReport,
  ownLines,
  wholeHash,
  type Report,
  type ToldRun,
} from './report.ts';

const FOUND = /^syzbot (?:found|has found a reproducer for) the following (?:issue|crash) on:$/;
const TESTED = /^syzbot (?:has tested|tried to test) the proposed patch\b(.*)$/;
const CULPRIT = /^(?:The (?:issue|bug) was|syzbot has) bisected (?:this (?:issue|bug) )?to:$/;
const FIX = /^syzbot suspects this (?:issue|bug) was fixed by commit:$/;
const SERIES = /^syzbot ci has tested the following series$/;
/** `syzbot+08003d278f04ed0944e0@syzkaller.appspotmail.com`, and the address of its page. */
const BUG = /(?:\bsyzbot\+|\bextid=)([0-9a-f]{10,40})\b/;

/** What a bug of syzbot is called in a log: by the hash that syzbot gives it. */
export function syzbotBug(text: string): string | undefined {
  const hash = BUG.exec(text)?.[1];
  return hash === undefined ? undefined : `syzbot:${hash}`;
}

/** Whether a mail is syzbot's own: what it writes of commands there are examples. */
export function isFromSyzbot(from: string): boolean {
  return /\bsyzbot(?:\+\w+)?@/.test(from) || /^"?syzbot(?: ci)?"?(?: via \S+)? </.test(from);
}

/**
 * Reads a mail of syzbot: a bug that it found, with commit, tree and configuration, its bisections to the cause and to the fix,
 * what became of a patch that it tested, and what its CI found in a series. A bug is a test of its own, `syzbot.HASH`: its
 * reproducer. A run with a patch on top tells nothing of the commit and is a note.
 */
export function syzbotReport({ text, from, subject, inReplyTo }: Message): Report {
  if (!text.includes('syzbot') || !isFromSyzbot(from)) return noReport;
  const lines = ownLines(text);
  if (lines.some((line) => SERIES.test(line))) return seriesReport(lines, inReplyTo);
  const bug = syzbotBug(from) ?? syzbotBug(lines.join('\n'));
  if (bug === undefined) return noReport;
  const title = titleOf(subject);
  const culprit = commitAfter(lines, CULPRIT);
  const fix = commitAfter(lines, FIX);
  const isFound = lines.some((line) => FOUND.test(line));
  const test = lines.map((line) => TESTED.exec(line)?.[1]).find((rest) => rest !== undefined);
  const outcome = isFound ? 'fail' : test === undefined ? null : outcomeOf(test);
  const isPatched =
    test !== undefined && !lines.some((line) => line.startsWith('Note: no patches were applied'));
  const run = runOf(lines, bug, title, outcome);
  const notes: { about: string; text: string }[] = [];
  if (isPatched)
    notes.push({
      about: bug,
      text: `with ${field(lines, 'patch') ?? 'a patch'} on ${run?.commit ?? 'a commit'}: ${test.trim()}`,
    });
  notes.push(
    ...lines
      .filter((line) => line.startsWith('Bisection is inconclusive:'))
      .map((line) => ({ about: bug, text: line })),
  );
  return {
    runs: run === null || isPatched ? [] : [run],
    culprits: culprit === undefined ? [] : [{ change: culprit, role: 'culprit', note: `${bug} ${title}` }],
    fixes:
      fix === undefined ? [] : [{ change: fix, status: 'merged', note: `${bug} ${title}, by bisection` }],
    breakages: isFound
      ? [
          {
            says: 'broken',
            note: `${bug} ${title}`,
            ...(run?.arch === undefined ? {} : { archs: [run.arch] }),
            ...(run?.release === undefined ? {} : { releases: [run.release] }),
            ...(culprit === undefined ? {} : { introducedBy: culprit }),
          },
        ]
      : [],
    notes,
  };
}

function outcomeOf(tested: string): Outcome {
  if (tested.includes('did not trigger')) return 'pass';
  return tested.includes('still triggering') ? 'fail' : 'error';
}

function runOf(
  lines: readonly string[],
  bug: string,
  title: string,
  outcome: Outcome | null,
): ToldRun | null {
  if (outcome === null) return null;
  const head = field(lines, 'head commit', 'commit') ?? '';
  const raw = bug.slice('syzbot:'.length);
  return {
    origin: 'syzbot',
    commit: /^[0-9a-f]{7,40}\b/.exec(head)?.[0],
    release: releaseOf(head),
    kernel: /(?:Not tainted |^)(\d+\.\d+\.\d\S*) #\d/m.exec(lines.join('\n'))?.[1],
    tree: field(lines, 'git tree'),
    config: field(lines, 'kernel config'),
    arch: archOf(field(lines, 'userspace arch')),
    tool: field(lines, 'compiler')?.slice(0, 200),
    url: field(lines, 'dashboard link'),
    results: [{ test: `syzbot.${raw}`, raw: bug, outcome, reason: title }],
  };
}

/** The release that a commit is, as its title says: `Linux 6.9-rc6`, `Add linux-next specific files for 20200519`. */
function releaseOf(head: string): string | undefined {
  const [, mainline, next] =
    /^\S+ (?:Linux (\d+\.\d\S*)|Add linux-next specific files for (\d{8}))$/.exec(head) ?? [];
  if (next !== undefined) return `next-${next}`;
  return mainline === undefined ? undefined : (canonicalRelease(mainline) ?? undefined);
}

/** A kernel of 64 bits runs programs of 32, too: those do not tell which one it is. */
function archOf(userspace: string | undefined): string | undefined {
  if (userspace === undefined || /^(?:i386|arm)$/.test(userspace)) return undefined;
  return userspace === 'amd64' ? 'x86_64' : archOfEnvironment(userspace);
}

function commitAfter(lines: readonly string[], heading: RegExp): string | undefined {
  const at = lines.findIndex((line) => heading.test(line));
  if (at === -1) return undefined;
  const named = lines.slice(at + 1, at + 4).find((line) => line.startsWith('commit '));
  return wholeHash(named);
}

/** `Re: [syzbot] [net?] WARNING in x` is `WARNING in x`. */
function titleOf(subject: string): string {
  return subject.replace(/^(?:\s*(?:Re:|Forwarded:|\[[^\]]*\]))+\s*/i, '').trim() || 'a bug without a title';
}

/** What syzbot's CI found in a series: the mail that posted it is to blame. */
function seriesReport(lines: readonly string[], inReplyTo: string | null): Report {
  const from = lines.findIndex((line) => /^and found the following issues?:$/.test(line));
  if (from === -1) return noReport;
  const below = lines.slice(from + 1);
  // Several have a bullet each, a single one has none.
  const end = below.findIndex((line) => /^(?:Full reports? (?:is|are) available here:|\*{3})$/.test(line));
  const listed = below.slice(0, end === -1 ? 0 : end).filter((line) => line !== '');
  const found = listed.map((line) => line.replace(/^\* /, '').trim());
  const arch = archOf(field(lines, 'arch'));
  return {
    ...noReport,
    breakages: found.map((title) => ({
      says: 'broken',
      note: `syzbot ci: ${title}`,
      ...(arch === undefined ? {} : { archs: [arch] }),
      ...(inReplyTo === null ? {} : { introducedBy: inReplyTo }),
    })),
  };
}
