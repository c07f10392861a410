import {
  joinTestName,
  kselftestName,
  oldProgramName,
  testSegment,
  UNNAMED_TEST,
} from '../../store/names/test-name.ts';
import { canonicalRelease } from '../../store/names/release-name.ts';
import { newEvent, type NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import type { Result } from '../../store/events/observation.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT, LONGEST_NAME, MAX_RESULTS } from '../results/limits.ts';
import { NameCounts } from '../results/name-counts.ts';
import { cutText } from '../results/own-text.ts';
import { sourceTime } from '../results/source-time.ts';
import type { KernelFacts } from '../console/kernel-facts.ts';
import type { CrashSeen } from './listener.ts';
import type { Pending } from './tree.ts';

/** A program as the runner of kselftest names it. */
const RUNNER = /^selftests: (?:(\S+): )?(.+)$/;
const NOTHING: readonly string[] = [];

/** Collects the results of one run and makes events of them. */
export class Run {
  facts: KernelFacts;
  crash: CrashSeen | null = null;
  kunit = false;
  /** The last time that stands before a line of it. */
  lastStamp: string | null = null;
  private results: Result[] = [];
  /** Excerpts by their place in the results: they may still grow. */
  private excerpts = new Map<number, { readonly text: string }>();
  private readonly seen = new NameCounts();
  private part = 0;
  private readonly hints: ImportHints;

  constructor(facts: KernelFacts, hints: ImportHints) {
    this.facts = facts;
    this.hints = hints;
  }

  get full(): boolean {
    return this.results.length >= MAX_RESULTS;
  }

  get isEmpty(): boolean {
    return this.results.length === 0 && this.part === 0;
  }

  /** Takes a result; gives its canonical name. */
  add(pending: Pending): string {
    const { path, outcome, line, reason, exitCode, durationMs, excerpt } = pending;
    const test = this.nameOf(path);
    const occurrence = this.seen.add(test);
    const own = path.at(-1)!;
    // Field by field, for speed: a rest pattern takes a microsecond.
    const result: Result = { test, outcome, line };
    if (reason !== undefined) result.reason = reason;
    // A number in a log may be absurdly large: `exit=` with hundreds of digits.
    if (exitCode !== undefined && Number.isFinite(exitCode)) result.exitCode = exitCode;
    if (durationMs !== undefined && Number.isFinite(durationMs)) result.durationMs = durationMs;
    if (test !== own && !test.endsWith(`.${own}`)) result.raw = cutText(own, LONGEST_NAME);
    if (occurrence > 1) result.occurrence = occurrence;
    if (excerpt) this.excerpts.set(this.results.length, excerpt);
    this.results.push(result);
    return test;
  }

  /** Makes the canonical name of a test from the names around it. */
  private nameOf(path: readonly string[]): string {
    const first = path[0]!;
    const runner = first.startsWith('selftests: ') ? RUNNER.exec(first) : null;
    const inside = path.length === 1 ? NOTHING : path.slice(1).map(segment);
    const name = runner
      ? runner[1] === undefined
        ? oldProgramName(runner[2]!, ...inside)
        : kselftestName(runner[1], runner[2]!, ...inside)
      : joinTestName(this.kunit ? 'kunit' : '', ...path.map(segment));
    return name === '' ? UNNAMED_TEST : cutText(name, LONGEST_NAME);
  }

  /**
   * The place that was given beside the log, where the log does not say it; empty where none was given. Short logs of two kernels may be
   * equal byte by byte: with another place they are another run, and no version of the first.
   */
  statedPlace(): string {
    const { facts, hints } = this;
    const stated = [
      facts.release === undefined ? hints.release : undefined,
      facts.arch === undefined ? hints.arch : undefined,
      hints.config,
      ...(facts.commit === undefined && hints.commit !== undefined ? [hints.commit] : []),
    ];
    return stated.every((part) => part === undefined) ? '' : sha256(JSON.stringify(stated)).slice(0, 12);
  }

  /** Gives the results so far as an event, or null when there is nothing to tell. */
  take(entry: SourceEntry, stream: string, last: boolean): NewEvent | null {
    if (this.results.length === 0 && (this.crash === null || !last)) return null;
    const results = this.results;
    for (const [index, { text }] of this.excerpts)
      if (text !== '') results[index]!.excerpt = text.slice(0, LONGEST_EXCERPT);
    this.results = [];
    this.excerpts = new Map();
    const { crash, hints } = this;
    const given = hints.release === undefined ? undefined : (canonicalRelease(hints.release) ?? undefined);
    const release = this.facts.release ?? given;
    const selftests = hints.selftests === undefined ? null : canonicalRelease(hints.selftests);
    const arch = this.facts.arch ?? hints.arch;
    const { kernel, platform } = this.facts;
    const commit = this.facts.commit ?? hints.commit;
    const firstLine = results[0]?.line ?? crash?.line ?? 1;
    this.part++;
    return newEvent({
      type: 'RunObserved',
      stream,
      knownAt:
        hints.publishedAt ??
        (this.lastStamp === null ? null : sourceTime(this.lastStamp)) ??
        hints.knownAt ??
        null,
      source: `sha256:${entry.sha256}`,
      locator: `${entry.name}:${firstLine}`,
      payload: {
        rev: 1,
        origin: hints.origin ?? 'unknown',
        ...(release === undefined ? {} : { release }),
        ...(commit === undefined ? {} : { commit }),
        ...(kernel === undefined ? {} : { kernel }),
        ...(arch === undefined ? {} : { arch }),
        ...(hints.config === undefined ? {} : { config: hints.config }),
        ...(selftests === null ? {} : { selftests }),
        ...(platform === undefined ? {} : { platform }),
        ...(last && this.part === 1 ? {} : { part: this.part }),
        ...(crash && last ? { crash: { kind: crash.kind, line: crash.line, excerpt: crash.excerpt } } : {}),
        results,
      },
    });
  }
}

function segment(name: string): string {
  // `[846] Result (0)`: a process id differs from run to run and is no part of a name; so does the folder of a job of LAVA.
  const lasting = name.includes('/lava-') ? name.replace(/\/lava-\d+\//g, '/lava/') : name;
  return testSegment(lasting.replace(/^\[\d+\]\s*(?=\S)/, '')) || UNNAMED_TEST;
}
