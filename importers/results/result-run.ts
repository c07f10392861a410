import { canonicalRelease, releaseOfUname } from '../../store/names/release-name.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { Result } from '../../store/events/observation.ts';
import { InputError } from '../../store/errors.ts';
import { sha256 } from '../../store/identity.ts';
import { knownAtPrecision } from '../../store/events/known-at.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT, LONGEST_NAME, LONGEST_REJECT, MAX_RESULTS } from './limits.ts';
import { NameCounts } from './name-counts.ts';
import { cutText } from './own-text.ts';
import { keyOfOwnRun, revisionOf, type OwnRun } from './own-run.ts';
import { tellApart } from './tell-apart.ts';

/** What a file says of its run; hints fill in the rest. */
export interface RunFacts {
  readonly origin?: string | undefined;
  readonly release?: string | undefined;
  readonly kernel?: string | undefined;
  /** 7 to 40 hex digits. */
  readonly commit?: string | undefined;
  readonly arch?: string | undefined;
  readonly config?: string | undefined;
  readonly platform?: string | undefined;
  readonly tree?: string | undefined;
  readonly tool?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly knownAt?: string | undefined;
  readonly url?: string | undefined;
  /** The release that the selftests come from. */
  readonly selftests?: string | undefined;
  readonly cmdline?: string | undefined;
  /** The origin's own ids of the run, and of the build that ran. */
  readonly id?: string | undefined;
  readonly build?: string | undefined;
  readonly crash?: { readonly kind: string; readonly line: number; readonly excerpt: string } | undefined;
  /** Where it is known, other files that tell this run are versions of what this one tells, and the run counts once. */
  readonly own?: OwnRun | undefined;
}

/** One result as a format gives it; names are cut, and repeated ones numbered, by `ResultRun`. */
export interface GivenResult extends Omit<Result, 'occurrence'> {
  readonly test: string;
}

/** Gathers the results of one run of a result file and gives them as events. */
export class ResultRun {
  private results: Result[] = [];
  private readonly seen = new NameCounts();
  private part = 0;
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly origin: string;
  private readonly place: string;
  facts: RunFacts;
  /** Whether the run is told even when it has no result: the file says that there was one. */
  evenEmpty = false;
  /** Whether tests are told apart by the characters that a canonical name does not have. */
  isToldApart = false;

  /** `place` tells this run from others of the same file; empty where a file holds one. */
  constructor(entry: SourceEntry, hints: ImportHints, facts: RunFacts = {}, place = '') {
    this.entry = entry;
    this.hints = hints;
    this.facts = facts;
    this.place = place === '' ? '' : `/${place}`;
    this.origin = hints.origin ?? facts.origin ?? 'unknown';
  }

  add(given: GivenResult): void {
    this.addAs(given.test, given.raw, given);
  }

  /** Adds a result under a name. Results come by the million: none is copied to be named. */
  addAs(
    name: string,
    raw: string | undefined,
    {
      outcome,
      line,
      durationMs,
      exitCode,
      reason,
      excerpt,
      platform,
      failedRuns,
    }: Omit<GivenResult, 'test' | 'raw'>,
  ): void {
    const test = cutText(name, LONGEST_NAME) || UNNAMED_TEST;
    const occurrence = this.seen.add(test);
    const result: Result = { test, outcome };
    if (raw !== undefined && raw !== '' && raw !== test) result.raw = cutText(raw, LONGEST_NAME);
    if (line !== undefined) result.line = line;
    // A number in a file may be out of all measure: `exit=` and hundreds of digits, 1e308 seconds.
    if (durationMs !== undefined && Number.isFinite(durationMs)) result.durationMs = durationMs;
    if (exitCode !== undefined && Number.isFinite(exitCode)) result.exitCode = exitCode;
    if (reason !== undefined && reason !== '') result.reason = cutText(reason, LONGEST_EXCERPT);
    if (excerpt !== undefined && excerpt !== '') result.excerpt = cutText(excerpt, LONGEST_EXCERPT);
    if (platform !== undefined) result.platform = platform;
    if (failedRuns !== undefined) result.failedRuns = failedRuns;
    if (occurrence > 1) result.occurrence = occurrence;
    this.results.push(result);
  }

  get isFull(): boolean {
    return this.results.length >= MAX_RESULTS;
  }

  get isEmpty(): boolean {
    return this.results.length === 0 && this.part === 0;
  }

