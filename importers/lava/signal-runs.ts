import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, Line, SourceEntry } from '../importer.ts';
import { ConsoleFacts } from '../console/console-facts.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { suiteTestName } from '../results/suite-name.ts';
import { SuiteRuns, type SuiteResult } from '../results/suite-runs.ts';
import { FORMAT } from './job.ts';
import { hasSignal, signalsIn, type Signal } from './signal.ts';

/** So many results wait for what KTAP may still tell of the same tests. */
const MOST_WAITING = 20_000;
const MANY_EVENTS = 500;
/** So many names of tests are remembered; what is told twice of a log with more is counted twice. */
const MOST_NAMES = 1_000_000;

/**
 * Gathers what the signals on a console tell, a run for each kernel that boots. What KTAP on the same console tells of a
 * test is what counts: then its signal is left out.
 */
export class SignalRuns {
  /** Whether there was a signal at all. */
  found = false;
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly kernel = new ConsoleFacts();
  private readonly told = new Set<string>();
  private runs: SuiteRuns;
  private boots = 0;
  private run = '';
  private set: string | null = null;
  private waiting: SuiteResult[] = [];
  private events: NewEvent[] = [];
  private hasRun = false;

  constructor(entry: SourceEntry, hints: ImportHints) {
    this.entry = entry;
    this.hints = hints;
    this.runs = this.newRuns();
  }

  private newRuns(): SuiteRuns {
    return new SuiteRuns(this.entry, this.hints, {}, `signals${this.boots > 0 ? `/${this.boots}` : ''}`);
  }

  /** Notes a test of which KTAP has told. */
  tellBy(test: string): void {
    if (this.told.size < MOST_NAMES) this.told.add(loose(test));
  }

  /** `stamp`: where the text begins behind the kernel's time stamp. */
  read({ number, text, controls }: Line, stamp: number): void {
    if (this.kernel.read(text, number, controls ? undefined : stamp)) {
      this.endPart(true, this.kernel.before);
      this.boots++;
      this.runs = this.newRuns();
    }
    if (!hasSignal(text)) return;
    signalsIn(text).forEach((signal, index) => {
      this.signal(signal, index, number, text);
    });
  }

  private signal(signal: Signal, index: number, line: number, text: string): void {
    this.found = true;
    switch (signal.kind) {
      case 'start':
        this.run = signal.run;
        return;
      case 'end':
        this.run = '';
        return;
      case 'set':
        this.set = signal.set;
        return;
      case 'malformed':
        this.events.push(
          rejected(this.entry, FORMAT, this.hints, {
            key: `line ${line}/${index}`,
            reason: signal.reason,
            excerpt: text,
            line,
          }),
        );
        return;
      case 'case':
        this.waiting.push({
          suite: this.run,
          name: this.set === null ? signal.name : `${this.set}/${signal.name}`,
          outcome: signal.outcome,
          line,
          ...(signal.measurement === undefined ? {} : { reason: `measured ${signal.measurement}` }),
        });
        if (this.waiting.length >= MOST_WAITING) this.endPart(false, this.kernel.facts);
    }
  }

  /** Ends the console. */
  finish(): void {
    this.endPart(true, this.kernel.facts);
  }

  /** `last`: the kernel that ran is no more. */
  private endPart(last: boolean, said: RunFacts): void {
    for (const result of this.waiting.splice(0)) {
      if (this.isTold(result)) continue;
      this.runs.add(result);
      if (this.runs.isFull) this.takeRuns(false, said);
    }
    if (last && !this.runs.isEmpty) this.takeRuns(true, said);
  }

  private takeRuns(last: boolean, said: RunFacts): void {
    // Where there is KTAP, how the kernel died was told with it.
    this.runs.facts = { tool: 'lava', ...said, ...(this.told.size > 0 ? { crash: undefined } : {}) };
    const told = this.runs.take(last);
    this.events.push(...told);
    this.hasRun ||= told.length > 0;
  }

  private isTold({ suite, name }: SuiteResult): boolean {
    return this.told.size > 0 && this.told.has(loose(suiteTestName(suite, name)));
  }

  /** Whether there are events to hand on. A part of a run weighs as much as thousands of other events. */
  get isFull(): boolean {
    return this.hasRun || this.events.length >= MANY_EVENTS;
  }

  /** Gives the events that are complete. */
  take(): readonly NewEvent[] {
    this.hasRun = false;
    return this.events.splice(0);
  }
}

/** A name without what LAVA's helpers change in it: `binfmt_script - too-big (x)` becomes `binfmt_script_-_too-big_x`. */
function loose(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
