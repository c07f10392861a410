import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../../cli/run.ts';
import type { Ran } from '../support/built-command.ts';
import { worldFor } from '../support/in-process.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { randomReleases, type RandomReleases } from '../support/random-releases.ts';

const TESTS = ['wake_test', 'other_test'];
const ARCH = 's390';

/** What a search says of itself, without what names its events. */
interface Standing {
  readonly state: string;
  readonly next: readonly { readonly version: string }[];
  readonly regressions: readonly {
    readonly key: string;
    readonly state: string;
    readonly suspects: number;
    readonly top: readonly { readonly change: string }[];
    readonly why: string;
  }[];
  readonly prefilled: readonly unknown[];
  readonly warnings: readonly string[];
  readonly why: string;
}

const essence = ({ state, next, regressions, prefilled, why }: Standing) => ({
  state,
  next,
  regressions: regressions.map(({ key, state, suspects, top, why }) => ({ key, state, suspects, top, why })),
  prefilled,
  why,
});

/** A folder with a log, and commands on it whose clock goes on with each of them. */
class Desk {
  /** Everything that was typed, for the message of a failure. */
  readonly typed: string[] = [];
  private clock = Date.parse('2026-12-01T00:00:00Z');
  private files = 0;

  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async regline(...args: readonly string[]): Promise<Ran> {
    return this.on('log', ...args);
  }

  async on(log: string, ...args: readonly string[]): Promise<Ran> {
    const { world, written } = worldFor(join(this.folder, `${log}.db`));
    const status = await run(args, { ...world, now: () => new Date((this.clock += 7)) });
    const ran = { status, ...written() };
    this.typed.push(`regline ${args.join(' ')}   [${log}: ${status}] ${ran.stderr}`);
    return ran;
  }

  /** The same, where nothing but success will do. */
  async done(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.regline(...args);
    expect(status, `${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout;
  }

  async standing(log = 'log'): Promise<Standing> {
    const { stdout, stderr } = await this.on(log, 'bisect', 'status', '--format', 'json');
    expect(stdout, stderr).not.toBe('');
    return JSON.parse(stdout) as Standing;
  }

  file(text: string, ending: string): string {
    const path = join(this.folder, `${++this.files}.${ending}`);
    writeFileSync(path, text);
    return path;
  }
}

/** What was planted: a change for each test, and how a version fares by them. */
class Planted {
  readonly history: RandomReleases;
  readonly culprits: readonly string[];
  readonly fixed: boolean;

  constructor(history: RandomReleases, culprits: readonly string[], fixed: boolean) {
    [this.history, this.culprits, this.fixed] = [history, culprits, fixed];
  }

  /** Whether a version, a release or a change of the mainline, has the planted change of a test. */
  has(version: string, test = 0): boolean {
    const { changes, contains } = this.history;
    const at = changes.findIndex((change) => change.startsWith(version));
    return at < 0 ? contains(version, this.culprits[test]!) : at >= changes.indexOf(this.culprits[test]!);
  }

  /** Whether the change came with a version: it has it, and what it follows has it not. */
  begins(version: string, test: number): boolean {
    const { mainline, stable, changes } = this.history;
    if (changes.some((change) => change.startsWith(version))) return this.culprits[test]!.startsWith(version);
    const before = [...mainline, ...stable].find(({ name }) => name === version)?.predecessor ?? null;
    return this.has(version, test) && (before === null || !this.has(before, test));
  }

  word(version: string, test = 0, lie = false): string {
    const [has, hasNot] = this.fixed ? ['fixed', 'unfixed'] : ['bad', 'good'];
    return this.has(version, test) !== lie ? has : hasNot;
  }

  /** A run of all tests at a release, as a log of TAP. */
  tap(release: string, run: number): string {
    const lines = this.culprits.map(
      (_, test) =>
        `${this.has(release, test) !== this.fixed ? 'not ' : ''}ok ${test + 1} selftests: pipes: ${TESTS[test]}`,
    );
    return ['TAP version 13', `# run ${run}`, `1..${lines.length}`, ...lines, ''].join('\n');
  }
}

const oneOf = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)]!;
const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);

/**
 * One whole search as a triager makes it, by commands alone: facts, results before it and between its steps, outcomes
 * of versions that nobody asked for, skips, undo, another machine that has the log in another order.
 */
