import {
  archOfEnvironment,
  count,
  field,
  noReport,
  ownLines,
  releaseNamed,
  testNamed,
  wholeHash,
  type Report,
  type ToldRun,
} from './report.ts';

/** `next/master baseline: 462 runs, 10 regressions (next-20200827)` */
const TOTAL = /^\S+ ([\w.+-]+): (\d+) runs?, \d+ regressions?\b/;
/** A table's last cell: how many tests got worse, or in 2020 how many passed of all. */
const FIGURE = /^\d+(?:\/\d+)?$/;
/** In 2020 a test could be glued to what was said of the one before. */
const ITEM = /^\s+(?:\d+ lines)?\* ([\w.:/+-]+):\s*(https?:\S+)?/;
const STATE =
  /^(new failure|failing since [^(]*|never passed)?\s*(?:\((?:last pass: ([^,)]+)(?=[,)]))?[^)]*\))?/;
/** What a table has no room for is left out in its middle. */
const GAP = '...';

type Machine = Pick<ToldRun, 'platform' | 'arch' | 'tool' | 'config'>;

/**
 * Reads a summary of KernelCI from 2020 to 2024: tables of machines with their tests, `failing since … (last pass: X, first
 * fail: Y)`.
 */
export function kernelciSummary(text: string): Report {
  if (!text.includes('kernelci.org/test/') || !/^Regressions Summary$/m.test(text)) return noReport;
  const lines = ownLines(text);
  const describe = field(lines, 'describe');
  const common = {
    origin: 'kernelci',
    release: releaseNamed(describe),
    kernel: describe,
    commit: wholeHash(field(lines, 'sha')),
    tree: field(lines, 'tree'),
  };
  return { ...noReport, runs: [...totalIn(lines, common), ...regressionsIn(lines, common)] };
}

/** How many runs there were; how many tests got worse is no count of failures. */
function totalIn(lines: readonly string[], common: Omit<ToldRun, 'results'>): readonly ToldRun[] {
  const found = lines.map((line) => TOTAL.exec(line)).find((match) => match !== null);
  const total = count(found?.[2]);
  return total === undefined ? [] : [{ ...common, tool: found![1]!, totals: { total }, results: [] }];
}

function regressionsIn(lines: readonly string[], common: Omit<ToldRun, 'results'>): readonly ToldRun[] {
  const runs: ToldRun[] = [];
  let machine: Machine | null = null;
  const from = Math.max(
    0,
    lines.findIndex((line) => /^Test Regressions$/.test(line.trim())),
  );
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    machine = machineIn(line) ?? (machine === null ? null : inFull(machine, line));
    const item = ITEM.exec(line);
    if (!item || machine === null) continue;
    const named = testNamed(item[1]!);
    const says = `${lines[at + 1] ?? ''} ${lines[at + 2] ?? ''}`.trim();
    const [, state, passed] = STATE.exec(says) ?? [];
    const reason = state === undefined ? {} : { reason: `${says.split(')')[0]!.trim()})` };
    runs.push({
      ...common,
      ...machine,
      url: item[2],
      results: [{ ...named, outcome: 'fail', ...reason }],
    });
    const before = releaseNamed(passed);
    if (before !== undefined)
      runs.push({
        origin: common.origin,
        tree: common.tree,
        release: before,
        ...machine,
        results: [{ ...named, outcome: 'pass' }],
      });
  }
  return runs;
}

function machineIn(line: string): Machine | null {
  const row = line.split('|').map((cell) => cell.trim());
  if (row.length !== 6 || row[0] === 'platform' || !FIGURE.test(row[5]!)) return null;
  return {
    platform: row[0]!,
    arch: archOfEnvironment(row[1]!) ?? row[1]!,
    tool: row[3]!,
    config: row[4]!,
  };
}

/** The lines below a table give its configuration in full, and its machine in the name of the log. */
function inFull(machine: Machine, line: string): Machine {
  const [, key, value] = /^ +(Full config|Plain log): +(\S+)$/.exec(line) ?? [];
  if (value === undefined) return machine;
  if (key === 'Full config') return { ...machine, config: value };
  const [begin, end] = machine.platform?.split(GAP) ?? [];
  if (begin === undefined || end === undefined) return machine;
  const log = /(?:^|\/)([^/]+)\.txt$/.exec(value)?.[1] ?? '';
  const whole = log.slice(log.indexOf(begin));
  return whole.startsWith(begin) && whole.endsWith(end) ? { ...machine, platform: whole } : machine;
}
