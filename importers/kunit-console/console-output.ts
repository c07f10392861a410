import type { Outcome } from '../../store/events/observation.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { canonicalTestName, joinTestName, testSegment, UNNAMED_TEST } from '../../store/names/test-name.ts';
import { cleanLine } from '../console/clean-line.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import type { ResultRun } from '../results/result-run.ts';
import { bare, isBorder, kunitLine, type KunitLine } from './lines.ts';

/** A longer name or line of output is cut. */
const LONGEST = 500;
/** The most missing tests that are recorded for the whole output. */
const MOST_MISSES = 1000;
/** The deepest nesting of suites. */
const MOST_GROUPS = 50;

/** A suite, or a test with subtests, that is open. */
interface Group {
  readonly name: string;
  readonly line: number;
  readonly planned: number | null;
  /** The number of tests directly below it. */
  came: number;
  /** Whether a test below it did not pass. */
  told: boolean;
  /** How it ended, in the older form, which prints that first. */
  readonly ended?: Outcome;
}

/** Reads the lines that kunit.py printed and adds their results to a run. */
export class ConsoleOutput {
  private readonly run: ResultRun;
  private readonly open: Group[] = [];
  /** The output since the last result. */
  private said = '';
  private misses = 0;
  /** Adds a result of the older form, whose output comes after it. */
  private addPending: (() => void) | null = null;

  constructor(run: ResultRun) {
    this.run = run;
  }

  /** Reads a line; `number` is 1-based. */
  read(number: number, text: string): void {
    const line = bare(cleanLine(text)[0]?.text ?? '');
    const told = line.startsWith('[') || line.startsWith('===') ? kunitLine(line) : null;
    const isEdge = told?.kind === 'begins' || told?.kind === 'heads' || isBorder(line);
    if (told !== null || isBorder(line)) this.settle();
    const endsOpen = told?.kind === 'heads' && this.hasOpen(told.name);
    if (this.isOlderForm() && isEdge) this.giveUp();
    if (told === null) this.readOutput(line);
    else if (told.kind === 'begins') this.begin(told.name, told.planned, number);
    else if (told.kind === 'result') this.readResult(told, number);
    else if (told.kind === 'heads' && !endsOpen) this.beginEnded(told.name, told.outcome, number);
    else this.end(told.name, told.outcome, number);
  }

  /** Ends the output: open suites are completed as they are. */
  finish(): void {
    this.settle();
    while (this.open.length > 0) this.giveUp();
  }

  private hasOpen(name: string): boolean {
    return this.open.some((group) => group.ended === undefined && group.name === name);
  }

  /** Whether the open suite is of kunit.py of before v5.16, which prints how it ended before its cases. */
  private isOlderForm(): boolean {
    return this.open[0]?.ended !== undefined;
  }

  private begin(name: string, planned: number | null, line: number): void {
    if (this.open.length > 0) this.open.at(-1)!.came++;
    if (this.open.length < MOST_GROUPS)
      this.open.push({ name: name.slice(0, LONGEST), line, planned, came: 0, told: false });
    this.said = '';
  }

  private beginEnded(name: string, ended: Outcome, line: number): void {
    if (this.open.length === 0)
      this.open.push({ name: name.slice(0, LONGEST), line, planned: null, came: 0, told: false, ended });
    this.said = '';
  }

  private readResult(result: Extract<KunitLine, { kind: 'result' }>, line: number): void {
    if (this.open.length > 0) this.open.at(-1)!.came++;
    const { outcome } = result;
    const [name = '', reason] = outcome === 'skip' ? result.name.split(/ # SKIP ?/, 2) : [result.name];
    const test = this.nameOf(name);
    const add = () => {
      this.add(test, name, outcome, line, reason);
    };
    if (!this.isOlderForm()) {
      add();
      return;
    }
    this.said = '';
    this.addPending = add;
  }

  private end(name: string, outcome: Outcome, line: number): void {
    const at = this.open.findLastIndex((group) => group.name === name.slice(0, LONGEST));
    if (at < 0) return;
    while (this.open.length > at + 1) this.giveUp();
    const group = this.open.pop();
    if (group) this.addGroup(group, outcome, line);
  }

  private readOutput(line: string): void {
    if (this.said.length < LONGEST_EXCERPT) this.said += `${line.slice(0, LONGEST)}\n`;
    const arch = /^(?:\$ )?make .{0,200}?\bARCH=(\w{1,20})\b/.exec(line)?.[1];
    if (arch !== undefined && arch !== 'um')
      this.run.facts = { ...this.run.facts, arch: archOf(arch) ?? arch };
  }

  private settle(): void {
    this.addPending?.();
    this.addPending = null;
  }

  private nameOf(name: string): string {
    // `kunit.py parse` reads logs of kselftest as well.
    if (this.open.length === 0 && name.startsWith('selftests: '))
      return canonicalTestName(name.slice(0, LONGEST));
    const groups = this.open.map((group) => testSegment(group.name));
    return joinTestName('kunit', ...groups, testSegment(name.slice(0, LONGEST)) || UNNAMED_TEST);
  }

  private add(test: string, raw: string, outcome: Outcome, line: number, reason = ''): void {
    const excerpt = outcome === 'pass' ? {} : { excerpt: this.said.trim() };
    this.run.add({ test, raw, outcome, line, reason, ...excerpt });
    if (outcome !== 'pass') for (const group of this.open) group.told = true;
    this.said = '';
  }

  /** A suite is a result itself where its outcome does not follow from its cases. */
  private addGroup({ name, told, came }: Group, outcome: Outcome, line: number): void {
    if (!told && outcome !== 'pass' && (outcome !== 'skip' || came === 0))
      this.add(this.nameOf(name), name, outcome, line);
  }

  /** Completes the innermost group, whose end did not come: planned tests without a result are missing. */
  private giveUp(): void {
    const group = this.open.pop()!;
    const { name, line, planned, came, ended } = group;
    if (ended !== undefined) this.addGroup(group, ended, line);
    for (let number = came + 1; number <= (planned ?? 0) && this.misses < MOST_MISSES; number++) {
      this.misses++;
      const test = joinTestName(this.nameOf(name), `test_${number}`);
      this.run.add({ test, outcome: 'miss', line, reason: `planned ${planned}, ${came} came` });
    }
  }
}
