import { parseReleaseName } from '../../../store/names/release-name.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';
import type { Outcome } from '../../../store/events/observation.ts';
import { itemsIn, keyOf, type Item } from './lkft-items.ts';
import {
  addressIn,
  archOfEnvironment,
  count,
  field,
  noReport,
  ownLines,
  type Report,
  type ToldResult,
  type ToldRun,
} from './report.ts';

const MARK =
  /^(?:## )?(?:Test )?Regressions \(compared to |^(?:\* )?test details:\s*(?:https:\/\/\S*qa-reports\.linaro\.org|$)|^No regressions \(compared to build /im;
/** A plain search of a whole mail takes a tenth of what the pattern does. */
const MARKS = ['qa-reports.linaro.org', 'egressions (compared to '];
const SECTION =
  /^(?:#+ )?(No |Test |Metric )?(Regressions|Fixes|Failures|Skips)\b(?: \(compared to (?:build )?([^)\s]+)\))?:?\s*$/i;
const ENDS =
  /^(?:#+ |Summary$|Environments$|Test Suites$|Ran \d|Reported-by:|Tested-by:|--$|thanks|Build log)/i;
const UNDERLINE = /^-{4,}$/;

interface Found {
  readonly what: 'regressions' | 'fixes' | 'failures' | 'skips';
  readonly comparedTo: string | null;
  readonly items: readonly Item[];
}

/** Reads a report of Linaro's functional testing (LKFT), in its layouts of 2019 to 2020 (padded) and since (markdown). */
export function lkftReport(text: string): Report {
  if (!MARKS.some((mark) => text.includes(mark)) || !MARK.test(text)) return noReport;
  const lines = ownLines(text);
  const kernel = field(lines, 'kernel')?.split(/\s/)[0];
  const describe = field(lines, 'git describe')?.split(/\s/)[0];
  const release = releaseOf(kernel, describe);
  const common = {
    origin: 'lkft',
    kernel,
    commit: /^[0-9a-f]{7,40}$/.exec(field(lines, 'git commit') ?? '')?.[0],
    tree: treeOf(lines),
    url: addressIn(field(lines, 'test details')),
  };
  const archs = archsOf(lines);
  const runs: ToldRun[] = [];
  const totals = totalsOf(lines);
  if (totals !== null) runs.push({ ...common, release, totals, results: [] });
  for (const [arch, built] of buildsOf(lines))
    runs.push({ ...common, release, arch, tool: 'build', totals: built, results: [] });
  const sections = sectionsOf(lines);
  const broken = sections.filter((s) => s.what === 'regressions' && s.items.length > 0);
  const regressed = new Set(broken.flatMap((s) => s.items.map(keyOf)));
  for (const { what, comparedTo, items: listed } of sections) {
    // A regression is listed again among all that failed: it is one failure.
    const items = what === 'failures' ? listed.filter((item) => !regressed.has(keyOf(item))) : listed;
    const now: Outcome = what === 'fixes' ? 'pass' : what === 'skips' ? 'skip' : 'fail';
    for (const run of runsOf(items, now, archs, { ...common, release })) runs.push(run);
    const before = comparedTo === null ? null : releaseOf(undefined, comparedTo);
    // What the mail compares with is a statement about that build as well.
    if (before === undefined || before === null || (what !== 'regressions' && what !== 'fixes')) continue;
    const was: Outcome = what === 'fixes' ? 'fail' : 'pass';
    const facts = { origin: 'lkft', tree: common.tree, release: before };
    for (const run of runsOf(items, was, archs, facts)) runs.push(run);
  }
  return {
    runs,
    culprits: [],
    notes: [],
    breakages: broken.map(({ comparedTo, items }) => {
      const where = [...new Set(items.flatMap((i) => archs.get(i.environment ?? '') ?? []))].sort();
      const lastGood = comparedTo === null ? undefined : releaseOf(undefined, comparedTo);
      return {
        says: 'broken' as const,
        note: `${items.length} regressions: ${[...new Set(items.map((i) => `${i.suite}/${i.test}`))].slice(0, 20).join(', ')}`,
        ...(where.length > 0 ? { archs: where } : {}),
        ...(release === undefined ? {} : { releases: [release] }),
        ...(lastGood === undefined ? {} : { lastGood }),
      };
    }),
  };
}

/** A release candidate of stable is named by its kernel; linux-next and what lies between tags by `git describe`. */
function releaseOf(kernel: string | undefined, describe: string | undefined): string | undefined {
  const [k, d] = [kernel, describe].map((name) => (name === undefined ? null : parseReleaseName(name)));
  if (d?.kind === 'next') return d.name;
  if (k?.kind === 'stable-rc') return k.name;
  if (d && d.kind !== 'other') return d.name;
  return k && k.kind !== 'other' ? k.name : undefined;
}

function treeOf(lines: readonly string[]): string | undefined {
  const url = field(lines, 'git', 'git repo');
  return url === undefined ? undefined : /(?<![\w.-])([\w.-]+?)(?:\.git)?['\]]*$/.exec(url.trim())?.[1];
}

function runsOf(
  items: readonly Item[],
  outcome: Outcome,
  archs: ReadonlyMap<string, string>,
  facts: Omit<ToldRun, 'results'>,
): readonly ToldRun[] {
  const runs = new Map<string, { run: Omit<ToldRun, 'results'>; results: ToldResult[] }>();
  for (const { environment, suite, test } of items) {
    const config = suite === 'build' || suite === 'boot' ? test : undefined;
    const arch =
      environment === null ? undefined : (archs.get(environment) ?? archOfEnvironment(environment));
    const platform = environment === null || suite === 'build' ? undefined : environment;
    const key = JSON.stringify([environment, config ?? '']);
    const made = runs.get(key) ?? { run: { ...facts, arch, platform, config }, results: [] };
    runs.set(key, made);
    const raw = suite === '' ? test : `${suite}/${test}`;
    const name = suite === 'boot' || suite === 'build' ? suite : canonicalTestName(raw);
    made.results.push({ test: name, ...(raw === name ? {} : { raw }), outcome });
  }
  return [...runs.values()].map(({ run, results }) => ({ ...run, results }));
}

/** The sections of regressions and the like; in the older layout indentation says what belongs to what. */
function sectionsOf(lines: readonly string[]): readonly Found[] {
  const found: Found[] = [];
  for (let at = 0; at < lines.length; at++) {
    const head = SECTION.exec(lines[at]!.trim());
    if (!head || lines[at]!.startsWith(' ')) continue;
    const kind = (head[1] ?? '').trim().toLowerCase();
    if (kind === 'no' || kind === 'metric') continue;
    // In autumn 2020 all that failed or was skipped was listed below headings of its own; before, below an underlined one.
    const ofHeadings = /^### \S+, \S+$/.test(lines[at + 1] ?? '');
    if (head[3] === undefined && !ofHeadings && !UNDERLINE.test(lines[at + 1]?.trim() ?? '')) continue;
    const body: string[] = [];
    for (let next = at + 1; next < lines.length; next++) {
      const line = ofHeadings ? asItsSuccessor(lines[next]!) : lines[next]!;
      if (UNDERLINE.test(line.trim())) continue;
      if (SECTION.test(line.trim()) || ENDS.test(line)) break;
      body.push(line);
    }
    found.push({
      what: head[2]!.toLowerCase() as Found['what'],
      comparedTo: head[3] ?? null,
      items: itemsIn(body),
    });
  }
  return found;
}

/** `### i386, kselftest` with `* net.udpgso` below it, as the layout since then writes it: `* i386, kselftest` with `  - net.udpgso`. */
function asItsSuccessor(line: string): string {
  return line.startsWith('### ') ? line.replace('###', '*') : line.replace(/^\* /, '  - ');
}

function totalsOf(lines: readonly string[]): ToldRun['totals'] | null {
  for (const [at, line] of lines.entries()) {
    const ran = count(/^Ran (\d+) total tests\b/.exec(line)?.[1]);
    if (ran === undefined && !/^total: \d+, pass: \d+/.test(line)) continue;
    // In 2019 and 2020 they could stand below it, one a line.
    const said = ran === undefined ? line : lines.slice(at + 1, at + 6).join('\n');
    const number = (name: string) => count(new RegExp(`\\b${name}:? (\\d+)`).exec(said)?.[1]);
    const [pass, fail, skip, xfail] = ['pass', 'fail', 'skip', 'xfail'].map(number);
    const total = ran ?? number('total');
    return {
      ...(total === undefined ? {} : { total }),
      ...(pass === undefined ? {} : { pass }),
      ...(fail === undefined ? {} : { fail }),
      ...(skip === undefined ? {} : { skip }),
      ...(xfail === undefined ? {} : { xfail }),
    };
  }
  return null;
}

/** `* arm64: 36 total, 35 passed, 1 failed`. */
function buildsOf(lines: readonly string[]): readonly (readonly [string, NonNullable<ToldRun['totals']>])[] {
  return lines.flatMap((line) => {
    const match =
      /^\* (\w+): (\d{1,15}) total, (\d{1,15}) passed, (\d{1,15}) failed(?:, (\d{1,15}) skipped)?/.exec(line);
    if (!match) return [];
    const skip = count(match[5]);
    const totals = { total: Number(match[2]), pass: Number(match[3]), fail: Number(match[4]) };
    const arch = archOfEnvironment(match[1]!) ?? match[1]!;
    return [[arch, { ...totals, ...(skip === undefined ? {} : { skip }) }] as const];
  });
}

/** `- juno-r2 - arm64`: the older layout says which architecture a board is. */
function archsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const archs = new Map<string, string>();
  for (const line of lines) {
    const match = /^- (\S+) - (\w+)$/.exec(line);
    const arch = match ? archOfEnvironment(match[2]!) : undefined;
    if (arch !== undefined) archs.set(match![1]!, arch);
  }
  return archs;
}
