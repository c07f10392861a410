import { LONGEST_EXCERPT } from '../results/limits.ts';
import type { GivenResult } from '../results/result-run.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { milliseconds } from './kirk-words.ts';
import { ltpTestName } from './names.ts';

interface Open {
  readonly name: string;
  readonly line: number;
  readonly counts: Map<string, number>;
  text: string;
  timedOut: boolean;
}

/**
 * Follows what kirk prints with `--verbose`: the name of a test between two rules (`===== NAME =====` before 2025), its command, its
 * output, a summary of its assertions, how long it took. The verdict is the status that LTP's library ends a program of such a
 * summary with.
 */
export class KirkSections {
  private heading: { readonly name: string; readonly line: number } | null = null;
  private afterRule = false;
  private open: Open | null = null;

  /** Whether what comes is the output of a test. */
  get isOpen(): boolean {
    return this.open !== null;
  }

  /** Takes a line; gives a test that came to its end with it. */
  take(line: string, number: number): GivenResult | null {
    const began = this.heading !== null && /^(?:Executing|command): /.test(line);
    if (began) {
      const left = this.end('the log goes on without its end');
      this.open = { ...this.heading!, counts: new Map(), text: '', timedOut: false };
      this.heading = null;
      return left;
    }
    const isRule = /^─{6,}$/.test(line);
    const name = (this.afterRule ? /^ {6}(\S+)$/ : /^===== (\S+) =====$/).exec(line)?.[1];
    if (name !== undefined) this.heading = { name, line: number };
    else if (!isRule) this.heading = null;
    this.afterRule = isRule;
    return this.open === null ? null : this.inside(this.open, line);
  }

  /** Ends a test of which no end was printed; `reason` says so. */
  end(reason: string): GivenResult | null {
    const open = this.open;
    if (open === null) return null;
    this.open = null;
    return this.result(open, 'miss', { reason });
  }

  private inside(open: Open, line: string): GivenResult | null {
    const [, word, count] = /^(passed|failed|broken|skipped|warnings)\s+(\d+)$/.exec(line) ?? [];
    if (word !== undefined) open.counts.set(word, Number(count));
    else if (line === 'Summary:') open.counts.clear();
    else if (line === 'Test timed out') open.timedOut = true;
    const time = /^Duration: (\S.*)$/.exec(line)?.[1];
    if (time === undefined || !(open.timedOut || open.counts.size > 0)) {
      if (open.text.length < LONGEST_EXCERPT) open.text += `${line}\n`;
      return null;
    }
    this.open = null;
    const durationMs = milliseconds(time);
    return this.result(open, open.timedOut ? 'timeout' : verdictOf(open.counts), {
      ...(durationMs > 0 ? { durationMs } : {}),
    });
  }

  private result(open: Open, outcome: Outcome, more: Partial<GivenResult>): GivenResult {
    return {
      test: ltpTestName(open.name),
      raw: open.name,
      outcome,
      line: open.line,
      ...more,
      ...(outcome === 'pass' ? {} : { excerpt: open.text.trim() }),
    };
  }
}

/** Some assertions that are not supported skip no test in which others passed (tst_test.c). */
function verdictOf(counts: ReadonlyMap<string, number>): Outcome {
  const has = (word: string) => (counts.get(word) ?? 0) > 0;
  if (has('failed')) return 'fail';
  if (has('broken')) return 'error';
  if (has('warnings')) return 'fail';
  if (has('passed')) return 'pass';
  return has('skipped') ? 'skip' : 'unknown';
}
