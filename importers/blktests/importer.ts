import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { CheckConsole } from '../console/check-console.ts';
import { holds, holdsLine, mayBeConsole } from '../console/console-head.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { readLineResults } from '../console/line-results.ts';
import { ResultRun, type GivenResult, type RunFacts } from '../results/result-run.ts';
import { later, sourceTime } from '../results/source-time.ts';
import { looksLikeResultFile, ResultFile } from './result-file.ts';
import { failureIn, statusOn, type Named } from './status-line.ts';

const FORMAT = 'blktests';
const STATUS =
  /^[^\n]{0,80}\b[a-z]+\/(?:\d{3}|\*\*\*)(?: => \S+)?(?: \([^\n]{0,300}\))? +\[(?:passed|failed|not run)\]\s*$/m;
const AFTER_BOOT = 0.65;

/** Reads what `check` of blktests prints, and the console of a machine on which it ran. */
export const blktestsImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'what check of blktests prints, and the files that it keeps of each test',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (looksLikeResultFile(head)) return 0.9;
    if (!mayBeConsole(head)) return STATUS.test(head) ? 0.9 : 0;
    return STATUS.test(head) ? AFTER_BOOT : 0.05;
  },
  async look(entry) {
    const head = headOf(entry);
    if (looksLikeResultFile(head)) return 0.9;
    if (STATUS.test(head)) return mayBeConsole(head) ? AFTER_BOOT : 0.9;
    const mayHold = (await holds(entry, '[passed]')) || (await holds(entry, '[failed]'));
    return mayHold && (await holdsLine(entry, (text) => STATUS.test(text))) ? AFTER_BOOT : 0;
  },
  async *read(entries, context) {
    for (const entry of entries)
      if (looksLikeResultFile(headOf(entry)))
        yield* readLineResults(
          entry,
          context,
          new ResultFile(entry, context),
          'no status of a test in this file',
        );
      else yield* readCheck(entry, context);
  },
};

function headOf({ head }: SourceEntry): string {
  return Buffer.from(head).toString('utf8');
}

async function* readCheck(
  entry: SourceEntry,
  { hints, progress, alongside = false }: ImportContext,
): AsyncGenerator<Produced> {
  let runs = 0;
  let checked = new Checked(entry, { hints }, runs);
  const events: NewEvent[] = [];
  const console = new CheckConsole();
  const end = (ended: string, facts = console.facts) => {
    events.push(...checked.end(ended, console, facts));
    if (!checked.isEmpty) checked = new Checked(entry, { hints }, ++runs);
  };
  for await (const line of entry.lines()) {
    const { text, number, isCopy } = console.read(line, () => {
      end('another kernel boots', console.factsBefore);
    });
    if (!isCopy || text !== '') checked.read(text, number, isCopy);
    if (checked.isFull) events.push(checked.takePart(console));
    if (events.length > 0) {
      progress?.(line.offset);
      yield { entry, events: events.splice(0) };
    }
  }
  end('the log ends in it');
  if (runs === 0 && !alongside) throw refusedFile(entry.name, 'no test of blktests in this log');
  yield { entry, events, warnings: entry.cutLines };
}

interface Open extends Named {
  readonly line: number;
  given: Pick<GivenResult, 'outcome' | 'reason' | 'durationMs' | 'exitCode'> | null;
  text: string;
}

/** One run of `check`. */
class Checked {
  private readonly run: ResultRun;
  private open: Open | null = null;
  private knownAt: string | null = null;
  private isCopy = false;
  private firstTime = '';

  constructor(entry: SourceEntry, { hints }: Pick<ImportContext, 'hints'>, index: number) {
    this.run = new ResultRun(entry, hints, {}, `check${index === 0 ? '' : `/${index}`}`);
  }

  get isEmpty(): boolean {
    return this.run.isEmpty && this.open === null;
  }

  /** Whether there are so many results that they are told before more come. */
  get isFull(): boolean {
    return this.run.isFull;
  }

  /** Gives the results so far, with what is known of the run by now. */
  takePart(console: CheckConsole): NewEvent {
    this.run.facts = this.factsOf(console, console.facts);
    return this.run.take(false)!;
  }

  read(text: string, line: number, isCopy: boolean): void {
    const said = statusOn(text);
    if (said === null) {
      this.follow(text);
      return;
    }
    const { outcome, ...named } = said;
    // A name alone says that it begins; on a file, its verdict comes on a line of its own.
    const begins = this.open?.given !== null || this.open.written !== named.written;
    if (begins) {
      this.close('the log has no verdict of it');
      this.isCopy = isCopy;
      this.open = { ...named, line, given: null, text: '' };
    }
    const open = this.open!;
    if (outcome !== null) open.given = { outcome };
    open.text = text.trimEnd();
  }

  private follow(text: string): void {
    const { open } = this;
    // All that is said of a test stands below it, a few blanks in.
    if (!open?.given || !/^\s{2,}\S/.test(text)) return;
    if (open.text.length < LONGEST_EXCERPT) open.text += `\n${text}`;
    const { given } = open;
    const seconds = /^\s+runtime(?:\s+\d+\.\d+s)?\s+\.\.\.\s+(\d{1,9}\.\d{1,6})s\s*$/.exec(text)?.[1];
    if (seconds !== undefined) {
      given.durationMs = Math.round(Number(seconds) * 1000);
      if (this.firstTime === '') this.firstTime = seconds;
    } else if (given.outcome === 'skip') given.reason ??= text.trim();
    else if (given.outcome === 'fail') Object.assign(given, failureIn(text, given.reason));
    const kept = /^\s+\+\+\+ .{0,500}\t(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [+-]\d{4})$/.exec(
      text,
    )?.[1];
    if (kept !== undefined) this.knownAt = later(this.knownAt, sourceTime(kept));
  }

  private close(missing: string): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const { group, number, conditions, device, written, line, given, text } = open;
    const said = given ?? { outcome: 'miss' as const, reason: missing };
    this.run.add({
      test: canonicalTestName(`blktests/${group}/${number}${conditions.map((each) => `/${each}`).join('')}`),
      raw: written,
      line,
      ...said,
      // Two devices are tested one after the other, and each may fail alone.
      ...(device === undefined ? {} : { platform: device }),
      ...(said.outcome === 'pass' ? {} : { excerpt: text }),
    });
  }

  end(ended: string, console: CheckConsole, facts: CheckConsole['facts']): NewEvent[] {
    this.close(ended);
    this.run.facts = this.factsOf(console, facts);
    const event = this.run.take(true);
    return event ? [event] : [];
  }

  private factsOf({ command }: CheckConsole, facts: CheckConsole['facts']): RunFacts {
    const known = later(this.knownAt, command?.at);
    return {
      ...facts,
      own: undefined,
      tool: 'blktests',
      ...(known === null ? {} : { knownAt: known }),
      ...(command?.at == null ? {} : { startedAt: command.at }),
      ...(command === null || this.firstTime === ''
        ? {}
        : { own: { name: `${command.written} ${this.firstTime}`, isCopy: this.isCopy } }),
    };
  }
}
