import type { Outcome } from '../../../store/events/observation.ts';
import { brokenBuilds, newIssuesIn } from './kernelci-new-issues.ts';
import {
  addressIn,
  archOfEnvironment,
  count,
  field,
  noReport,
  ownLines,
  testNamed,
  wholeHash,
  type Report,
  type ToldRun,
} from './report.ts';

const SUMMARY = /^Status summary for ([\w.+-]+)\/(\S+)$/m;
/** `Builds:	   53 ✅    2 ❌    0 ⚠️` */
const TOTALS = /^(Build|Boot|Test)s:\s+(\d+) ✅\s+(\d+) ❌\s+(\d+) ⚠/;
/** The signs of a history, the oldest first; what is neither passed nor failed is inconclusive. */
const SIGNS = /[✅❌⚠]/gu;
const OUTCOME: Readonly<Record<string, Outcome>> = { '✅': 'pass', '❌': 'fail' };
/** The lists of tests; what else a summary tells is about builds. */
const SECTION = /^### (?:POSSIBLE REGRESSIONS|FIXED REGRESSIONS|UNSTABLE TESTS)/;

/**
 * Reads what KernelCI says every day of a tree since 2025: the totals of its builds, boots and tests, and the tests whose
 * results changed, by machine and configuration, and the builds that a new issue broke. Only tests that ran at the commit are listed: the last sign of a history
 * is the result there (kernelci/dashboard, `summary.txt.j2`).
 */
export function kernelciStatus(text: string): Report {
  if (!text.includes('Status summary for ')) return noReport;
  const lines = ownLines(text);
  const tree = SUMMARY.exec(lines.join('\n'))?.[1];
  const commit = wholeHash(field(lines, 'commit hash'));
  if (tree === undefined || commit === undefined) return noReport;
  const common = { origin: 'kernelci', tree, commit };
  const issues = newIssuesIn(lines);
  // Each build that an issue broke names it again.
  const told = new Map(issues.filter((i) => i.comment !== '').map((i) => [i.issue, i.comment]));
  const notes = [...told].map(([about, text]) => ({ about, text }));
  return {
    ...noReport,
    runs: [...totalsIn(lines, common), ...changedIn(lines, common), ...brokenBuilds(issues, common)],
    notes,
  };
}

type Common = Pick<ToldRun, 'origin' | 'tree' | 'commit'>;

function totalsIn(lines: readonly string[], common: Common): readonly ToldRun[] {
  return lines.flatMap((line) => {
    const [, kind, ...numbers] = TOTALS.exec(line) ?? [];
    const [pass, fail, other] = numbers.map(count);
    if (kind === undefined || pass === undefined || fail === undefined || other === undefined) return [];
    const totals = { total: pass + fail + other, pass, fail };
    return [{ ...common, tool: kind.toLowerCase(), totals, results: [] }];
  });
}

function changedIn(lines: readonly string[], common: Common): readonly ToldRun[] {
  const runs: ToldRun[] = [];
  let listed = false;
  let machine: Pick<ToldRun, 'platform' | 'config' | 'arch' | 'tool'> = {};
  let path: string | null = null;
  let url: string | undefined;
  for (const line of lines) {
    if (line.startsWith('### ')) listed = SECTION.test(line);
    if (!listed) continue;
    const [, key, value] =
      /^\s*(?:[>-] )?(Hardware|Config|Architecture\/compiler|last run|history): +(\S.*)$/s.exec(
        line.trimEnd(),
      ) ?? [];
    switch (key) {
      case 'Hardware':
        machine = { platform: value };
        break;
      case 'Config':
        machine = { platform: machine.platform, config: value };
        break;
      case 'Architecture/compiler': {
        const [arch = '', compiler] = value!.split('/');
        machine = { ...machine, arch: archOfEnvironment(arch) ?? arch, tool: compiler };
        break;
      }
      case 'last run':
        url = addressIn(value);
        break;
      case 'history': {
        const signs = value!.match(SIGNS);
        if (path === null || signs === null) break;
        const words = signs.map((sign) => OUTCOME[sign] ?? 'unknown');
        runs.push({
          ...common,
          ...machine,
          url,
          results: [
            {
              ...testNamed(path),
              outcome: words.at(-1)!,
              ...(words.length > 1 ? { reason: `before: ${words.slice(0, -1).join(', ')}` } : {}),
            },
          ],
        });
        path = null;
        url = undefined;
        break;
      }
      default: {
        // In 2025 the configuration stood behind the test.
        const [, name, config] = /^\s*- ([\w.:/+-]+)(?: \(([^()]+)\))?$/.exec(line) ?? [];
        path = name ?? path;
        if (config !== undefined) machine = { platform: machine.platform, config };
      }
    }
  }
  return runs;
}
