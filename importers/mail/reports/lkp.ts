import { canonicalTestName } from '../../../store/names/test-name.ts';
import type { MailFile } from '../mail-file.ts';
import type { Message } from '../message.ts';
import { buildsOfBranch } from './lkp-branch.ts';
import { comparisonIn, type Row, type Seen } from './lkp-tables.ts';
import {
  archOfEnvironment,
  field,
  noReport,
  ownLines,
  type Report,
  type ToldResult,
  type ToldRun,
} from './report.ts';

const COMMIT = /^commit: ([0-9a-f]{40})\b\s*(?:\[\d+\/\d+\]\s*)?(?:\(?"?(.*?)"?\)?)?$/s;
const OUTCOME = /^(\S+?)\.(fail|timeout)$/;

/**
 * Reads a report of Intel's test robot (0-day, lkp): the commit that it was bisected to, configuration, compiler, machine and
 * test. A commit of a patch that is only posted is named by the message that posted it.
 */
export function lkpReport({ text, from, inReplyTo, files }: Message): Report {
  if (!/kernel test robot|lkp@intel\.com|oliver\.sang@intel\.com/i.test(from)) return noReport;
  const lines = ownLines(text);
  const committed = lines.map((line) => COMMIT.exec(line)).find((match) => match !== null);
  const building = lines.some((line) => /^\[(?:also )?(?:auto )?build test (?:ERROR|WARNING)/.test(line));
  if (!committed && !building) return { ...noReport, runs: buildsOfBranch(lines) };
  const subject = joinedSubject(lines, committed?.[2] ?? '');
  const posted = postedAs(lines, inReplyTo);
  const isPatch = /^\[[^\]]*PATCH/i.test(subject) || field(lines, 'patch link') !== undefined || !committed;
  const hash = committed?.[1];
  const change = isPatch ? posted : hash;
  const parameters = parametersIn(lines);
  const config =
    field(lines, 'config')?.split(/\s/)[0] ?? parameters.get('kconfig') ?? configOfJob(files, hash);
  const machine =
    field(lines, 'on test machine', 'test machine') ?? machineIn(lines) ?? parameters.get('tbox_group');
  const arch =
    archOfEnvironment(config?.split('-')[0] ?? '') ??
    archOfSuite(field(lines, 'version')) ??
    archOfEnvironment(/^qemu-system-(\w+)/.exec(machine ?? '')?.[1] ?? '');
  const told = whatHappened(lines, building);
  const compared = comparisonIn(lines);
  const rows = compared?.rows.filter(({ what }) => OUTCOME.test(what) || what === told.note) ?? [];
  const run: ToldRun = {
    origin: '0-day',
    commit: hash,
    kernel: kernelIn(text) ?? kernelBuilt(files, hash),
    arch,
    config,
    tool:
      field(lines, 'compiler')?.slice(0, 200) ??
      /built with ([\w.-]+)/.exec(text)?.[1] ??
      parameters.get('compiler'),
    platform: machine,
    results: [
      {
        test: told.test,
        ...(told.raw === told.test ? {} : { raw: told.raw }),
        outcome: 'fail',
        reason: told.note,
      },
      ...rows.flatMap((row) => {
        const result = resultOf(row, row.after, told);
        return result.outcome === 'fail' && result.test !== told.test ? [result] : [];
      }),
    ],
  };
  // What the table says of the parent is a statement about that commit as well.
  const parent: ToldRun = {
    ...run,
    kernel: undefined,
    commit: compared?.parent,
    results: rows.filter(({ before }) => before.runs > 0).map((row) => resultOf(row, row.before, told)),
  };
  const archs = arch === undefined ? {} : { archs: [arch] };
  return {
    runs: told.degraded ? [] : [run, ...(parent.results.length > 0 ? [parent] : [])],
    culprits:
      change === undefined
        ? []
        : [{ change, role: 'culprit', note: `bisected by 0-day: ${told.note}`, ...archs }],
    breakages: [
      {
        says: told.degraded ? 'degraded' : 'broken',
        note: told.note,
        ...archs,
        ...(change === undefined ? {} : { introducedBy: change }),
      },
    ],
    notes: [],
    attached: { origin: run.origin, kernel: run.kernel, commit: hash, arch, config },
  };
}

/** The kernel that a message of trouble names. */
function kernelIn(text: string): string | undefined {
  const named = /\bTainted:?.{0,200} (\d+\.\d+\.\d+\S{0,200}) #\d|Not tainted (\d+\.\d+\S*)/.exec(text);
  return named?.slice(1).find(Boolean);
}

/** The configuration by the description of the job that is attached, where it is of the commit that the mail is about. */
function configOfJob(files: readonly MailFile[], commit: string | undefined): string | undefined {
  const job = files.find(({ name }) => name === 'job.yaml')?.content.toString('latin1') ?? '';
  const built = /^commit: *["']?([0-9a-f]{40})["']?$/m.exec(job)?.[1];
  return built === undefined || built !== commit
    ? undefined
    : /^kconfig: *["']?([\w.+-]+)["']?$/m.exec(job)?.[1];
}

/** The kernel whose configuration is attached, by the name of that, where it is of the commit that the mail is about. */
function kernelBuilt(files: readonly MailFile[], commit: string | undefined): string | undefined {
  const names = files.map(({ name }) => /^config-(\d+\.\d+\S*-g([0-9a-f]{7,40}))$/.exec(name));
  return names.find((built) => built !== null && commit?.startsWith(built[2]!) === true)?.[1];
}

function resultOf({ what }: Row, { times, runs }: Seen, told: Told): ToldResult {
  const raw = what === told.note ? told.raw : (OUTCOME.exec(what)?.[1] ?? what);
  const test = what === told.note ? told.test : nameOf(raw);
  return {
    test,
    ...(raw === test ? {} : { raw }),
    outcome: times === 0 ? 'pass' : 'fail',
    reason: `${OUTCOME.test(what) ? '' : `${what}, `}failed in ${times} of ${runs} runs`,
  };
}

/** The subject may go on in the next line. */
function joinedSubject(lines: readonly string[], begun: string): string {
  const at = lines.findIndex((line) => COMMIT.test(line));
  const next = lines[at + 1]?.trim() ?? '';
  return begun.endsWith('")') || !next.endsWith('")') ? begun : `${begun} ${next}`;
}

function postedAs(lines: readonly string[], inReplyTo: string | null): string | undefined {
  const link = field(lines, 'patch link');
  const id = link === undefined ? null : /(?:lore\.kernel\.org)\/[^/]+\/([^/\s]+)/.exec(link)?.[1];
  if (id !== null && id !== undefined) return `<${decoded(id)}>`;
  return inReplyTo ?? undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function machineIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => /^on test machine: (.*)$/.exec(line)?.[1]).find((name) => name !== undefined);
}

/**
 * The job's parameters as the robot's tables head them: names between slashes, ended by a colon, and values in the same order
 * below.
 */
function parametersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  const at = lines.findIndex((line) => /^[\w/.]+:$/.test(line) && /\bkconfig\//.test(line));
  const names = at < 0 ? [] : lines[at]!.slice(0, -1).split('/');
  const values = (lines[at + 1] ?? '').trim().split('/');
  return new Map(names.length === values.length ? names.map((name, i) => [name, values[i]!]) : []);
}

/** The architecture in the version of a suite, `ltp-x86_64-14c1f76-1_20220507`. */
function archOfSuite(version: string | undefined): string | undefined {
  const name = /-(x86_64|i386|aarch64|arm64|riscv64)-/.exec(version ?? '')?.[1];
  return name === undefined ? undefined : archOfEnvironment(name);
}

interface Told {
  readonly test: string;
  readonly raw: string;
  readonly note: string;
  readonly degraded: boolean;
}

/** What the robot noticed: a test that fails, a warning of the kernel, a figure that dropped, or a build that breaks. */
function whatHappened(lines: readonly string[], building: boolean): Told {
  const joined = lines.join('\n');
  const noticed =
    /(?:we )?noticed (?:an? )?"?([^"\n]{0,500}?)"? (?:due to commit|on:|of\b|regression of)/.exec(
      joined,
    )?.[1] ?? /(-?(?<![\d.])[\d.]+% (?:regression|improvement) of \S+)/.exec(joined)?.[1];
  const figure = /(-?(?<![\d.])[\d.]+%) regression(?: of)? ?(\S+)?/.exec(joined);
  const suite = field(lines, 'in testcase', 'testcase') ?? '';
  if (building && suite === '')
    return { test: 'build', raw: 'build', note: firstError(lines), degraded: false };
  const failed = OUTCOME.exec(noticed ?? '');
  if (failed) {
    const raw = failed[1]!;
    return { test: nameOf(raw), raw, note: noticed!, degraded: false };
  }
  if (figure && !/BUG|WARNING/.test(noticed ?? ''))
    return { test: suite || 'unknown', raw: suite, note: figure[0].trim(), degraded: true };
  const note =
    noticed && noticed.length < 300 && !noticed.includes('following commit') ? noticed : firstError(lines);
  const test = suite === '' ? 'build' : suite;
  return { test, raw: test, note, degraded: false };
}

/** `kernel-selftests.vm.run_vmtests.sh../hugepage_shm` is `kselftest.vm.run_vmtests.sh.hugepage_shm`. */
function nameOf(raw: string): string {
  return canonicalTestName(raw.replace(/^kernel-selftests(?:-\w+)?\./, 'kselftest.').replace(/\.\.\//g, '.'));
}

function firstError(lines: readonly string[]): string {
  const line =
    lines.find(
      (l) => /\b(?:error|warning|BUG|WARNING|Oops|panic)\b[:\s]/.test(l) && !l.includes('ones prefixed by'),
    ) ?? 'a regression';
  return line
    .replace(/^\s*(?:>> |\[[ \d.]+\](?:\[[^\]]*\])?\s*)/, '')
    .trim()
    .slice(0, 300);
}
