import type { Line } from '../importer.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { cutText, ownText } from '../results/own-text.ts';
import { Braces, type Braced } from './braces.ts';
import { BuildWatch } from './build.ts';
import { cleanLine, isClean } from '../console/clean-line.ts';
import { KernelWatch } from './kernel-watch.ts';
import { KunitSigns } from './kunit-signs.ts';
import type { Listener } from './listener.ts';
import { LogResults } from './log-results.ts';
import { NestingReader, PLAIN_DEPTH } from './nesting.ts';
import { isOrdinary } from './ordinary.ts';
import { parseStructure } from './structure.ts';
import {
  gluedVerdict,
  looksLikeResult,
  parseInner,
  parseOldVerdict,
  parseResult,
  runnerName,
  type OldVerdict,
  type Verdict,
} from './verdict.ts';
import { YamlBlock } from './yaml-block.ts';

const DASHED = /^(?:not )?ok - |^not ok$/;
/** What is kept of a longer line is copied: a piece of it would keep all of it in memory, and a log may have a mebibyte for each result. */
const LONG_LINE = 4096;
const BRACE = /(?:^|\s)\{$/;

/** A line without its prefixes and its indentation. */
interface Piece {
  readonly text: string;
  readonly body: string;
  readonly hashes: number;
  readonly level: number;
  /** Whether the kernel's time stamp stood before it. */
  readonly kernel: boolean;
  /** Whether a program printed it, as far as that is known. */
  readonly ofProgram: boolean;
  readonly line: Line;
}

interface BracedResult extends Braced {
  /** Null where the result was recorded before its brace came, because a block of YAML was between them. */
  readonly verdict: Verdict | null;
  readonly text: string;
  readonly line: Line;
}

/** Reads the lines of a log one by one and classifies them. */
export class KtapMachine {
  private readonly listener: Listener;
  private readonly results: LogResults;
  private readonly kernel: KernelWatch;
  private readonly make = new BuildWatch();
  private readonly signs = new KunitSigns();
  private readonly yaml = new YamlBlock();
  private readonly nesting = new NestingReader();
  private readonly braces = new Braces<BracedResult>(({ verdict, level, text, line }) => {
    if (verdict) this.result(verdict, level, text, line);
    else this.results.endBraced(level, text);
  });

  constructor(listener: Listener) {
    this.listener = listener;
    this.kernel = new KernelWatch(listener, () => {
      this.finish();
    });
    this.results = new LogResults(listener, () => {
      this.make.ran();
    });
  }

  /** Whether the results have the form of KUnit's. */
  get kunit(): boolean {
    return this.signs.seen;
  }

  /** Whether the log says that it has results. */
  get inTap(): boolean {
    return this.results.inTap;
  }

  /** `stamp`: the offset of the text after the kernel's time stamp, as `stampOf` gives it. */
  read(line: Line, stamp: number): void {
    // Nearly every line has no prefix, or the kernel's time stamp alone.
    const rest = stamp === 0 ? line.text : line.text.slice(stamp);
    if (isClean(rest, line.controls)) this.piece(rest, stamp > 0, line);
    else for (const { text, kernel } of cleanLine(line.text, line.controls)) this.piece(text, kernel, line);
  }

  /** Ends the log or the run: unfinished results are completed as they are. */
  finish(): void {
    this.results.programs.settleLast();
    this.braces.closeFrom(0);
    this.results.finish();
    this.yaml.reset();
  }

  private piece(text: string, kernel: boolean, line: Line): void {
    const { results } = this;
    const { programs } = results;
    const { nesting } = this;
    const body = nesting.read(text);
    const { hashes, depth } = nesting;
    if (body === '' || body === '#') {
      results.blank();
      return;
    }
    if (this.braces.closes(body, depth)) return;
    if (body === '{' && depth === results.lastLevel) {
      this.braces.open({ verdict: null, level: depth, text: results.lastName, line });
      return;
    }
    const ordinary = isOrdinary(body, hashes) && !(hashes === 0 && this.make.isBuilding);
    if (!ordinary && hashes === 0 && this.kernel.read(body, line.number)) return;
    programs.settle(body, line.number);
    const plain = hashes === 0 && programs.current?.output === false ? PLAIN_DEPTH : 0;
    const level = depth + plain;
    if (this.yaml.holds(body, level, results.lastLevel)) {
      results.excerpt.addAfter(text);
      return;
    }
    if (!ordinary && hashes <= 1 && programs.header(body, hashes, line.number)) return;
    const { current } = programs;
    if (hashes > 0 && current) current.output = true;
    const ofProgram = current !== null && (hashes > 0 || plain > 0);
    if (!ordinary) this.special({ text, body, hashes, level, kernel, ofProgram, line });
    else {
      if (ofProgram) results.output(body, line.number);
      results.excerpt.add(text);
    }
  }

  /** Reads a line that may match a rule. */
  private special(piece: Piece): void {
    const { text, body, hashes, level, ofProgram, line } = piece;
    const structure = parseStructure(body, text);
    this.signs.read(structure, {
      kernel: piece.kernel,
      isTop: hashes === 0,
      inProgram: this.results.programs.current !== null,
    });
    if (structure) {
      this.results.structure(structure, level, text, line.number);
      return;
    }
    const news = hashes === 0 ? this.make.read(body) : null;
    if (news) this.results.built(news, body, line.number);
    if (this.verdict(piece)) return;
    if (!(ofProgram && this.results.output(body, line.number))) {
      const glued = hashes <= 1 ? gluedVerdict(body) : null;
      if (glued) {
        this.result(glued, 0, text, line);
        return;
      }
      if (looksLikeResult(body))
        this.listener.rejected(line, 'looks like a result and cannot be read as one');
    }
    this.results.excerpt.add(text);
  }

  /** Reads a line that is a result; false where it is none. */
  private verdict({ text, body, hashes, level, line }: Piece): boolean {
    const verdict = parseResult(body);
    if (verdict && this.accepts(verdict, hashes, body)) {
      this.braces.closeFrom(level);
      const braced = verdict.program ? null : withoutBrace(verdict, body);
      if (braced) this.braces.open({ verdict: braced, level, text, line });
      else this.result(verdict, level, text, line);
      return true;
    }
    const old = hashes <= 1 ? parseOldVerdict(body) : null;
    if (old) {
      this.oldVerdict(old, hashes, level, text, line);
      return true;
    }
    const inner = hashes > 0 ? parseInner(body) : null;
    if (inner) this.result(inner, level, text, line);
    return inner !== null;
  }

  private accepts(verdict: Verdict, hashes: number, body: string): boolean {
    if (verdict.number !== null || verdict.program) return true;
    // Many sentences begin with `ok`: without a number it is a result only where TAP allows that, or with TAP's dash.
    return hashes === 0 && (this.inTap || DASHED.test(body));
  }

  private oldVerdict(old: OldVerdict, hashes: number, level: number, text: string, line: Line): void {
    const { outcome } = old;
    if (outcome === null) {
      this.listener.rejected(line, 'a status that no runner is known to give');
      return;
    }
    const common = { ok: outcome === 'pass', number: null, outcome };
    if (hashes > 0) {
      this.result({ ...common, name: old.program.program }, level, text, line);
      return;
    }
    const collection = old.program.collection || this.results.programs.collection;
    const program = { ...old.program, collection };
    this.result({ ...common, name: runnerName(program), program }, level, text, line);
  }

  private result(verdict: Verdict, level: number, text: string, line: Line): void {
    this.kernel.sawResult();
    if (line.text.length <= LONG_LINE) this.results.result(verdict, level, text, line.number);
    else this.results.result(ownVerdict(verdict), level, cutText(text, LONGEST_EXCERPT), line.number);
  }
}

/** Removes the brace that begins subtests, at the end of the line or before its directive; null where there is none. */
function withoutBrace(verdict: Verdict, body: string): Verdict | null {
  const { name, reason } = verdict;
  if (!(name.endsWith('{') && BRACE.test(name)) && !body.endsWith(' {')) return null;
  return {
    ...verdict,
    name: name.replace(BRACE, ''),
    ...(reason === undefined ? {} : { reason: reason.replace(BRACE, '') }),
  };
}

function ownVerdict(verdict: Verdict): Verdict {
  const { name, reason, program } = verdict;
  return {
    ...verdict,
    name: ownText(name),
    ...(reason === undefined ? {} : { reason: cutText(reason, LONGEST_EXCERPT) }),
    ...(program === undefined
      ? {}
      : { program: { collection: ownText(program.collection), program: ownText(program.program) } }),
  };
}
