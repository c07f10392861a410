import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { canonicalTestName } from '../../store/names/test-name.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT, MAX_RESULTS } from '../results/limits.ts';
import { cutText, ownText } from '../results/own-text.ts';
import { rejected, ResultRun, type GivenResult, type RunFacts } from '../results/result-run.ts';
import { EXPUNGED, verdictIn, type Said } from './check-line.ts';
import { emptySummary, takeSummary, type Summary } from './summary.ts';

interface Open {
  readonly id: string;
  readonly line: number;
  said: Said | null;
  text: string;
}

const WORD: Readonly<Record<string, string>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'not run',
  miss: 'interrupted',
};

/** xfstests has some thousands; the names of all tests of a section are held. */
const MOST_TESTS = 500_000;

/** One section of a run of `check`: one configuration of a file system, or all there is. */
export class Section {
  private readonly run: ResultRun;
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly format: string;
  /** The last that was told of each test; a failure stays. */
  private readonly told = new Map<string, Said>();
  private given: GivenResult[] = [];
  /** Where the last result of each test is among those. */
  private readonly places = new Map<string, number>();
  private open: Open | null = null;
  readonly summary: Summary = emptySummary();
  /** What it says of its kernel and its file system. */
  facts: RunFacts = {};

  /** @param place tells it from other sections of the file */
  constructor(entry: SourceEntry, hints: ImportHints, format: string, place: string) {
    this.entry = entry;
    this.hints = hints;
    this.format = format;
    this.run = new ResultRun(entry, hints, {}, place);
  }

  get isEmpty(): boolean {
    return this.told.size === 0 && this.open === null && this.summary.ran === null;
  }

  /** Whether there are so many results that they are told before more come. */
  get isFull(): boolean {
    return this.given.length >= MAX_RESULTS;
  }

  /** Gives the results so far, with what is known of the section by now; what its lists say of them later is told beside them. */
  takePart(facts: RunFacts): NewEvent {
    this.run.facts = facts;
    for (const result of this.given) this.run.add(result);
    this.given = [];
    this.places.clear();
    return this.run.take(false)!;
  }

  /** A line names a test: the one before is over. */
  begin(id: string, rest: string, line: number): void {
    this.close('the log has no verdict of it');
    this.open = { id, line, said: verdictIn(rest), text: `${id}${rest}`.trimEnd() };
  }

  /** A line below the name of a test: what it printed, what `check` says of it, or of the file system behind it. */
  follow(text: string): void {
    const { open } = this;
    if (open === null) return;
    if (open.text.length < LONGEST_EXCERPT) open.text += `\n${text}`;
    // Of a test that was skipped with -T the reason comes below, behind its name.
    const reason = /^\t\S{1,120} -- (.*)$/.exec(text)?.[1];
    if (reason !== undefined && open.said?.outcome === 'skip') open.said = { ...open.said, reason };
    // What a test printed stands four blanks in, where it differs from what it should have.
    const said = text.startsWith('    ') ? null : verdictIn(text);
    if (said === null || (open.said !== null && said.outcome !== 'fail')) return;
    open.said = open.said?.outcome === 'fail' ? both(open.said, said) : said;
  }

  /** Takes a line of the summary; false where it is none. */
  summarise(text: string, line: number): boolean {
    return takeSummary(this.summary, text, line);
  }

  /**
   * Gives the run, and a reject for each thing in which the summary and the lines differ.
   *
   * @param ended what to say of a test that has no verdict
   * @param planned tests that `check` was to run
   */
  end(ended: string, planned: readonly string[]): NewEvent[] {
    const { summary, run } = this;
    const stopped = summary.interrupted ? 'check was interrupted in it' : ended;
    this.close(stopped);
    const wrong = [...this.fromLists(stopped), ...this.miscounted()];
    if (summary.counted === null)
      for (const id of planned)
        if (!this.told.has(id)) this.tell(id, { outcome: 'miss', reason: `check was to run it: ${ended}` });
    const events: NewEvent[] = [];
    run.facts = this.facts;
    for (const result of this.given) {
      run.add(result);
      if (run.isFull) events.push(run.take(false)!);
    }
    const last = run.take(true);
    if (last) events.push(last);
    return [...events, ...wrong];
  }

