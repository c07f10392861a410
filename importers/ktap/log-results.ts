import type { Outcome } from '../../store/events/observation.ts';
import { UNNAMED_TEST } from '../../store/names/test-name.ts';
import type { BuildNews } from './build.ts';
import { Excerpt } from './excerpt.ts';
import { InformalResults } from './informal.ts';
import type { Listener } from './listener.ts';
import { HASH_DEPTH } from './nesting.ts';
import { Programs, type OpenProgram } from './programs.ts';
import type { Structure } from './structure.ts';
import { ResultTree, type Pending } from './tree.ts';
import { runnerName, type Program, type Verdict } from './verdict.ts';

/** Assembles the results of a log: which subtests belong to which test, and which output is their excerpt. */
export class LogResults {
  readonly excerpt = new Excerpt();
  readonly programs = new Programs({
    began: (program) => {
      this.began(program);
    },
    gaveUp: (program) => {
      this.gaveUp(program);
    },
  });
  /** The level of the last result; negative where there is none in this list. */
  lastLevel = -1;
  /** The name of that result. */
  lastName = '';
  /** Whether a version line, a plan or a header was seen: then ambiguous lines are results. */
  inTap = false;
  private readonly listener: Listener;
  private readonly ran: () => void;
  private readonly tree: ResultTree;
  private readonly informal = new InformalResults();
  /** The reason with which a plan skips everything. */
  private skipped: string | undefined;

  /** `ran` is called when a program ran: an error of make after that is a failure of the program. */
  constructor(listener: Listener, ran: () => void) {
    this.listener = listener;
    this.ran = ran;
    this.tree = new ResultTree((pending) => {
      listener.result(pending);
    });
  }

  /** An empty line. */
  blank(): void {
    this.informal.blank();
  }

  /** Reads a line of a program's output; true where it is a result in the program's own form. */
  output(body: string, line: number): boolean {
    return this.informal.read(body, line);
  }

  structure(structure: Structure, level: number, text: string, line: number): void {
    switch (structure.kind) {
      case 'version':
        this.tree.start(level);
        this.lastLevel = -1;
        break;
      case 'plan':
        this.skipped = structure.reason ?? this.skipped;
        this.tree.plan(level, structure, line);
        break;
      case 'subtest':
        this.tree.subtest(structure.level, structure.name);
        break;
      case 'bail-out': {
        const { reason } = structure;
        this.tree.bailOut(level, reason);
        this.excerpt.add(text);
        // A program may print this in a log without tests.
        if (level === 0 && this.inTap)
          this.tree.result(0, null, { path: ['bail_out'], outcome: 'error', line, reason }, true);
        return;
      }
    }
    this.inTap = true;
  }

  /** A collection that could not be built has no results: it is recorded as an error, not as a failed test. */
  built(news: BuildNews, body: string, line: number): void {
    this.inTap = true;
    if ('entered' in news) {
      this.programs.collection = news.entered;
      return;
    }
    this.listener.result({
      path: [runnerName({ collection: this.programs.collection, program: 'make' })],
      outcome: 'error',
      line,
      reason: news.failed.slice(0, 1000),
      excerpt: { text: this.excerpt.ofResult(body) },
    });
    this.excerpt.endResult(body);
  }

  result(verdict: Verdict, level: number, text: string, line: number): void {
    // Deeper than that, it is output of a program about itself.
    const program = level < HASH_DEPTH ? verdict.program : undefined;
    if (program) this.ofRunner(verdict, program, text, line);
    else this.ofProgram(verdict, level, text, line);
    this.inTap = true;
  }

  /** The runner's verdict on a program. */
  private ofRunner(verdict: Verdict, program: Program, text: string, line: number): void {
    let { outcome, reason } = verdict;
    const { notInstalled } = this.excerpt;
    if (outcome === 'fail' && verdict.exitCode === undefined && notInstalled !== undefined) {
      outcome = 'error';
      reason ??= notInstalled;
    }
    if (outcome === 'skip') reason ??= this.skipped;
    const name = runnerName(program);
    const excerpt = outcome === 'pass' ? null : { text: this.excerpt.ofProgram(text) };
    this.excerpt.follow(excerpt);
    this.programs.end(program);
    this.giveInformal(name);
    this.ran();
    this.skipped = undefined;
    this.excerpt.endProgram();
    this.tree.result(0, verdict.number, pendingOf(name, outcome, verdict, reason, line, excerpt), true);
    this.tree.belongsTo(runnerName({ collection: program.collection, program: '' }));
    this.lastLevel = -1;
  }

  /** A result inside a program, or in a log without a runner. */
  private ofProgram(verdict: Verdict, level: number, text: string, line: number): void {
    const name = this.nameOf(verdict);
    const excerpt = verdict.outcome === 'pass' ? null : { text: this.excerpt.ofResult(text) };
    this.excerpt.endResult(text);
    this.excerpt.follow(excerpt);
    this.informal.sawTap();
    const pending = pendingOf(name, verdict.outcome, verdict, verdict.reason, line, excerpt);
    this.tree.result(level, verdict.number, pending, false);
    this.lastLevel = level;
    this.lastName = name;
  }

  /** Ends the subtests of a result that was printed before them. */
  endBraced(level: number, name: string): void {
    this.tree.endOf(level, name);
    this.lastLevel = level;
    this.lastName = name;
  }

  private nameOf(verdict: Verdict): string {
    if (verdict.name !== '') return verdict.name;
    if (this.programs.current && verdict.reason !== undefined) {
      // The harness names a test that it skips only before it: ` RUN           global.x ...`.
      if (this.informal.running !== null) return this.informal.running;
      // ksft_test_result_skip() writes the name where the reason belongs.
      return verdict.reason.replace(/: skipping(?: test)?$/i, '');
    }
    return verdict.number === null ? UNNAMED_TEST : `test_${verdict.number}`;
  }

  private began(program: OpenProgram): void {
    this.inTap = true;
    this.ran();
    this.tree.belongsTo(runnerName({ collection: program.collection, program: '' }));
    this.informal.reset();
    this.excerpt.startProgram();
    this.lastLevel = -1;
  }

  /** The program has no verdict: the log ends, or another program follows. */
  private gaveUp(program: OpenProgram): void {
    const name = runnerName(program);
    const excerpt = this.excerpt.ofProgram('');
    this.giveInformal(name);
    this.tree.finishDeeper(name);
    const miss: Pending = {
      path: [name],
      outcome: 'miss',
      line: program.line,
      reason: 'the log has no verdict for it',
      ...(excerpt ? { excerpt: { text: excerpt } } : {}),
    };
    this.tree.result(0, null, miss, true);
  }

  private giveInformal(program: string): void {
    for (const result of this.informal.take())
      this.listener.result({ ...result, path: [program, ...result.path] });
  }

  /** The log or the run ends: unfinished results are completed as they are. */
  finish(): void {
    this.programs.giveUp();
    this.tree.finish();
    this.excerpt.clear();
  }
}

function pendingOf(
  name: string,
  outcome: Outcome,
  { exitCode, durationMs }: Verdict,
  reason: string | undefined,
  line: number,
  excerpt: { text: string } | null,
): Pending {
  const pending: { -readonly [Field in keyof Pending]: Pending[Field] } = { path: [name], outcome, line };
  if (reason !== undefined && reason !== '') pending.reason = reason.slice(0, 1000);
  if (exitCode !== undefined) pending.exitCode = exitCode;
  if (durationMs !== undefined) pending.durationMs = durationMs;
  if (excerpt) pending.excerpt = excerpt;
  return pending;
}
