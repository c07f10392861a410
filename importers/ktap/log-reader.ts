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
/** The size of a page of events, so that a log of any size is read in bounded memory. */
const MAX_EVENTS = 500;

/** Reads a log line by line and makes the events of its runs. */
export class LogReader {
  /** How many results were read. */
  results = 0;
  private readonly entry: SourceEntry;
  private readonly statement: string;
  private readonly machine: KtapMachine;
  private run: Run;
  private runs = 0;
  private rejects = 0;
  private events: NewEvent[] = [];
  /** How many results had been read when events were taken last. */
  private taken = 0;

  /** `onResult` is called with the canonical name of each result. */
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
        // A boot loader may name the machine before the kernel: only a run with results ends here.
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

  /** Reads lines of a page, from one on, until a page of events is ready or the lines are done; gives where it stopped. */
  readPage(page: readonly Line[], from: number): number {
    let at = from;
    while (at < page.length) {
      const line = page[at++]!;
      this.read(line, stampOf(line));
      if (this.isFull) break;
    }
    return at;
  }

  /** `stamp`: the result of `stampOf`. */
  read(line: Line, stamp: number): void {
    const time = timeBefore(line.text);
    if (time !== null) this.run.lastStamp = time;
    this.machine.read(line, stamp);
  }

  /** Ends the log. */
  finish(): void {
    this.machine.finish();
    this.endPart(true);
  }

  /** Whether the log, as far as it was read, is one of tests: it has results, or announces them. */
  get isTestLog(): boolean {
    return this.runs > 0 || this.rejects > 0 || this.machine.inTap;
  }

  /** Whether a page of events is ready: many, or one for a run with thousands of results. */
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

/** The time that a CI or a console server puts before a line: since then the run is known. */
function timeBefore(text: string): string | null {
  const first = text.charCodeAt(0);
  // Called for every line; the time stamps of the kernel begin with a bracket, too.
  if (first !== TWO && !(first === OPEN_BRACKET && text.charCodeAt(1) === TWO)) return null;
  return TIME.exec(text)?.[1] ?? null;
}
