import type { Outcome } from '../../../store/events/observation.ts';
import { toKnownAt } from '../../../store/events/known-at.ts';
import {
  addressIn,
  archOfEnvironment,
  field,
  noReport,
  ownLines,
  releaseNamed,
  testNamed,
  type Report,
  type ToldRun,
} from './report.ts';

const STATUS: ReadonlyMap<string, Outcome> = new Map(
  Object.entries({
    PASS: 'pass',
    FAIL: 'fail',
    ERROR: 'error',
    MISS: 'miss',
    SKIP: 'skip',
  }),
);

/**
 * Reads a report of KernelCI's Maestro: an issue with the machines or builds that it was seen on, each with its test, since
 * when it fails and when it passed last.
 */
export function kernelciReport(text: string): Report {
  // A plain search of a whole mail takes a tenth of what a pattern does.
  const hasTag = text.includes('#kernelci ') && /^#kernelci (?:issue|test) \S+/m.test(text);
  const hasTitle = text.includes('New ') && /^New (?:build|boot|test) \w+ found on /m.test(text);
  if (!hasTag && !hasTitle) return noReport;
  const lines = ownLines(text);
  const found = /^New (\w+) \w+ found on ([\w.+-]+)\/(\S+?):?$/m.exec(lines.join('\n'));
  const tags = field(lines, 'tags', 'tag');
  const common = {
    origin: 'kernelci',
    commit: /[0-9a-f]{7,40}/.exec(field(lines, 'commit head') ?? '')?.[0],
    tree: found?.[2],
    release: releaseNamed(tags?.split(/[\s,]/)[0]),
  };
  const title = titleOf(lines);
  const runs: ToldRun[] = [...testRuns(lines, common)];
  for (const { name, body } of partsOf(lines)) {
    const build = /^(\S.*) on \((\w+)\)$/.exec(name);
    const id = /\/(?:test|build)\/(\S+)/.exec(field(body, 'dashboard') ?? '')?.[1];
    const url = addressIn(field(body, 'dashboard'));
    if (build) {
      runs.push({
        ...common,
        arch: archOfEnvironment(build[2]!) ?? build[2]!,
        config: build[1]!,
        tool: field(body, 'compiler'),
        build: id,
        url,
        results: [{ test: 'build', outcome: 'fail', ...reason(title) }],
      });
      continue;
    }
    const named = testNamed(field(body, 'test path') ?? found?.[1]?.toLowerCase() ?? 'boot');
    const said = body.join('\n');
    const since = /since (\d{4}-\d\d-\d\d \d\d:\d\d) UTC/.exec(said)?.[1];
    runs.push({
      ...common,
      platform: name,
      startedAt: instant(since),
      config: field(body, 'config', 'defconfig'),
      url,
      results: [{ ...named, outcome: 'fail', ...reason(title) }],
    });
    if (!/^- last pass:/m.test(said)) continue;
    const commit = /- commit hash:\s+([0-9a-f]{7,40})/.exec(said)?.[1];
    const on = /- on (\d{4}-\d\d-\d\d \d\d:\d\d) UTC/.exec(said)?.[1];
    if (commit !== undefined || on !== undefined)
      runs.push({
        origin: 'kernelci',
        tree: common.tree,
        commit,
        platform: name,
        startedAt: instant(on),
        url: /- last pass:\s+(https?:\S+)/.exec(said)?.[1],
        results: [{ ...named, outcome: 'pass' }],
      });
  }
  const archs = [...new Set(runs.flatMap((r) => r.arch ?? []))].sort();
  const issue = /^#kernelci (?:issue|test) (\S+)/m.exec(text)?.[1];
  return {
    runs,
    culprits: [],
    breakages: [
      {
        says: 'broken',
        note: title || `${tested(runs)} on ${found?.[2] ?? 'an unknown tree'}`,
        ...(archs.length > 0 ? { archs } : {}),
        ...(common.release === undefined ? {} : { releases: [common.release] }),
      },
    ],
    notes: issue === undefined ? [] : [{ about: issue, text: title || 'reported by KernelCI' }],
  };
}

function tested([first]: readonly ToldRun[]): string {
  return first === undefined ? 'a regression' : `${first.results[0]!.test} fails`;
}

/** A report of one test: what ran and how it ended stands in a list of its own, and its signs tell how it ended before. */
function testRuns(lines: readonly string[], common: Omit<ToldRun, 'results'>): readonly ToldRun[] {
  const from = lines.findIndex((line) => line.startsWith('# Test details:'));
  const details = from === -1 ? [] : lines.slice(from + 1);
  const path = field(details, 'test path');
  if (path === undefined) return [];
  const arch = field(details, 'architecture');
  const named = testNamed(path);
  const where = {
    platform: field(details, 'platform'),
    config: field(details, 'config'),
    arch: arch === undefined ? undefined : (archOfEnvironment(arch) ?? arch),
    tool: field(details, 'compiler'),
  };
  const history = field(lines, 'history');
  const outcome = STATUS.get(field(lines, 'status') ?? '') ?? 'unknown';
  const began = field(lines, 'start time');
  const told: ToldRun = {
    ...common,
    ...where,
    startedAt: began === undefined ? undefined : (toKnownAt(began.replace(' ', 'T')) ?? undefined),
    url: addressIn(field(lines, 'dashboard')),
    results: [{ ...named, outcome, ...(history === undefined ? {} : { reason: `history: ${history}` }) }],
  };
  // The template writes the commit at which it passed last there, and nowhere else.
  const passedAt = /^#regzbot introduced: ([0-9a-f]{40})\.\./m.exec(lines.join('\n'))?.[1];
  const passed: ToldRun = {
    origin: common.origin,
    tree: common.tree,
    commit: passedAt,
    ...where,
    results: [{ ...named, outcome: 'pass' }],
  };
  return passedAt === undefined ? [told] : [told, passed];
}

function reason(title: string): { reason?: string } {
  return title === '' ? {} : { reason: title.slice(0, 1000) };
}

/** What stands between the two lines of `---` below the heading. */
function titleOf(lines: readonly string[]): string {
  const first = lines.indexOf('---');
  const last = first < 0 ? -1 : lines.indexOf('---', first + 1);
  if (last < 0 || last - first > 20) return '';
  return lines
    .slice(first + 1, last)
    .map((line) => line.trim())
    .join(' ')
    .trim();
}

/** `## name` with the lines below it, as far as they are a list. */
function partsOf(
  lines: readonly string[],
): readonly { readonly name: string; readonly body: readonly string[] }[] {
  const parts: { name: string; body: string[] }[] = [];
  let open: string[] | null = null;
  let listed = false;
  for (const line of lines) {
    if (/^# (?:Hardware platforms affected|Builds where the incident occurred):?/.test(line)) listed = true;
    const head = listed ? /^## (\S.*)$/.exec(line) : null;
    if (head) {
      open = [];
      parts.push({ name: head[1]!.trim().replace(/:$/, ''), body: open });
    } else if (line.startsWith('#kernelci')) break;
    else if (open !== null) open.push(line);
  }
  return parts;
}

function instant(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text.replace(' ', 'T')}:00Z`;
}
