import { configOfAddress, shortAddress } from '../results/address.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { toKnownAt } from '../../store/events/known-at.ts';
import type { ImportHints, Line, SourceEntry } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { ConsoleFacts } from '../console/console-facts.ts';
import { excerptOf, firstText, isObject, type JsonObject } from '../results/json-shape.ts';
import { LONGEST_REJECT } from '../results/limits.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';
import { isItem, ItemReader, type BadItem, type Item } from './items.ts';
import { resultOf } from './result.ts';
import { signalsIn } from './signal.ts';

export const FORMAT = 'lava';

/** Reads the entries of a job, from its log or from a list of its results, and gathers what they say. */
export class LavaJob {
  readonly runs: SuiteRuns;
  /** What is said elsewhere than on the console. */
  given: RunFacts = {};
  private readonly console = new ConsoleFacts();
  private readonly items = new ItemReader();
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly prefix: string;
  private rejects: NewEvent[] = [];
  /** Times as the log writes them; they grow. */
  private began: string | undefined;
  private ended: string | undefined;
  /** Off where the results are told elsewhere and a log only repeats them. */
  countsResults = true;
  entries = 0;

  /** `prefix` is the place of the log inside its file. */
  constructor(entry: SourceEntry, hints: ImportHints, prefix = '') {
    this.entry = entry;
    this.hints = hints;
    this.prefix = prefix;
    this.runs = new SuiteRuns(entry, hints, {});
  }

  readLine(line: Pick<Line, 'number' | 'text'>): void {
    this.take(this.items.read(line));
  }

  finishLines(): void {
    this.take(this.items.finish());
  }

  private take(item: Item | BadItem | null): void {
    if (item === null) return;
    if (isItem(item)) this.item(item);
    else this.refuse(item.reason, item.text, item.line);
  }

  private item({ line, value }: Item): void {
    const { dt, lvl, msg } = value;
    if (lvl === undefined) {
      this.result(value, line);
      return;
    }
    this.entries++;
    if (typeof dt === 'string' && dt !== '') {
      this.began ??= dt;
      this.ended = dt;
    }
    if (lvl === 'results') {
      if (isObject(msg)) this.result(msg, line);
      else this.refuse('a result without fields', excerptOf(msg ?? null, LONGEST_REJECT), line);
    } else if (typeof msg === 'string' && (lvl === 'target' || lvl === 'feedback')) this.target(msg, line);
    else if (typeof msg === 'string' && msg.includes('defconfig'))
      this.given = { ...factsOfAddress(msg), ...this.given };
  }

  private target(text: string, line: number): void {
    this.console.read(text, line);
    for (const signal of signalsIn(text))
      if (signal.kind === 'malformed') this.refuse(signal.reason, text, line);
  }

  /** Takes a result; what is none is kept with its place. */
  result(value: JsonObject, line?: number, place?: string): void {
    const extra = isObject(value.extra) ? firstText(value.extra, 'job_arch') : undefined;
    if (extra !== undefined) this.given = { ...this.given, arch: archOf(extra) ?? extra };
    if (!this.countsResults) return;
    this.entries++;
    const result = resultOf(value, line);
    if (result) this.runs.add(result);
    else
      this.refuse(
        'a result without a name or without a verdict',
        excerptOf(value, LONGEST_REJECT),
        line,
        place,
      );
  }

  refuse(reason: string, excerpt: string, line?: number, place?: string): void {
    this.rejects.push(
      rejected(this.entry, FORMAT, this.hints, {
        key: place ?? `${this.prefix}line ${line ?? 0}`,
        reason,
        excerpt,
        // The line of a log inside another file is no line of that file.
        line: this.prefix === '' ? line : undefined,
      }),
    );
  }

  get isFull(): boolean {
    return this.runs.isFull || this.rejects.length >= 1000;
  }

  /** Gives what was gathered so far. `last`: no more will come. */
  events(last: boolean): readonly NewEvent[] {
    const spoken = this.console.facts;
    const [began, ended] = [instantOf(this.began), instantOf(this.ended)];
    this.runs.facts = {
      tool: 'lava',
      ...(began === null ? {} : { startedAt: began }),
      ...(ended === null ? {} : { knownAt: ended }),
      ...this.given,
      // The kernel knows best what it is; a machine's name by its lab is better known than the one in its firmware.
      ...spoken,
      ...(this.given.platform === undefined ? {} : { platform: this.given.platform }),
    };
    const rejects = this.rejects;
    this.rejects = [];
    return [...this.runs.take(last), ...rejects];
  }
}

/** LAVA's times are UTC and do not say so. */
function instantOf(dt: string | undefined): string | null {
  if (dt === undefined) return null;
  return toKnownAt(/Z|[+-]\d\d:?\d\d$/.test(dt) ? dt : `${dt}Z`);
}

/** KernelCI's addresses of kernels: `…/DESCRIBE/ARCH/DEFCONFIG/COMPILER/Image`. */
export function factsOfAddress(address: string): RunFacts {
  const match =
    /\/(arm64|arm|x86_64|x86|i386|riscv|mips|arc|s390|powerpc|loongarch)\/([\w.+-]*defconfig[\w.+-]*)\//.exec(
      shortAddress(address),
    );
  if (!match) {
    const config = configOfAddress(address);
    return config === undefined ? {} : { config };
  }
  return { arch: archOf(match[1]!) ?? match[1]!, config: match[2]! };
}