  /**
   * Gives what is left at the end of a log that is nothing but results.
   *
   * @param missing what to say where there is none.
   * @throws InputError where the log held no result.
   */
  end(missing: string): readonly NewEvent[] {
    const last = this.take(true);
    if (last === null && this.isEmpty)
      throw new InputError([{ severity: 'error', message: missing, place: { file: this.entry.name } }]);
    return last ? [last] : [];
  }

  /** Gives the results so far; null where there are none. `last`: no more will come. */
  take(last: boolean): NewEvent | null {
    if (this.results.length === 0 && !(last && this.part === 0 && this.evenEmpty)) return null;
    const { hints, facts } = this;
    const results = this.results;
    this.results = [];
    this.part++;
    // A run in several parts is not at hand as a whole, and a name must be one and the same in all of it.
    if (this.isToldApart && last && this.part === 1) tellApart(results);
    const release = [facts.release, facts.kernel, hints.release]
      .map((name) => (name === undefined ? null : releaseOfUname(name)))
      .find((name) => name !== null);
    const known = hints.publishedAt ?? facts.knownAt ?? hints.knownAt ?? null;
    const started = facts.startedAt;
    const arch = facts.arch ?? hints.arch;
    const config = facts.config ?? hints.config;
    const commit = facts.commit ?? hints.commit;
    const { own } = facts;
    // What the bytes do not say comes from hints and from files beside: equal bytes of two places are two runs. Of one run not every file
    // says the machine.
    const stated =
      own === undefined
        ? [release, arch, config, facts.platform, commit, facts.build, facts.id]
        : [release, hints.arch, hints.config, hints.commit];
    const key = own === undefined ? this.entry.sha256 : keyOfOwnRun(own);
    const place = `${this.place}/${sha256(JSON.stringify(stated)).slice(0, 12)}`;
    return newEvent({
      type: 'RunObserved',
      stream: `run/${this.origin}/${key}${place}${this.part === 1 ? '' : `/${this.part}`}`,
      knownAt: known !== null && knownAtPrecision(known) !== null ? known : null,
      source: `sha256:${this.entry.sha256}`,
      locator: `${this.entry.name}:${results[0]?.line ?? 1}`,
      payload: {
        rev: own === undefined ? 1 : revisionOf(own, results, this.entry.sha256),
        origin: facts.origin ?? hints.origin ?? 'unknown',
        ...(release === undefined ? {} : { release }),
        ...defined({
          commit: commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) ? commit : undefined,
          kernel: facts.kernel,
          arch,
          config,
          platform: facts.platform,
          tree: facts.tree,
          tool: facts.tool,
          startedAt: started !== undefined && knownAtPrecision(started) !== null ? started : undefined,
          selftests: [facts.selftests, hints.selftests]
            .map((name) => (name === undefined ? null : canonicalRelease(name)))
            .find((name) => name !== null),
          url: facts.url,
          cmdline: facts.cmdline?.slice(0, LONGEST_EXCERPT),
          id: facts.id,
          build: facts.build,
        }),
        ...(last && this.part === 1 ? {} : { part: this.part }),
        ...(last && facts.crash !== undefined ? { crash: facts.crash } : {}),
        results,
      },
    });
  }
}

/** Leaves out what is undefined or empty. */
export function defined<T extends Record<string, string | undefined>>(
  values: T,
): { [K in keyof T]?: string } {
  const kept: { [K in keyof T]?: string } = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined && value !== '') kept[key] = value;
  }
  return kept;
}

/** Keeps a piece of an input that could not be understood, with its place and the reason. */
export function rejected(
  entry: SourceEntry,
  format: string,
  hints: ImportHints,
  piece: {
    /** What tells it from other pieces of the file: a pointer into JSON, `/tests/3`, or a word. */
    readonly key: string;
    readonly reason: string;
    readonly excerpt: string;
    readonly line?: number | undefined;
  },
): NewEvent {
  return newEvent({
    type: 'RecordRejected',
    stream: `reject/${hints.origin ?? 'unknown'}/${entry.sha256}/${piece.key}`,
    knownAt: hints.knownAt ?? null,
    source: `sha256:${entry.sha256}`,
    locator: `${entry.name}${placeIn(piece)}`,
    payload: {
      rev: 1,
      format,
      reason: piece.reason,
      excerpt: cutText(piece.excerpt, LONGEST_REJECT),
      ...(piece.line === undefined ? {} : { line: piece.line }),
    },
  });
}

/** Where a piece lies in its file: by line, or by JSON pointer; nothing where neither is known. */
function placeIn({ line, key }: { readonly line?: number | undefined; readonly key: string }): string {
  if (line !== undefined) return `:${line}`;
  return key.startsWith('/') ? `#${key}` : '';
}
