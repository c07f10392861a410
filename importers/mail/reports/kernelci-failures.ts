import {
  addressIn,
  archOfEnvironment,
  count,
  field,
  noReport,
  ownLines,
  releaseNamed,
  wholeHash,
  type Report,
  type ToldRun,
  type Totals,
} from './report.ts';

const SECTION = /^(Build|Boot) (Failure|Regression)s? Detected:/;
/** Architectures stand at the margin in small letters; what else stands there begins something else. */
const ARCH = /^([a-z][a-z0-9_]*):$/;
/** `202 builds: 18 failed, 184 passed`, `273 boots: 8 failed, 258 passed with 7 offline`. */
const TOTALS = /\b(\d+) (build|boot)s?: (\d+) failed, (\d+) passed\b/;
const COMPILER = /^(?:gcc|clang)\b/;

/**
 * Reads what KernelCI said of the builds and boots of a tree until 2024: those that
 * failed, by architecture and configuration, and when a machine booted last; of a tree without failures its totals.
 */
export function kernelciFailures(text: string): Report {
  if (
    !text.includes('kernelci.org/') ||
    !/^Full (?:Build|Boot) Summary: |^(?:Build|Boot) Failures? Detected:/m.test(text)
  )
    return noReport;
  const lines = ownLines(text);
  const describe = field(lines, 'git describe');
  const common = {
    origin: 'kernelci',
    release: releaseNamed(describe),
    kernel: describe,
    commit: wholeHash(field(lines, 'git commit')),
    tree: field(lines, 'tree'),
    url: addressIn(field(lines, 'full build summary', 'full boot summary')),
  };
  const runs: ToldRun[] = [];
  const totals = lines.map((line) => TOTALS.exec(line)).find((found) => found !== null);
  if (totals) runs.push({ ...common, tool: totals[2]!, totals: totalsOf(totals), results: [] });
  const passes = new Set<string>();
  for (const { passedAt, ...told } of failuresIn(lines)) {
    if (passedAt === undefined) {
      runs.push({ ...common, ...told });
      continue;
    }
    const before = releaseNamed(passedAt);
    // Each lab says it of the same machine.
    const key = JSON.stringify([told, passedAt]);
    if (before === undefined || passes.has(key)) continue;
    passes.add(key);
    runs.push({ origin: common.origin, tree: common.tree, release: before, ...told });
  }
  return { ...noReport, runs };
}

function totalsOf(found: RegExpExecArray): Totals {
  const [total, fail, pass] = [found[1], found[3], found[4]].map(count);
  return {
    ...(total === undefined ? {} : { total }),
    ...(pass === undefined ? {} : { pass }),
    ...(fail === undefined ? {} : { fail }),
  };
}

type Failure = Pick<ToldRun, 'arch' | 'config' | 'tool' | 'platform' | 'results'> & {
  /** The release at which it passed last, where that is what is told. */
  readonly passedAt?: string;
};

interface Around {
  readonly indent: number;
  readonly name: string;
}

function namesAround(around: readonly Around[], indent: number): readonly string[] {
  return around.filter((one) => one.indent < indent).map(({ name }) => name);
}

function built(names: readonly string[]): Pick<ToldRun, 'config' | 'tool'> {
  return {
    config: names.find((name) => !COMPILER.test(name)),
    tool: names.find((name) => COMPILER.test(name)),
  };
}

function failuresIn(lines: readonly string[]): readonly Failure[] {
  const failures: Failure[] = [];
  let kind: string | null = null;
  let arch: string | undefined;
  let around: Around[] = [];
  for (const line of lines) {
    const section = SECTION.exec(line);
    const margin = ARCH.exec(line)?.[1];
    if (section) kind = section[2] === 'Failure' ? section[1]!.toLowerCase() : 'history';
    else if (margin !== undefined) arch = archOfEnvironment(margin) ?? margin;
    else if (/^\S/.test(line)) kind = null;
    if (!line.startsWith(' ')) around = [];
    if (kind === null || !line.startsWith(' ')) continue;
    const build = /^ +(\S+?):? (?:\(([\w.-]+)\) )?FAIL$/.exec(line);
    const board = /^( +)(\S+): \d+ failed labs?$/.exec(line);
    const passedAt = /^( +)lab-\S+: .*\(last pass: (\S+?)[ )]/.exec(line);
    if (build && kind === 'build')
      failures.push({
        arch,
        config: build[1]!,
        tool: build[2],
        results: [{ test: 'build', outcome: 'fail' }],
      });
    else if (board && kind === 'boot') {
      const names = namesAround(around, board[1]!.length);
      failures.push({
        arch,
        ...built(names),
        platform: board[2]!,
        results: [{ test: 'boot', outcome: 'fail' }],
      });
    } else if (passedAt && kind === 'history') {
      const names = namesAround(around, passedAt[1]!.length);
      const platform = names.at(-1);
      if (names.length > 1 && platform !== undefined)
        failures.push({
          arch,
          ...built(names.slice(0, -1)),
          platform,
          results: [{ test: 'boot', outcome: 'pass' }],
          passedAt: passedAt[2]!,
        });
    } else {
      const head = /^( +)(\S+?):?$/.exec(line);
      if (!head) continue;
      around = around.filter(({ indent }) => indent < head[1]!.length);
      around.push({ indent: head[1]!.length, name: head[2]! });
    }
  }
  return failures;
}
