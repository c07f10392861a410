import type { Outcome } from '../../../store/events/observation.ts';
import { releaseOfUname } from '../../../store/names/release-name.ts';
import { isInfrastructure, suiteTestName } from '../../results/suite-name.ts';
import { readDate } from '../message/date.ts';
import { archOfEnvironment, field, noReport, type Report, type ToldResult, type ToldRun } from './report.ts';

const STATE = /^The job with ID # (\d+) is now in state (\w+) and health (\w+)\./m;
const JOB = /^Job details and log file: (https?:\/\/([^/\s]+)\/\S+)/m;
const SUITE = /^Test Suite (.+): https?:\/\/\S+$/;
const CASE = /^Test Case (.+): (Test passed|Test failed|Test skipped|Unknown outcome)$/;
const MEASURED = /^Measurement: (.+)$/;
const ERROR = /^(?:Infrastructure|Job|Test|Configuration|Bug|Canceled|LAVA\w*|MultinodeTimeout) error: .*$/m;
const OUTCOME: Readonly<Record<string, Outcome>> = {
  'Test passed': 'pass',
  'Test failed': 'fail',
  'Test skipped': 'skip',
  'Unknown outcome': 'unknown',
};
/** Names of jobs are short. What a hostile one looks like to a pattern with several ways to part it takes minutes. */
const LONGEST_NAME = 300;
/**
 * How CIP names its jobs: tree or branch, configuration, kernel, commit, architecture, configuration once more, and what ran:
 * `linux-6.6.y_cip_qemu_defconfig_6.6.15-rc1_67594a399_x86_cip_qemu_defconfig_boot`. Older ones begin with the kernel.
 */
const CIP_JOB = /(?:^|_)(\d+\.\d+[0-9A-Za-z.-]*)_([0-9a-f]{7,40})_([a-z0-9]+)_([\w.+-]*?defconfig)_\S+$/;
const CIP_TREE = /^(?:ci-[a-z]+-)?linux-[^_]+/;

/**
 * Reads what a LAVA server mails of a job (lava_scheduler_app, `testjob_notification.txt`): its results by suite. What the lab
 * says of itself is no result of a kernel: it is a note where something went wrong.
 */
export function lavaNotification(text: string): Report {
  if (!text.includes('The job with ID # ')) return noReport;
  const [, job, state, health] = STATE.exec(text) ?? [];
  const [, url, host] = JOB.exec(text) ?? [];
  if (job === undefined || url === undefined) return noReport;
  const lines = text.split('\n').map((line) => line.trimEnd());
  const { results, trouble } = resultsIn(lines);
  const description = field(lines, 'description') ?? '';
  const run: ToldRun = {
    origin: host!,
    tool: 'lava',
    platform: field(lines, 'type'),
    startedAt: readDate((field(lines, 'started') ?? '').replace(/ [A-Z]*\)$|[()]/g, '')) ?? undefined,
    url,
    ...kernelOf(description),
    results,
  };
  const said = [ERROR.exec(text)?.[0], ...trouble].filter((one) => one !== undefined);
  const isWell = health === 'Complete' && said.length === 0;
  return {
    ...noReport,
    runs: results.length > 0 ? [run] : [],
    notes:
      state !== 'Finished' || isWell
        ? []
        : [{ about: url, text: [`job ${job} (${description}): health ${health!}`, ...said].join('; ') }],
  };
}

function kernelOf(description: string): Partial<ToldRun> {
  const name = description.slice(0, LONGEST_NAME);
  const [, kernel, commit, arch, config] = CIP_JOB.exec(name) ?? [];
  if (kernel === undefined) return {};
  const tree = CIP_TREE.exec(name)?.[0];
  const release = releaseOfUname(kernel) ?? undefined;
  return { tree, kernel, release, commit, arch: archOfEnvironment(arch!), config };
}

/** The results of every suite, and which of the lab's own failed. */
function resultsIn(lines: readonly string[]): {
  readonly results: readonly ToldResult[];
  readonly trouble: readonly string[];
} {
  const results: ToldResult[] = [];
  const trouble: string[] = [];
  let suite = '';
  lines.forEach((line, at) => {
    suite = SUITE.exec(line)?.[1] ?? suite;
    const [, name, word] = CASE.exec(line) ?? [];
    if (name === undefined) return;
    const outcome = OUTCOME[word!]!;
    if (isInfrastructure(suite)) {
      if (outcome === 'fail') trouble.push(`${name} failed`);
      return;
    }
    const measured = MEASURED.exec(lines[at + 1] ?? '')?.[1];
    const test = suiteTestName(suite, name);
    results.push({
      test,
      raw: `${suite}/${name}`,
      outcome,
      ...(measured === undefined ? {} : { reason: `measured ${measured}` }),
    });
  });
  return { results, trouble };
}
