import type { Line } from '../importer.ts';
import { BuildWatch } from './build.ts';
import { cleanLine, isClean, nestingOf } from './clean.ts';
import { Excerpt } from './excerpt.ts';
import { InformalResults } from './informal.ts';
import { parseBanner, parseCrash, parseMachine, type KernelFacts } from './kernel.ts';
import { isOrdinary } from './ordinary.ts';
import { stampEnd } from './stamp.ts';
import { ResultTree, type Pending } from './tree.ts';
import {
  gluedVerdict,
  looksLikeResult,
  parseHeader,
  parseInner,
  parseOldVerdict,
  parseResult,
  type Program,
  type Verdict,
} from './verdict.ts';

export interface CrashSeen {
  readonly kind: string;
  readonly line: number;
  readonly excerpt: string;
}

/** What the machine tells while it reads. */
export interface Listener {
  result(pending: Pending): void;
  rejected(line: Line, reason: string): void;
  /** A kernel booted: what comes now is another run. */
  booted(facts: KernelFacts): void;
  learned(facts: KernelFacts): void;
  crashed(crash: CrashSeen): void;
  /** Results come after an oops: the kernel did not die. */
  survived(): void;
}

/** Depth of a line: `# ` counts more than any indentation. */
const HASH = 1000;
/** Output of a program whose runner puts no `# ` before it lies between the runner's lines and those. */
const PLAIN = 500;
const VERSION = /^(?:K?TAP) version \d/;
const DASHED = /^(?:not )?ok - |^not ok$/;
const BAIL = /^Bail out!\s*(.*)$/;
const [K, T, ONE, B] = ['K', 'T', '1', 'B'].map((letter) => letter.charCodeAt(0));
const PLAN = /^1\.\.(\d+)\s*(?:#\s*(.*))?$/;

/** Reads the lines of a log one by one, keeping only what is not complete yet. */
export class KtapMachine {
  private readonly tree: ResultTree;
  private readonly listener: Listener;
  private readonly excerpt = new Excerpt();
  private readonly informal = new InformalResults();
  private program: (Program & { readonly line: number; output: boolean }) | null = null;
  private collection = '';
  /** A header without `# `: a program, or an entry in a listing of programs. */
  private tentative: (Program & { readonly line: number }) | null = null;
  private readonly make = new BuildWatch();
  /** node-tap's subtests: `ok 1 - name {` comes before what it sums up, `}` after it. */
  private readonly braced: { verdict: Verdict; level: number; text: string; line: Line }[] = [];
  private skipped: string | null = null;
  private yaml: { readonly level: number; lines: number } | null = null;
  private lastLevel = -1;
  private oops = false;
  /** Whether a version line, a plan or a header was seen, so that a line may be judged to be a result. */
  inTap = false;
  private tap14 = false;
  /** Whether the line just before named what may be a suite of KUnit. */
  private maybeSuite = false;
  /** Whether the results are KUnit's, by how they are written. */
  kunit = false;

  constructor(listener: Listener) {
    this.listener = listener;
    this.tree = new ResultTree((pending) => {
      listener.result(pending);
    });
  }

  read(line: Line): void {
    // Nearly every line has no prefix, or the kernel's time stamp alone.
    const stamp = line.controls ? 0 : stampEnd(line.text);
    const rest = stamp === 0 ? line.text : line.text.slice(stamp);
    if (isClean(rest, line.controls)) this.piece(rest, stamp > 0, line);
    else for (const { text, kernel } of cleanLine(line.text, line.controls)) this.piece(text, kernel, line);
  }

  /** Ends the log, or the run: what is open is given up. */
  finish(): void {
    if (this.tentative) this.open(this.tentative);
    this.tentative = null;
    this.closeBraces(0);
    this.giveUpProgram();
    this.tree.finish();
    this.excerpt.clear();
    this.yaml = null;
  }

  private piece(text: string, kernel: boolean, line: Line): void {
    const { hashes, indent, body } = nestingOf(text);
    if (body === '' || body === '#') {
      this.informal.blank();
      return;
    }
    if (this.braced.length > 0 && this.closesBrace(body, hashes * HASH + indent)) return;
    const ordinary = isOrdinary(body, hashes) && !(hashes === 0 && this.make.isBuilding);
    if (!ordinary && hashes === 0 && this.kernelLine(body, line)) return;
    this.settleTentative(body, line);
    const plain = hashes === 0 && this.program !== null && !this.program.output ? PLAIN : 0;
    const level = hashes * HASH + Math.min(indent, PLAIN - 1) + plain;
    if (this.inYaml(body, level)) {
      this.excerpt.addAfter(text);
      return;
    }
    if (!ordinary && hashes <= 1 && this.header(body, hashes, line)) return;
    if (hashes > 0 && this.program) this.program.output = true;
    const ofProgram = hashes > 0 || plain > 0;
    if (ordinary) {
      this.isInformal(body, ofProgram, line);
      this.excerpt.add(text);
      return;
    }
    if (this.structure(body, text, level, hashes, kernel, line)) return;
    const verdict = parseResult(body);
    if (verdict && this.accepts(verdict, hashes, DASHED.test(body))) {
      this.closeBraces(level);
      if (body.endsWith(' {') && !verdict.program)
        this.braced.push({
          verdict: { ...verdict, name: verdict.name.replace(/ ?\{$/, '') },
          level,
          text,
          line,
        });
      else this.result(verdict, level, text, line);
      return;
    }
    const old = parseOldVerdict(body);
    if (old && hashes <= 1) {
      this.oldVerdict(old, hashes, level, text, line);
      return;
    }
    const inner = parseInner(body);
    if (inner && hashes > 0) {
      this.result(inner, level, text, line);
      return;
    }
    if (this.isInformal(body, ofProgram, line)) {
      this.excerpt.add(text);
      return;
    }
    const glued = hashes <= 1 ? gluedVerdict(body) : null;
    if (glued) {
      this.result(glued, 0, text, line);
      return;
    }
    if (looksLikeResult(body)) this.listener.rejected(line, 'looks like a result and cannot be read as one');
    this.excerpt.add(text);
  }

  private closesBrace(body: string, level: number): boolean {
    if (body !== '}' || this.braced.at(-1)!.level !== level) return false;
    this.closeBraces(level);
    return true;
  }

  /** Gives what was opened at a level or deeper: another result there tells that it is over, too. */
  private closeBraces(level: number): void {
    for (let top = this.braced.at(-1); top !== undefined && top.level >= level; top = this.braced.at(-1)) {
      this.braced.pop();
      this.result(top.verdict, top.level, top.text, top.line);
    }
  }

  private isInformal(body: string, ofProgram: boolean, line: Line): boolean {
    return this.program !== null && ofProgram && this.informal.read(body, line.number);
  }

  private accepts(verdict: Verdict, hashes: number, dashed: boolean): boolean {
    if (verdict.number !== null || verdict.program) return true;
    // `ok` begins many a sentence; without a number it is a result only where TAP allows it, or with TAP's dash.
    return hashes === 0 && (this.inTap || dashed);
  }

  private kernelLine(body: string, line: Line): boolean {
    const banner = parseBanner(body);
    if (banner) {
      this.finish();
      this.oops = false;
      this.listener.booted(banner);
      return true;
    }
    const facts = parseMachine(body);
    if (facts) this.listener.learned(facts);
    const crash = parseCrash(body);
    if (!crash) return false;
    this.oops = !crash.final;
    this.listener.crashed({ kind: crash.kind, line: line.number, excerpt: body.slice(0, 2000) });
    return false;
  }

  private inYaml(body: string, level: number): boolean {
    if (this.yaml === null) {
      if (body !== '---' || this.lastLevel < 0 || level <= this.lastLevel) return false;
      this.yaml = { level, lines: 0 };
      return true;
    }
    const ends = body === '...' || body.startsWith('... ');
    // A block that is not closed must not swallow the log.
    if (level < this.yaml.level || ++this.yaml.lines > 500) {
      this.yaml = null;
      return false;
    }
    if (ends && level === this.yaml.level) this.yaml = null;
    return true;
  }

  private header(body: string, hashes: number, line: Line): boolean {
    const header = parseHeader(body);
    if (!header) return false;
    const open = this.program;
    // The 5.x runner prints it twice, once for itself and once as output.
    if (open && rawName(open) === rawName(header) && !open.output) return true;
    if (hashes === 0) this.tentative = { ...header, line: line.number };
    else this.open({ ...header, line: line.number });
    return true;
  }

  /** In a listing (of programs to skip, say) another header or an empty line follows; a program has output. */
  private settleTentative(body: string, line: Line): void {
    const header = this.tentative;
    if (header === null || line.number === header.line) return;
    this.tentative = null;
    if (line.number === header.line + 1 && !parseHeader(body)) this.open(header);
  }

  private open(header: Program & { readonly line: number }): void {
    this.giveUpProgram();
    this.inTap = true;
    this.make.ran();
    this.collection = header.collection;
    this.tree.belongsTo(rawName({ ...header, program: '' }));
    this.program = { ...header, output: false };
    this.informal.reset();
    this.excerpt.startProgram();
    this.lastLevel = -1;
  }

  /** The program had no verdict: the log ends there, or another follows. */
  private giveUpProgram(): void {
    const open = this.program;
    if (!open) return;
    this.program = null;
    const name = rawName(open);
    const excerpt = this.excerpt.ofProgram('');
    this.giveInformal(name);
    this.tree.finishDeeper(name);
    const reason = 'the log has no verdict for it';
    this.tree.result(
      0,
      null,
      {
        path: [name],
        outcome: 'miss',
        line: open.line,
        reason,
        ...(excerpt ? { excerpt: { text: excerpt } } : {}),
      },
      true,
    );
  }

  private structure(
    body: string,
    text: string,
    level: number,
    hashes: number,
    kernel: boolean,
    line: Line,
  ): boolean {
    const first = body.charCodeAt(0);
    if ((first === K || first === T) && VERSION.test(body)) {
      this.inTap = true;
      if (hashes === 0 && this.program === null) {
        if (kernel || body.startsWith('K')) this.kunit = true;
        else this.tap14 ||= body === 'TAP version 14';
      }
      this.tree.start(level);
      this.lastLevel = -1;
      return true;
    }
    const plan = first === ONE ? PLAN.exec(body) : null;
    if (this.maybeSuite) {
      this.kunit ||= plan !== null;
      this.maybeSuite = false;
    }
    if (plan) {
      this.inTap = true;
      const total = Number(plan[1]);
      if (total === 0 && plan[2] !== undefined) this.skipped = plan[2].replace(/^skip\S*\s*/i, '');
      this.tree.plan(level, Math.min(total, Number.MAX_SAFE_INTEGER), line.number);
      return true;
    }
    const subtest = text.includes('Subtest: ') ? /^[#\s]*# ?Subtest: (\S.*)$/.exec(text.trimEnd()) : null;
    if (subtest) {
      this.inTap = true;
      // The hash of this line is no nesting: what counts is the indentation before it.
      const outer = nestingOf(text.replace(/# ?Subtest:/, 'Subtest:'));
      if (kernel) this.kunit = true;
      // KUnit before KTAP indents the name of a suite and puts its plan first; who else writes TAP 14 does not do both.
      this.maybeSuite = this.tap14 && outer.hashes === 0 && outer.indent > 0 && this.program === null;
      this.tree.subtest(outer.hashes * HASH + Math.min(outer.indent, PLAIN - 1), subtest[1]!);
      return true;
    }
    if (hashes === 0) this.build(body, line);
    const bail = first === B ? BAIL.exec(body) : null;
    if (!bail) return false;
    const reason = `Bail out! ${bail[1]!}`.trim();
    this.tree.bailOut(level, reason);
    this.excerpt.add(text);
    if (level === 0 && this.inTap)
      this.tree.result(0, null, { path: ['bail_out'], outcome: 'error', line: line.number, reason }, true);
    return true;
  }

  /** A collection that cannot be built has no results at all: that is told, and is no failure of a test. */
  private build(body: string, line: Line): void {
    const news = this.make.read(body);
    if (news === null) return;
    this.inTap = true;
    if ('entered' in news) {
      this.collection = news.entered;
      return;
    }
    this.listener.result({
      path: [rawName({ collection: this.collection, program: 'make' })],
      outcome: 'error',
      line: line.number,
      reason: news.failed.slice(0, 1000),
      excerpt: { text: this.excerpt.ofResult(body) },
    });
    this.excerpt.endResult(body);
  }

  private excerptOf(isRunner: boolean, text: string): string {
    return isRunner ? this.excerpt.ofProgram(text) : this.excerpt.ofResult(text);
  }

  private result(verdict: Verdict, level: number, text: string, line: Line): void {
    if (this.oops) {
      this.oops = false;
      this.listener.survived();
    }
    let { outcome, reason } = verdict;
    // Deeper, it is what a program prints about itself.
    const program = level < HASH ? verdict.program : undefined;
    const isRunner = program !== undefined;
    if (isRunner && outcome === 'fail' && verdict.exitCode === undefined && this.excerpt.notInstalled) {
      outcome = 'error';
      reason ??= this.excerpt.notInstalled;
    }
    if (isRunner && outcome === 'skip') reason ??= this.skipped ?? undefined;
    const name = this.nameOf(verdict);
    const excerpt = outcome === 'pass' ? undefined : { text: this.excerptOf(isRunner, text) };
    if (!isRunner) this.excerpt.endResult(text);
    const pending: Pending = {
      path: [name],
      outcome,
      line: line.number,
      ...(reason === undefined || reason === '' ? {} : { reason: reason.slice(0, 1000) }),
      ...(verdict.exitCode === undefined ? {} : { exitCode: verdict.exitCode }),
      ...(verdict.durationMs === undefined ? {} : { durationMs: verdict.durationMs }),
      ...(excerpt ? { excerpt } : {}),
    };
    this.excerpt.follow(excerpt ?? null);
    if (isRunner) {
      const open = this.program;
      if (open && rawName(open) !== rawName(program)) this.giveUpProgram();
      this.collection = program.collection;
      this.giveInformal(rawName(program));
      this.program = null;
      this.make.ran();
      this.skipped = null;
      this.excerpt.endProgram();
      this.tree.result(0, verdict.number, { ...pending, path: [rawName(program)] }, true);
      this.tree.belongsTo(rawName({ ...program, program: '' }));
      this.lastLevel = -1;
    } else {
      this.informal.sawTap();
      this.tree.result(level, verdict.number, pending, false);
      this.lastLevel = level;
    }
    this.inTap = true;
  }

  private giveInformal(program: string): void {
    for (const result of this.informal.take())
      this.listener.result({ ...result, path: [program, ...result.path] });
  }

  private nameOf(verdict: Verdict): string {
    if (verdict.name !== '') return verdict.name;
    if (this.program && verdict.reason !== undefined) {
      // The harness names a test that it skips only before it: ` RUN           global.x ...`.
      if (this.informal.running !== null) return this.informal.running;
      // ksft_test_result_skip() writes the name where the reason belongs.
      return verdict.reason.replace(/: skipping(?: test)?$/i, '');
    }
    return verdict.number === null ? 'unnamed' : `test_${verdict.number}`;
  }

  private oldVerdict(
    old: NonNullable<ReturnType<typeof parseOldVerdict>>,
    hashes: number,
    level: number,
    text: string,
    line: Line,
  ): void {
    if (old.outcome === null) {
      this.listener.rejected(line, 'a status that no runner is known to give');
      return;
    }
    const collection = old.program.collection || this.collection;
    const program = { ...old.program, ...(hashes === 0 ? { collection } : {}) };
    this.result(
      {
        ok: old.outcome === 'pass',
        number: null,
        name: hashes === 0 ? rawName(program) : old.program.program,
        outcome: old.outcome,
        ...(hashes === 0 ? { program } : {}),
      },
      level,
      text,
      line,
    );
  }
}

function rawName(program: Program): string {
  return `selftests: ${program.collection === '' ? '' : `${program.collection}: `}${program.program}`;
}
