import type { NewEvent } from '../../store/events/event.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import { parseMachine } from '../console/kernel-facts.ts';
import type { ImportContext, Line, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import type { LineResults } from '../console/line-results.ts';
import { rejected, ResultRun, type GivenResult } from '../results/result-run.ts';
import { sourceTime } from '../results/source-time.ts';
import { countOn } from './counts.ts';
import { exitStatusOn, OUTCOMES, resultOn, type Written } from './result-line.ts';

export const FORMAT = 'dejagnu';

const TOOL = /^\s{0,40}=== (\S.{0,80}) tests ===$/;
const SUMMARY = /^\s{0,40}=== (\S.{0,200}) Summary(?: for (\S.{0,200}))? ===$/;
const BOARD = /^Running target (\S{1,200})$/;
/** The machine that runs the tests, with no variant of the compiler. */
const PLAIN_BOARD = 'unix';
const STARTED = /^Test run by \S{1,100} on (\S.{0,60})$/i;
const COMPLETED = /^runtest completed at (\S.{0,60})$/;
const CONFIGURED = /^(?:Native configuration|Target) is ([a-z0-9_]{1,20})-\S{1,100}$/;
/** automake says since 1.17 on which kernel it is. */
const UNAME = /^System information \(uname -a\): (Linux .{1,500})$/;
const UNDERLINE = /^={3,}$/;
/** automake's log of all that did not pass begins so: there a result is a heading. */
const LOG_OF_LOGS = /^\.\. contents:: +:depth: 2$/;
/** Tests that did not pass, by word and name, of a run of `make check` that shows their logs once more. */
const MOST_HELD = 100_000;

interface Open extends Written {
  readonly line: number;
  readonly board: string | undefined;
  exitCode: number | undefined;
  excerpt: string;
}

/** Lists of results as DejaGnu, glibc's and automake's `make check` write them. */
export class CheckResults implements LineResults {
  readonly run: ResultRun;
  private readonly entry: SourceEntry;
  private readonly hints: ImportContext['hints'];
  /** DejaGnu's tool; empty where it is not DejaGnu that ran. */
  private tool = '';
  private board: string | undefined;
  private isLogOfLogs = false;
  /** A line there that heads the log of a test if it is underlined; a test may print such lines itself. */
  private candidate: Open | null = null;
  private open: Open | null = null;
  private readonly told = new Set<string>();
  /** How often each word came, of the whole tool and of its board. */
  private ofTool = new Map<string, number>();
  private ofBoard = new Map<string, number>();
  private summed: ReadonlyMap<string, number> | null = null;
  readonly rejects: NewEvent[] = [];

  constructor(entry: SourceEntry, { hints }: ImportContext) {
    this.entry = entry;
    this.hints = hints;
    this.run = new ResultRun(entry, hints, { tool: FORMAT });
  }

  read(text: string, { number }: Line): void {
    const { candidate } = this;
    this.candidate = null;
    if (candidate !== null) {
      if (UNDERLINE.test(text) && text.length === headingOf(candidate).length) {
        this.close();
        // Behind a run its lines are told for the second time.
        if (!this.told.has(headingOf(candidate))) this.open = candidate;
        return;
      }
      this.follow(headingOf(candidate), candidate.line);
    }
    const result = resultOn(text);
    if (result !== null) this.begin(result, number);
    else if (!this.describes(text)) this.follow(text, number);
  }

  end(): void {
    this.close();
  }

  private begin(result: Written, line: number): void {
    if (this.tool === '' && this.summed !== null) {
      // What is counted is over: another folder of a package is tested.
      this.summed = null;
      this.ofTool = new Map();
    }
    const begun = { ...result, line, board: this.board, exitCode: undefined, excerpt: '' };
    if (this.isLogOfLogs) {
      this.candidate = begun;
      return;
    }
    this.close();
    if (this.tool === '' || result.word !== 'ERROR') this.open = begun;
    else this.reject(line, `DejaGnu could not go on: ${result.name}`, headingOf(result));
  }

  private describes(text: string): boolean {
    const tool = TOOL.exec(text)?.[1];
    if (tool !== undefined) {
      this.close();
      this.tool = tool;
      this.board = undefined;
      this.summed = null;
      this.ofTool = new Map();
      this.ofBoard = new Map();
      return true;
    }
    const summary = SUMMARY.exec(text);
    if (summary) {
      this.close();
      this.summed = summary[2] === undefined ? this.ofTool : this.ofBoard;
      return true;
    }
    const board = BOARD.exec(text)?.[1];
    if (board !== undefined) {
      this.close();
      this.board = board === PLAIN_BOARD ? undefined : board;
      this.ofBoard = new Map();
      return true;
    }
    if (LOG_OF_LOGS.test(text)) this.isLogOfLogs = true;
    else if (text.startsWith('Testsuite summary for ') || text === 'Summary of test results:') {
      this.close();
      this.summed = this.ofTool;
      this.isLogOfLogs = false;
    } else return this.tells(text);
    return true;
  }

  private tells(text: string): boolean {
    const started = sourceTime(STARTED.exec(text)?.[1] ?? '');
    const at = started ?? sourceTime(COMPLETED.exec(text)?.[1] ?? '');
    const arch = archOf(CONFIGURED.exec(text)?.[1] ?? '');
    const kernel = UNAME.exec(text)?.[1];
    if (at === null && arch === undefined && kernel === undefined) return false;
    this.run.facts = {
      ...this.run.facts,
      ...(kernel === undefined ? {} : parseMachine(kernel)),
      ...(started === null ? {} : { startedAt: started }),
      ...(at === null ? {} : { knownAt: at }),
      ...(arch === undefined ? {} : { arch }),
    };
    return true;
  }

  private follow(text: string, line: number): void {
    const counted = this.summed === null ? null : countOn(text);
    if (counted !== null) {
      const here = this.summed!.get(counted.word) ?? 0;
      if (here !== counted.count)
        this.reject(line, `the summary says "${text}", and here are ${here} times ${counted.word}`, text);
      return;
    }
    const { open } = this;
    if (open === null) return;
    const code = exitStatusOn(text);
    if (code !== undefined) open.exitCode ??= code;
    else if (open.word !== 'PASS' && open.excerpt.length < LONGEST_EXCERPT) open.excerpt += `${text}\n`;
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const { word, name, line, board, exitCode, excerpt } = open;
    for (const counts of [this.ofTool, this.ofBoard]) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (this.tool === '' && word !== 'PASS' && this.told.size < MOST_HELD) this.told.add(headingOf(open));
    const given: GivenResult = { test: this.named(name), raw: name, line, outcome: OUTCOMES[word]! };
    this.run.add({
      ...given,
      ...(board === undefined ? {} : { platform: board }),
      ...(exitCode === undefined || exitCode === 0 ? {} : { exitCode }),
      ...(word === 'UNRESOLVED' ? { reason: 'unresolved' } : {}),
      ...(excerpt.trim() === '' ? {} : { excerpt: excerpt.trim() }),
    });
  }

  /** `gcc.dg/a.c   -O0  (test for excess errors)`: the first word is a path. */
  private named(name: string): string {
    const [path = '', ...about] = name.split(/\s+/);
    const parts = path.split('/').map(testSegment);
    const last = testSegment([parts.pop(), ...about].join(' '));
    const first = parts[0] ?? last;
    const tool = first === this.tool || first.startsWith(`${this.tool}.`) ? '' : testSegment(this.tool);
    return joinTestName(tool, ...parts, last);
  }

  private reject(line: number, reason: string, excerpt: string): void {
    this.rejects.push(
      rejected(this.entry, FORMAT, this.hints, { key: `line-${line}`, reason, excerpt, line }),
    );
  }
}

/** A result as it is written. */
function headingOf({ word, name }: Written): string {
  return `${word}: ${name.slice(0, LONGEST_EXCERPT)}`;
}