  private close(missing: string): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const said = open.said ?? { outcome: 'miss', reason: missing };
    this.tell(open.id, said, open.line, said.outcome === 'pass' ? undefined : open.text);
  }

  private tell(name: string, said: Said, line?: number, excerpt?: string): void {
    const id = ownText(name);
    const { reason } = said;
    const kept: Said = reason === undefined ? said : { ...said, reason: cutText(reason, LONGEST_EXCERPT) };
    this.places.set(id, this.given.length);
    this.given.push({
      test: canonicalTestName(`xfstests/${id}`),
      raw: id,
      ...kept,
      ...(line === undefined ? {} : { line }),
      ...(excerpt === undefined ? {} : { excerpt: cutText(excerpt, LONGEST_EXCERPT) }),
    });
    const before = this.told.get(id);
    if (before === undefined && this.told.size >= MOST_TESTS) throw this.tooMany(line);
    if (before?.outcome !== 'fail') this.told.set(id, kept);
  }

  private tooMany(line: number | undefined): InputError {
    const place = { file: this.entry.name, ...(line === undefined ? {} : { line }) };
    const message = `more than ${MOST_TESTS} tests in one section of check: xfstests has some thousands`;
    return new InputError([{ severity: 'error', message, place }]);
  }

  /** What only the lists say, in a log whose lines are lost or that has none (`check.log`), and a verdict that came after its line. */
  private *fromLists(stopped: string): Generator<NewEvent> {
    const { ran, notRun, failures, interrupted, counted } = this.summary;
    const [failed, skipped] = [new Set(failures), new Set(notRun)];
    for (const id of new Set([...(ran ?? []), ...notRun, ...failures])) {
      const listed: Said | null = failed.has(id)
        ? { outcome: 'fail', reason: 'among the failures that check lists' }
        : skipped.has(id)
          ? { outcome: 'skip', reason: 'among those that check lists as not run' }
          : interrupted && id === ran?.at(-1)
            ? { outcome: 'miss', reason: stopped }
            : counted === null
              ? null
              : { outcome: 'pass' };
      const before = this.told.get(id)?.outcome;
      if (listed === null || before === listed.outcome) continue;
      if (before === undefined) this.tell(id, listed);
      else {
        // Old versions looked into the kernel's log when the line of the test was written.
        const isLater = before === 'miss' || (before === 'pass' && listed.outcome === 'fail');
        if (isLater && this.places.has(id)) {
          this.revise(id, listed);
          continue;
        }
        // A part that was given stays as it is: what the lists say is told beside it, and both count.
        if (isLater) this.tell(id, listed);
        if (before !== 'miss')
          yield this.differs(
            `check lists ${id} as ${WORD[listed.outcome]!}, and its line says otherwise`,
            id,
          );
      }
    }
  }

  private revise(id: string, said: Said): void {
    const at = this.places.get(id)!;
    const { test, raw, line, excerpt } = this.given[at]!;
    this.given[at] = {
      test,
      ...(raw === undefined ? {} : { raw }),
      ...said,
      ...(line === undefined ? {} : { line }),
      ...(excerpt === undefined || said.outcome === 'pass' ? {} : { excerpt }),
    };
    this.told.set(id, said);
  }

  /** Compares what `check` counts with what was read. Old versions do not count those that they did not run. */
  private *miscounted(): Generator<NewEvent> {
    const { counted } = this.summary;
    if (counted === null) return;
    const tried = [...this.told.values()].filter((t) => t.outcome !== 'error' && t.reason !== EXPUNGED);
    const of = (outcome: string) => tried.filter((told) => told.outcome === outcome).length;
    const [failed, skipped] = [of('fail'), of('skip')];
    const counts = tried.length === counted.of || tried.length - skipped === counted.of;
    if (failed !== counted.failed || !counts)
      yield this.differs(
        `check says "${counted.text}", and here ${failed} of ${tried.length} failed`,
        'totals',
        counted.line,
      );
  }

  private differs(reason: string, key: string, line?: number): NewEvent {
    return rejected(this.entry, this.format, this.hints, {
      key: `${key}/${this.summary.counted?.line ?? 0}`,
      reason,
      excerpt: this.summary.counted?.text ?? '',
      line,
    });
  }
}

function both(first: Said, then: Said): Said {
  // A hostile log says it in each of its lines.
  if (first.reason !== undefined && first.reason.length >= LONGEST_EXCERPT) return first;
  const reason = [first.reason, then.reason].filter((part) => part !== undefined).join('; ');
  return { ...then, ...first, reason };
}
