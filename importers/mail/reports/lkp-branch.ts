import { archOfEnvironment, count, field, type ToldRun } from './report.ts';

const GROUPED = 'ids grouped by kconfigs:';
const COMPILER = /^(?:(gcc|clang)_)?recent_errors$/;
/** `|-- m68k-defconfig`, and below it `|   |-- ID`; the last of either has a backtick. */
const NODE = /^(?:[|`]-- (\S+)|[| ] {3}[|`]-- (\S.*))$/;
/**
 * What ends a build: errors of the compiler, the assembler, the linker and modpost. Warnings do not, nor do the findings of smatch,
 * which the robot writes `FILE-FUNCTION()-error:…`.
 */
const BREAKS = /^ERROR:|:(?:fatal-)?error:|:Error:|undefined-reference-to|multiple-definition-of/;
const MOST_IN_REASON = 5;

/** A configuration in which something was found. */
interface Configuration {
  readonly name: string;
  readonly compiler: string | undefined;
  readonly errors: string[];
}

/**
 * Reads what 0-day says of all builds of a branch: how many configurations it tried, and which of them broke. What is not listed may
 * break as it did before: only errors that are recent are, so that nothing is said to build.
 */
export function buildsOfBranch(lines: readonly string[]): readonly ToldRun[] {
  const commit = /^[0-9a-f]{40}\b/.exec(field(lines, 'branch head') ?? '')?.[0];
  if (commit === undefined) return [];
  const total = count(field(lines, 'configs tested'));
  const tree = /(?<![\w.-])([\w.-]+?)(?:\.git)? \S+$/.exec(
    lines.find((l) => l.startsWith('tree/branch: ')) ?? '',
  )?.[1];
  const common = { origin: '0-day', commit, tree };
  return [
    ...(total === undefined ? [] : [{ ...common, tool: 'build', totals: { total }, results: [] }]),
    ...configurationsIn(lines)
      .filter(({ errors }) => errors.length > 0)
      .map(({ name, compiler, errors }): ToldRun => ({
        ...common,
        arch: archOfEnvironment(name.split('-')[0]!),
        config: name,
        tool: compiler,
        results: [{ test: 'build', outcome: 'fail', reason: reasonOf(errors) }],
      })),
  ];
}

function configurationsIn(lines: readonly string[]): readonly Configuration[] {
  const list: Configuration[] = [];
  let compiler: string | undefined;
  for (
    let at = lines.findIndex((line) => line.trimEnd().endsWith(GROUPED)) + 1;
    at > 0 && at < lines.length;
    at++
  ) {
    const line = lines[at]!.trimEnd();
    if (/^(?:elapsed time|configs tested):/.test(line)) break;
    const group = COMPILER.exec(line);
    if (group) compiler = group[1];
    const [, name, id] = NODE.exec(line) ?? [];
    if (name !== undefined) list.push({ name, compiler, errors: [] });
    else if (id !== undefined && BREAKS.test(id)) list.at(-1)?.errors.push(id);
  }
  return list;
}

function reasonOf(errors: readonly string[]): string {
  const more = errors.length - MOST_IN_REASON;
  return [...errors.slice(0, MOST_IN_REASON), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}
