import type { NewEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Line, SourceEntry } from '../importer.ts';
import { commandTime, type LineResults } from '../console/line-results.ts';
import { rejected, ResultRun } from '../results/result-run.ts';
import { later, sourceTime } from '../results/source-time.ts';
import { fileStem } from '../source/file-stem.ts';

export const FORMAT = 'kvm-unit-tests';

/** What the runner says of a test: `PASS apic-split (56 tests, 1 skipped)`. */
const RUNNER = /^(PASS|FAIL|SKIP) ([\w.+-]{1,100})(?: \((.{0,500})\))?$/;
/** What a test says of one of its checks (lib/report.c). */
const CHECK = /^(PASS|FAIL|SKIP|XFAIL|XPASS|KFAIL): (\S.{0,2000})$/;
const SUMMARY =
  /^SUMMARY: (\d{1,9}) tests(?:, (\d{1,9}) unexpected failures)?(?:, \d{1,9} expected failures)?(?:, \d{1,9} known failures)?(?:, (\d{1,9}) skipped)?$/;
const NAMED = /(?:^| )TESTNAME=([\w.+-]{1,100}) /;
const KERNEL = / -kernel (?:\S{0,500}\/)?([\w+-]{1,100})\.(?:flat|efi)(?= |$)/;

/** A failure that is known is no news (report_kfail); a pass where a failure was expected fails a test. */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  PASS: 'pass',
  FAIL: 'fail',
  SKIP: 'skip',
  XFAIL: 'xfail',
  KFAIL: 'xfail',
  XPASS: 'xpass',
};

/** The output of run_tests.sh, or the log that it keeps of a test. */
export class UnitTests implements LineResults {
  readonly run: ResultRun;
  private readonly entry: SourceEntry;
  private readonly hints: ImportContext['hints'];
  /** The test whose checks follow. */
  private test: string;
  private counts = { tests: 0, failed: 0, skipped: 0 };
  readonly rejects: NewEvent[] = [];

  constructor(entry: SourceEntry, { hints }: ImportContext) {
    this.entry = entry;
    this.hints = hints;
    // The runner names a log after its test, and one program is run as several tests.
    this.test = fileStem(entry.name, 'log') ?? '';
    this.run = new ResultRun(entry, hints, { tool: FORMAT }, this.test);
  }

  read(text: string, { text: raw, number }: Line): void {
    const at = commandTime(raw);
    if (at !== null && raw.includes('run_tests.sh')) this.knownAt(at);
    const [, word, test, about] = RUNNER.exec(text.trimEnd()) ?? [];
    if (word !== undefined) {
      this.run.add({ test: named(test!), raw: test!, line: number, ...verdictOf(word, about) });
      return;
    }
    const [, check, what] = CHECK.exec(text) ?? [];
    if (check !== undefined) {
      this.check(OUTCOMES[check]!, what!.trim(), number);
      return;
    }
    const begun = NAMED.exec(text)?.[1] ?? (this.test === '' ? KERNEL.exec(text)?.[1] : undefined);
    if (begun !== undefined) this.test = begun;
    const summary = SUMMARY.exec(text);
    if (summary) this.summed(summary, number);
  }

  end(): void {
    // Each line said all by itself.
  }

  private check(outcome: Outcome, what: string, line: number): void {
    const { counts } = this;
    counts.tests++;
    if (outcome === 'fail' || outcome === 'xpass') counts.failed++;
    if (outcome === 'skip') counts.skipped++;
    this.run.add({ test: named(this.test, what), raw: what, line, outcome });
  }

  /** Compares what a test counted with the checks that were read: other output may have torn lines apart. */
  private summed([text, tests, failed = '0', skipped = '0']: RegExpExecArray, line: number): void {
    const { counts } = this;
    this.counts = { tests: 0, failed: 0, skipped: 0 };
    const agrees =
      counts.tests === Number(tests) &&
      counts.failed === Number(failed) &&
      counts.skipped === Number(skipped);
    if (agrees) return;
    const { tests: all, failed: bad, skipped: left } = counts;
    this.rejects.push(
      rejected(this.entry, FORMAT, this.hints, {
        key: `summary/${line}`,
        reason: `the test counts "${text}", and here are ${all} checks, ${bad} of them failed and ${left} skipped`,
        excerpt: text,
        line,
      }),
    );
  }

  private knownAt(at: string): void {
    const known = later(this.run.facts.knownAt, sourceTime(at));
    if (known !== null) this.run.facts = { ...this.run.facts, knownAt: known };
  }
}

function named(test: string, check = ''): string {
  return joinTestName(FORMAT, testSegment(test), testSegment(check));
}

function verdictOf(
  word: string,
  about: string | undefined,
): { readonly outcome: Outcome; readonly reason?: string } {
  if (word === 'FAIL' && about?.startsWith('timeout; ') === true)
    return { outcome: 'timeout', reason: about };
  const outcome = OUTCOMES[word]!;
  const isCount = about !== undefined && /^\d{1,9} tests/.test(about) && word !== 'FAIL';
  return about === undefined || isCount ? { outcome } : { outcome, reason: about };
}
