import { SaxesParser } from 'saxes';
import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, ImportHints, Importer, Produced, SourceEntry } from '../importer.ts';
import { rejected, ResultRun, type GivenResult } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';
import { fstestsConfig } from '../results/fstests-config.ts';
import { caseName, writerOf, type Writer } from './case-name.ts';
import { lettersOf } from './declared-encoding.ts';
import { LegalXml } from './legal-xml.ts';
import { Report, type Case } from './report.ts';

const FORMAT = 'junit';
const LONGEST_HELD = 1024 * 1024;
const MOST_ERRORS = 1000;

/**
 * Reads JUnit XML. There is no standard; the usual dialects (Jenkins' junit.xsd, surefire, kunit_junit.py, LAVA, openQA,
 * xfstests) agree on test cases in nested suites. Declared counts are never believed: test cases are counted.
 */
export const junitImporter: Importer = {
  format: FORMAT,
  version: 13,
  says: 'results in JUnit XML, from whichever tool',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    const text = head.replace(/<!--[\s\S]*?(?:-->|$)/g, '').trimStart();
    if (/^(<\?xml[^>]*>\s*)?(<!DOCTYPE[^>]*>\s*)?<testsuites?[\s/>]/.test(text)) return 0.95;
    return text.startsWith('<?xml') && /<testsuites?[\s/>]/.test(text) ? 0.8 : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readReport(entry, context);
  },
};

async function* readReport(entry: SourceEntry, { hints, progress }: ImportContext): AsyncGenerator<Produced> {
  const cases = new Cases(entry, hints);
  /** What was wrong with the XML first. The parser goes on behind it: a wrong tag loses no result. */
  let wrong: string | undefined;
  let errors = 0;
  const parser = new SaxesParser();
  const report = new Report((each) => {
    cases.add(each, report);
  });
  parser.on('error', (error) => {
    wrong ??= error.message;
    errors++;
  });
  parser.on('opentag', ({ name, attributes }) => {
    report.opens(name, attributes, parser.line);
  });
  parser.on('text', (part) => {
    report.text(part);
  });
  parser.on('cdata', (part) => {
    report.text(part);
  });
  parser.on('closetag', ({ name }) => {
    report.closes(name);
  });
  const letters = lettersOf(entry);
  const xml = new LegalXml();
  /** Where the rest was left unread: bytes that are no XML at all would be an error each. */
  let gaveUpAt: number | null = null;
  let read = 0;
  for await (const chunk of entry.bytes()) {
    if (errors < MOST_ERRORS) parser.write(xml.add(letters(chunk)));
    else gaveUpAt ??= parser.line;
    forgetLongText(parser);
    read += chunk.length;
    progress?.(read);
    if (cases.events.length > 0) yield { entry, events: cases.events.splice(0) };
  }
  if (gaveUpAt === null) parser.write(xml.end());
  parser.close();
  report.ends();
  cases.finish(report);
  const { events } = cases;
  if (wrong !== undefined) {
    const where = /^(?:\S+:)?(\d+):\d+: /.exec(wrong);
    if (cases.count === 0)
      throw new InputError([
        {
          severity: 'error',
          message: `no XML: ${wrong}`,
          place: { file: entry.name, ...(where ? { line: Number(where[1]) } : {}) },
        },
      ]);
    events.push(
      rejected(entry, FORMAT, hints, {
        key: 'damage',
        reason: `the XML is damaged or cut: ${wrong}; the test cases around that were read${
          gaveUpAt === null
            ? ''
            : `, but none behind line ${gaveUpAt}: it is wrong in ${errors} places before`
        }`,
        excerpt: '',
        line: where ? Number(where[1]) : undefined,
      }),
    );
  }
  const place = { file: entry.name };
  const empty = { severity: 'warning', message: 'the report has no test case', place } as const;
  yield { entry, events, warnings: cases.count === 0 ? [empty] : [] };
}

/** Turns test cases into runs: one, or for a job of LAVA one more for what the lab says of itself. */
class Cases {
  readonly events: NewEvent[] = [];
  count = 0;
  private writer: Writer | null = null;
  private readonly run: ResultRun;
  private readonly job: SuiteRuns;
  private readonly hints: ImportHints;

  constructor(entry: SourceEntry, hints: ImportHints) {
    this.hints = hints;
    this.run = new ResultRun(entry, hints);
    this.run.isToldApart = true;
    this.job = new SuiteRuns(entry, hints, {});
  }

  add(each: Case, report: Report): void {
    this.writer ??= writerOf(each);
    this.count++;
    const { outcome, line, reason, seconds } = each;
    const excerpt = each.text.trim();
    const result: Omit<GivenResult, 'test' | 'raw'> = { outcome, line };
    if (Number.isFinite(seconds) && seconds > 0) result.durationMs = Math.round(seconds * 1000);
    if (reason !== undefined) result.reason = reason;
    if (each.failedRuns > 0) result.failedRuns = each.failedRuns;
    if (excerpt !== '') result.excerpt = excerpt;
    const raw = each.className === '' ? each.name : `${each.className}.${each.name}`;
    if (this.writer === 'lava') this.job.add({ ...result, suite: each.className, name: each.name });
    else this.run.addAs(caseName(each, this.writer), raw, result);
    if (this.run.isFull || this.job.isFull) this.take(report, false);
  }

  finish(report: Report): void {
    this.take(report, true);
  }

  private take(report: Report, last: boolean): void {
    const { section, fileSystem } = report.fstests;
    const config =
      this.writer === 'xfstests' ? fstestsConfig(this.hints.config, section, fileSystem) : undefined;
    const facts = {
      ...report.facts,
      ...(config === undefined ? {} : { config }),
      ...(report.knownAt === null ? {} : { knownAt: report.knownAt }),
      tool: this.writer === 'lava' ? 'lava' : 'junit',
    };
    if (this.writer === 'lava') {
      this.job.facts = facts;
      this.events.push(...this.job.take(last));
      return;
    }
    this.run.facts = facts;
    const event = this.run.take(last);
    if (event) this.events.push(event);
  }
}

/** The parser holds a text until it ends, and a console can be of any size: only its beginning is of use. */
function forgetLongText(parser: SaxesParser): void {
  const held = parser as unknown as { text: string };
  if (held.text.length > LONGEST_HELD) held.text = held.text.slice(0, LONGEST_HELD / 2);
}
