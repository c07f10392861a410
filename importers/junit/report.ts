import type { Outcome } from '../../store/events/observation.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { later, sourceTime } from '../results/source-time.ts';
import type { RunFacts } from '../results/result-run.ts';
import { isPassingMachine } from './passing-machine.ts';
import { factsOfPlatform } from './properties.ts';

/** A test case of a report, as it is written. */
export interface Case {
  readonly name: string;
  readonly className: string;
  /** Names of the suites around it, from the outside in. */
  readonly suites: readonly string[];
  readonly line: number;
  readonly seconds: number;
  readonly hasTime: boolean;
  /** Whether it says itself when it ran: LAVA's do. */
  readonly timed: boolean;
  outcome: Outcome;
  reason?: string;
  /** Runs of it that failed, beside the one that counts. */
  failedRuns: number;
  text: string;
}

/** No report nests suites as deep; a name would be cut long before. */
const DEEPEST = 50;
/** A failure beside an error is an error, either beside a skip is not one. */
const RANK: readonly Outcome[] = ['pass', 'skip', 'xfail', 'fail', 'error'];
const CHILDREN: Readonly<Record<string, Outcome>> = {
  failure: 'fail',
  error: 'error',
  skipped: 'skip',
  skip: 'skip',
  softfailure: 'xfail',
};
const STATUS: Readonly<Record<string, Outcome>> = {
  failure: 'fail',
  failed: 'fail',
  fail: 'fail',
  error: 'error',
  skipped: 'skip',
  softfail: 'xfail',
  // googletest's and CTest's words for what stands in a report without having run.
  notrun: 'skip',
  suppressed: 'skip',
  disabled: 'skip',
};
/** Surefire's words for a test that failed and passed when it was run again. */
const FLAKY = new Set(['flakyFailure', 'flakyError']);
/** Its words for a run that failed before or after the one that counts; one that broke off says nothing, as elsewhere. */
const FAILED_RUN = new Set(['flakyFailure', 'rerunFailure']);

/** What a report says is gathered while its elements open and close. */
export class Report {
  private readonly suites: string[] = [];
  private readonly open: string[] = [];
  private current: Case | null = null;
  /** The error of a suite that could not run its cases; Jenkins counts it as one. */
  private suiteError: Case | null = null;
  private readonly finished: (each: Case) => void;
  facts: RunFacts = { tool: 'junit' };
  knownAt: string | null = null;
  /** Properties of xfstests: its section, and the file system. */
  readonly fstests: { section?: string; fileSystem?: string } = {};

  constructor(finished: (each: Case) => void) {
    this.finished = finished;
  }

  opens(tag: string, attributes: Readonly<Record<string, string>>, line: number): void {
    const parent = this.open.at(-1);
    this.open.push(tag);
    if (tag === 'testsuite' || tag === 'testsuites') this.opensSuite(attributes);
    else if (tag === 'testcase') this.current = this.caseOf(attributes, line);
    else if (tag === 'property') this.property(attributes);
    else if (parent === 'testcase' && this.current) {
      takeOutcome(this.current, tag, attributes);
      if (FLAKY.has(tag)) this.current.reason = 'failed, and passed when it was run again';
      if (FAILED_RUN.has(tag)) this.current.failedRuns++;
    } else if (parent === 'testsuite' && (tag === 'error' || tag === 'failure')) {
      this.suiteError = this.caseOf({ name: '<init>' }, line);
      takeOutcome(this.suiteError, tag, attributes);
    }
  }

  text(part: string): void {
    const into = this.current ?? this.suiteError;
    if (into && Object.hasOwn(CHILDREN, this.open.at(-1) ?? '') && into.text.length < LONGEST_EXCERPT)
      into.text += part;
  }

  closes(tag: string): void {
    this.open.pop();
    if (this.suiteError && (tag === 'error' || tag === 'failure') && !this.current) {
      this.finished(this.suiteError);
      this.suiteError = null;
    }
    if (tag === 'testsuite' || tag === 'testsuites') this.suites.pop();
    if (tag !== 'testcase' || !this.current) return;
    this.finished(this.current);
    this.current = null;
  }

  /** The report ends. In the middle of a test case, that one failed where it says so, and else nobody knows. */
  ends(): void {
    const cut = this.current ?? this.suiteError;
    this.current = this.suiteError = null;
    if (cut === null) return;
    if (cut.outcome === 'pass') {
      cut.outcome = 'unknown';
      cut.reason = 'the report ends in the middle of it';
    }
    this.finished(cut);
  }

  private opensSuite({ name, timestamp, hostname }: Readonly<Record<string, string>>): void {
    const at = timestamp === undefined ? null : sourceTime(timestamp);
    this.knownAt = later(this.knownAt, at);
    if (this.suites.length === 0)
      this.facts = {
        ...this.facts,
        ...(hostname === undefined || hostname === '' || isPassingMachine(hostname)
          ? {}
          : { platform: hostname }),
      };
    if (at !== null && this.facts.startedAt === undefined) this.facts = { ...this.facts, startedAt: at };
    this.suites.push(name ?? '');
  }

  private caseOf(attributes: Readonly<Record<string, string>>, line: number): Case {
    // googletest writes both: `status="run" result="skipped"`.
    const words = [attributes.status, attributes.result].map((word) => word?.toLowerCase() ?? '');
    const { timestamp } = attributes;
    if (timestamp !== undefined) this.knownAt = later(this.knownAt, sourceTime(timestamp));
    return {
      name: attributes.name ?? '',
      className: attributes.classname ?? '',
      suites: this.suites.slice(0, DEEPEST),
      line,
      seconds: Number((attributes.time ?? '').replaceAll(',', '')),
      hasTime: attributes.time !== undefined,
      timed: timestamp !== undefined,
      outcome: words.flatMap((word) => (Object.hasOwn(STATUS, word) ? [STATUS[word]!] : []))[0] ?? 'pass',
      failedRuns: 0,
      text: '',
    };
  }

  private property({ name, value }: Readonly<Record<string, string>>): void {
    if (this.open.includes('testcase') || name === undefined || value === undefined) return;
    this.facts = { ...this.facts, ...factsOfPlatform(name, value) };
    if (name === 'SECTION') this.fstests.section = value;
    else if (name === 'FSTYP') this.fstests.fileSystem = value;
  }
}

/** What Bazel writes as an error for a program without a report of its own; 126 and 127: there was nothing to run. */
const EXITED = /^exited with error code (?!12[67]$)\d+$/;

/** What an element below a test case says of it. */
function outcomeOf(tag: string, { type, message }: Readonly<Record<string, string>>): Outcome | undefined {
  const said = Object.hasOwn(CHILDREN, tag) ? CHILDREN[tag]! : undefined;
  if (said === 'error' && EXITED.test(message ?? '')) return 'fail';
  // pytest writes what failed as expected as skipped; what it did not even run begins with a word of its own.
  if (said === 'skip' && type === 'pytest.xfail' && message?.startsWith('[NOTRUN]') !== true) return 'xfail';
  return said;
}

function takeOutcome(into: Case, tag: string, attributes: Readonly<Record<string, string>>): void {
  const outcome = outcomeOf(tag, attributes);
  if (outcome === undefined) return;
  // openQA writes what is known to fail as a failure with the status `softfail`.
  const excused = into.outcome === 'xfail' && outcome === 'fail';
  if (!excused && RANK.indexOf(outcome) > RANK.indexOf(into.outcome)) into.outcome = outcome;
  if (attributes.message !== undefined) into.text += `${into.text === '' ? '' : '\n'}${attributes.message}: `;
}