async function search(seed: number, desk: Desk): Promise<void> {
  const random = randomNumbers(seed);
  const history = randomReleases(random);
  const { mainline, stable, changes } = history;
  const all = [...mainline, ...stable].map(({ name }) => name);
  if (changes.length === 0) return;
  await desk.done('import', 'facts', desk.file(history.facts, 'yaml'));

  const culprits = Array.from({ length: random() < 0.4 ? 2 : 1 }, () => oneOf(changes, random));
  const planted = new Planted(history, culprits, random() < 0.3);
  const overChanges = culprits.length === 1 && !planted.fixed && random() < 0.4;
  let runs = 0;
  const importRun = (release: string) =>
    desk.done(
      ...['import', 'auto', desk.file(planted.tap(release, ++runs), 'log'), '--release', release],
      ...['--arch', ARCH, '--origin', 'lab', '--known-at', '2021-05'],
    );
  for (const release of shuffled(all, random).slice(0, Math.floor(random() * 4))) await importRun(release);

  const ends = overChanges ? mainline.map(({ name }) => name) : all;
  const good = ends.filter((name) => culprits.every((_, test) => !planted.has(name, test)));
  const bad = ends.filter((name) => culprits.every((_, test) => planted.has(name, test)));
  if (good.length === 0 || bad.length === 0) return;
  const tests = TESTS.slice(0, culprits.length).map((name) => `kselftest.pipes.${name}`);
  const start = await desk.regline(
    ...['bisect', 'start', '--test', tests.join(','), '--arch', ARCH],
    ...['--over', overChanges ? 'changes' : 'releases', '--good', oneOf(good, random)],
    ...['--bad', oneOf(bad, random), ...(planted.fixed ? ['--fixed'] : [])],
    ...(random() < 0.3 ? ['--no-prefill'] : []),
    ...(culprits.length === 1 && random() < 0.3 ? ['--chooser', 'git'] : []),
  );
  // Two ends of which neither came before the other in any way that can be searched are refused, with a reason.
  if (start.status === 2) {
    expect(start.stderr).not.toBe('');
    return;
  }
  expect(start.status, start.stderr).toBe(0);

  const tell = async (version: string): Promise<void> => {
    for (const [test, name] of tests.entries())
      await desk.regline(
        ...['bisect', planted.word(version, test), version],
        ...(tests.length === 1 ? [] : ['--only', `${name} ${ARCH}`]),
      );
  };
  let standing = await desk.standing();
  let skips = 0;
  for (let step = 0; standing.state === 'running'; step++) {
    expect(step, 'a search has an end').toBeLessThan(80);
    const asked = standing.next[0]!.version;
    const dice = random();
    if (dice < 0.15) {
      const before = essence(standing);
      await desk.regline('bisect', random() < 0.2 ? 'skip' : planted.word(asked, 0, true), asked);
      await desk.done('bisect', 'undo');
      expect(essence(await desk.standing()), 'undo is exact').toEqual(before);
    } else if (dice < 0.25 && skips++ < 3) await desk.regline('bisect', 'skip', asked);
    else if (dice < 0.35) await importRun(oneOf(all, random));
    else await tell(dice < 0.45 ? oneOf(all, random) : asked);
    standing = await desk.standing();
    if (random() < 0.1) {
      const lines = (await desk.done('export')).split('\n').filter((line) => line !== '');
      const log = `elsewhere-${step}`;
      const file = desk.file(`${shuffled(lines, random).join('\n')}\n`, 'ndjson');
      expect((await desk.on(log, 'import', 'events', file)).status).toBe(0);
      expect(essence(await desk.standing(log)), 'the log alone carries a search').toEqual(essence(standing));
    }
  }

  expect(standing.state).not.toBe('contradiction');
  // Where all that two branches have in common cannot be tested, that one change explains both is a guess, and called one.
  const isGuess = standing.warnings.some((warning) => warning.includes('on branches apart'));
  // A search that was split goes on with what has its culprit in one part.
  expect(standing.regressions.length).toBeGreaterThan(0);
  for (const { key, top } of standing.regressions) {
    const test = tests.findIndex((name) => key === `${name} ${ARCH}`);
    expect(
      isGuess || top.some(({ change }) => planted.begins(change, test)),
      `${key}: ${top.map(({ change }) => change).join(', ')} for ${culprits[test]}`,
    ).toBe(true);
  }
  for (const question of [
    'bisect report',
    'bisect log',
    'bisect log --git',
    'verify',
    'culprits',
    'timeline',
  ])
    expect((await desk.regline(...question.split(' '))).status, question).toBeLessThan(2);
}

describe('a whole search by commands', () => {
  it('ends at what was planted, takes back exactly, and goes on elsewhere by the log alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const folder = mkdtempSync(join(tmpdir(), 'regline-search-'));
        const desk = new Desk(folder);
        try {
          await search(seed, desk);
        } catch (error) {
          throw new Error(`seed ${seed}\n${desk.typed.join('\n')}`, { cause: error });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 3_000_000);
});
