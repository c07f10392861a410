import type { NewEvent } from '../../store/events/event.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Line, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { commandTime, type LineResults } from '../console/line-results.ts';
import { ResultRun } from '../results/result-run.ts';
import { later, sourceTime } from '../results/source-time.ts';
import { testOn, type Said, type TestLine } from './test-line.ts';

export const FORMAT = 'perf-test';

const STARTS = '--- start ---';
const SIGNAL = /^---- unexpected signal \((\d{1,3})\) ----$/;
const ENDED = /^---- end\((-?\d{1,6})\) ----$/;

/** A test that was named, and whose verdict comes behind what it prints. */
interface Open extends TestLine {
  readonly line: number;
  text: string;
  reason: string | undefined;
}

/** The output of `perf test`. Numbers differ from version to version: a test is named by its description. */
export class PerfTests implements LineResults {
  readonly run: ResultRun;
  readonly rejects: NewEvent[] = [];
  private open: Open | null = null;
  /** The test whose parts follow. */
  private suite: TestLine | null = null;

  constructor(entry: SourceEntry, { hints }: ImportContext) {
    this.run = new ResultRun(entry, hints, { tool: FORMAT });
  }

  read(text: string, { text: raw, number: line }: Line): void {
    const at = commandTime(raw);
    if (at !== null && raw.includes('perf test')) this.knownAt(at);
    const found = testOn(text);
    if (found === null || (found.number === undefined && !this.closes(found))) this.follow(text);
    else if (found.number === undefined) this.close(found.said);
    else this.take(found, line);
  }

  end(): void {
    this.close(null);
  }

  private take(found: TestLine, line: number): void {
    const { open } = this;
    if (found.part !== undefined && open?.number === found.number && open?.part === undefined) {
      this.suite = open;
      this.open = null;
    } else if (open !== null) {
      // With -v a test is named before its output, and once more with its verdict.
      const isSame = open.number === found.number && open.part === found.part;
      if (isSame && found.said !== null) {
        this.close(found.said);
        return;
      }
      if (isSame) return;
      this.close(null);
    }
    if (this.suite?.number !== found.number) this.suite = null;
    if (found.said === null) this.open = { ...found, line, text: '', reason: undefined };
    else this.add(found, found.said, line);
  }

  /** Whether a verdict without a number is that of the test that is open, as versions before v6.8 wrote it. */
  private closes({ name }: TestLine): boolean {
    const { open, suite } = this;
    if (open === null) return false;
    return name === open.name || (suite !== null && name === `${suite.name} subtest ${open.part ?? ''}`);
  }

  private follow(text: string): void {
    const { open } = this;
    if (open === null || text === STARTS) return;
    const signal = SIGNAL.exec(text)?.[1];
    const code = ENDED.exec(text)?.[1];
    if (signal !== undefined) open.reason = `signal ${signal}`;
    else if (code !== undefined) open.reason ??= `it ended with ${code}`;
    else if (text === 'test child interrupted') open.reason ??= text;
    if (open.text.length < LONGEST_EXCERPT) open.text += `${text}\n`;
  }

  private close(said: Said | null): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    this.add(open, said ?? { outcome: 'miss', reason: 'the log has no verdict of it' }, open.line, open);
  }

  private add(
    { number, part, name }: TestLine,
    said: Said,
    line: number,
    printed: Pick<Open, 'text' | 'reason'> | null = null,
  ): void {
    const suite = part !== undefined && this.suite?.number === number ? this.suite?.name : undefined;
    const reason = said.outcome === 'pass' ? undefined : (said.reason ?? printed?.reason);
    this.run.add({
      test: joinTestName(FORMAT, testSegment(suite ?? ''), testSegment(name)),
      raw: suite === undefined ? name : `${suite}: ${name}`,
      line,
      outcome: said.outcome,
      ...(reason === undefined ? {} : { reason }),
      ...(said.outcome === 'pass' || printed === null || printed.text === ''
        ? {}
        : { excerpt: printed.text.trimEnd() }),
    });
  }

  private knownAt(at: string): void {
    const known = later(this.run.facts.knownAt, sourceTime(at));
    if (known !== null) this.run.facts = { ...this.run.facts, knownAt: known };
  }
}
