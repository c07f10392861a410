import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, Line, SourceEntry } from '../importer.ts';
import { MAX_RESULTS } from '../results/limits.ts';
import { rejected } from '../results/result-run.ts';
import { gravest } from '../console/kernel-facts.ts';
import { KtapMachine } from './machine.ts';
import { Run } from './run.ts';
import { stampOf } from '../console/printk-prefix.ts';
import { OPEN_BRACKET, TWO } from '../source/characters.ts';

export const FORMAT = 'ktap';
/** Events are handed on when there are so many, so that a log of any size is read in bounded memory. */
const MAX_EVENTS = 500;

/** Reads a log line by line and makes the events of its runs. */
export class LogReader {
  /** How many results came so far. */
  results = 0;
  private readonly entry: SourceEntry;
  private readonly statement: string;
  private readonly machine: KtapMachine;
  private run: Run;
  private runs = 0;
  private rejects = 0;
  private events: NewEvent[] = [];
  /** How many results there were when events were taken last. */
  private taken = 0;

  /** `onResult` is told the canonical name of each result. */
  constructor(entry: SourceEntry, hints: ImportHints, onResult: (test: string) => void = () => undefined) {
    this.entry = entry;
    this.statement = `${hints.origin ?? 'unknown'}/${entry.sha256}`;
    this.run = new Run({}, hints);
    const machine = new KtapMachine({
      result: (pending) => {
        this.results++;
        this.run.kunit = machine.kunit;
        onResult(this.run.add(pending));
        if (this.run.full) this.endPart(false);
      },
      rejected: (line, reason) => {
        this.rejects++;
        const piece = { key: String(line.offset), reason, excerpt: line.text, line: line.number };
        this.events.push(rejected(entry, FORMAT, hints, piece));
      },
      booted: (facts) => {
        this.endPart(true);
        // A boot loader tells the machine before the kernel does; only a run that has results is over.
        this.run = new Run(facts, hints);
      },
      learned: (facts) => {
        this.run.facts = { ...facts, ...this.run.facts };
      },
      crashed: (crash) => {
        this.run.crash = gravest(this.run.crash, crash);
      },
      survived: () => {
        this.run.crash = null;
      },
    });
    this.machine = machine;
  }

  /** `stamp`: what `stampOf` gives, where somebody has asked for it before. */
  read(line: Line, stamp = stampOf(line)): void {
    const time = timeBefore(line.text);
    if (time !== null) this.run.lastStamp = time;
    this.machine.read(line, stamp);
  }

  /** Ends the log. */
  finish(): void {
    this.machine.finish();
    this.endPart(true);
  }

  /** Whether the log is one of tests, as far as it was read: it tells something of them, or says that it will. */
  get isTestLog(): boolean {
    return this.runs > 0 || this.rejects > 0 || this.machine.inTap;
  }

  /** Whether there are events to hand on: many, or one of a run with thousands of results. */
  get isFull(): boolean {
    return (
      this.events.length >= MAX_EVENTS || (this.events.length > 0 && this.results - this.taken >= MAX_RESULTS)
    );
  }

  /** Gives the events that are complete. */
  take(): readonly NewEvent[] {
    this.taken = this.results;
    return this.events.splice(0);
  }

  private endPart(last: boolean): void {
    const event = this.run.take(this.entry, 'pending', last);
    if (event === null) return;
    const number = ++this.runs;
    const place = this.run.statedPlace();
    const stream = `run/${this.statement}${place === '' ? '' : `/${place}`}${number === 1 ? '' : `/${number}`}`;
    this.events.push({ ...event, stream });
  }
}

const TIME = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)(?=[\] ])/;

/** The time that a CI or a console server puts before a line: it says when the run became known. */
function timeBefore(text: string): string | null {
  const first = text.charCodeAt(0);
  // Asked of every line: a kernel's own stamp begins with a bracket, too.
  if (first !== TWO && !(first === OPEN_BRACKET && text.charCodeAt(1) === TWO)) return null;
  return TIME.exec(text)?.[1] ?? null;
}
