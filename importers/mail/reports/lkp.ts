import type { MailFile } from '../message/mail-file.ts';
import type { Message } from '../message/message.ts';
import { buildsOfBranch } from './lkp-branch.ts';
import { noticedIn, OUTCOME, testOf, type Noticed, type NoticedTest } from './lkp-noticed.ts';
import { comparisonIn, figureIn, type Row, type Seen } from './lkp-tables.ts';
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

const BUILDING =
  /^(?:\[(?:also )?(?:auto )?build test (?:ERROR|WARNING)|kernel test robot noticed the following build (?:errors|warnings):)/;

/**
 * Reads a report of Intel's test robot (0-day, lkp): the commit that it was bisected to, configuration, compiler, machine and
 * test. A commit of a patch that is only posted is named by the message that posted it.
 */
export function lkpReport({ text, from, subject: header, inReplyTo, files }: Message): Report {
  if (!/kernel test robot|lkp@intel\.com|oliver\.sang@intel\.com/i.test(from)) return noReport;
  const lines = ownLines(text);
  const committed = lines.map((line) => COMMIT.exec(line)).find((match) => match !== null);
  const building = lines.some((line) => BUILDING.test(line));
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
  const attached = {
    origin: '0-day',
    kernel: kernelIn(text) ?? kernelBuilt(files, hash),
    commit: hash ?? builtIn(lines),
    arch,
    config,
  };
  const noticed = noticedIn(text, header, building);
  if (noticed === null) return { ...noReport, attached };
  const archs = arch === undefined ? {} : { archs: [arch] };
  const by = `0-day: ${noticed.note}`;
  if (noticed.kind === 'faster')
    return { ...noReport, attached, notes: change === undefined ? [] : [{ about: change, text: by }] };
  const run: Omit<ToldRun, 'results'> = {
    ...attached,
    tool:
      field(lines, 'compiler')?.slice(0, 200) ??
      /built with ([\w.-]+)/.exec(text)?.[1] ??
      parameters.get('compiler'),
    platform: machine,
  };
  const { here, before, parent } =
    noticed.kind === 'slower' ? figures(lines, noticed) : outcomes(lines, noticed);
  return {
    runs: [
      { ...run, results: here },
      // What the table says of the parent is a statement about that commit as well.
      ...(before.length > 0 ? [{ ...run, kernel: undefined, commit: parent, results: before }] : []),
    ],
    culprits: change === undefined ? [] : [{ change, role: 'culprit', note: `bisected by ${by}`, ...archs }],
    breakages: [
      {
        says: noticed.kind === 'slower' || noticed.kind === 'warnings' ? 'degraded' : 'broken',
        note: noticed.note,
        ...archs,
        ...(change === undefined ? {} : { introducedBy: change }),
      },
    ],
    notes: [],
    attached,
  };
}

/** What was seen at the commit, and before. */
interface Compared {
  readonly here: readonly ToldResult[];
  readonly before: readonly ToldResult[];
  /** The commit before, cut; undefined where there is no table. */
  readonly parent: string | undefined;
}

/** The tests that failed: those that the mail is about, and others of its tables. */
function outcomes(lines: readonly string[], noticed: Noticed): Compared {
  const compared = comparisonIn(lines);
  const rows = compared?.rows.filter(({ what }) => OUTCOME.test(what) || what === noticed.note) ?? [];
  const told = new Set(noticed.tests.map(({ test }) => test));
  const others = rows.map((row) => resultOf(row, row.after, noticed));
  return {
    here: [
      ...noticed.tests.map((each): ToldResult => ({
        ...written(each),
        outcome: 'fail',
        reason: noticed.note,
      })),
      ...others.filter(({ outcome, test }) => outcome === 'fail' && !told.has(test)),
    ],
    before: rows.filter(({ before }) => before.runs > 0).map((row) => resultOf(row, row.before, noticed)),
    parent: compared?.parent,
  };
}

/** A figure that dropped is a test that fails; before, it was as it should be. */
function figures(lines: readonly string[], { note, tests: [metric] }: Noticed): Compared {
  const row = figureIn(lines, metric!.raw);
  const test = written(metric!);
  return {
    here: [
      {
        ...test,
        outcome: 'fail',
        reason: row === null ? note : `${note}: ${row.after}, before ${row.before}`,
      },
    ],
    before: row === null ? [] : [{ ...test, outcome: 'pass', reason: row.before }],
    parent: row?.parent,
  };
}

function written({ test, raw }: NoticedTest): Pick<ToldResult, 'test' | 'raw'> {
  return raw === test ? { test } : { test, raw };
}

/** The commit that the robot made of a patch to build it, as its steps to reproduce say. */
function builtIn(lines: readonly string[]): string | undefined {
  return lines
    .map((line) => /^\s+git checkout ([0-9a-f]{40})$/.exec(line)?.[1])
    .find((hash) => hash !== undefined);
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

function resultOf({ what }: Row, { times, runs }: Seen, { note, tests: [first] }: Noticed): ToldResult {
  const raw = OUTCOME.exec(what)?.[1] ?? what;
  return {
    ...written(what === note ? first! : { test: testOf(raw), raw }),
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
