import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { joinTestName, testSegment } from '../../store/names/test-name.ts';
import type { ImportContext, Line, SourceEntry } from '../importer.ts';
import type { LineResults } from '../console/line-results.ts';
import { ResultRun } from '../results/result-run.ts';
import { fileStem } from '../source/file-stem.ts';
import { FORMAT } from './results.ts';
import { OUTCOMES } from './result-line.ts';

const RESULT = /^:test-result:\s{1,10}([A-Z]{1,20})(?:\s{1,10}(\S.{0,1000}))?$/;

/** Tells what automake keeps of a test in a file of its own. */
export function looksLikeTrs(head: string): boolean {
  return (
    /^:test-result:\s/m.test(head) && /^:(?:global-test-result|recheck|copy-in-global-log):\s/m.test(head)
  );
}

/** The results of one test program, which is named by its file. */
export class TrsResults implements LineResults {
  readonly run: ResultRun;
  readonly rejects: NewEvent[] = [];
  private readonly test: string;

  /** @throws InputError where the file does not name the test: it stands nowhere else. */
  constructor(entry: SourceEntry, { hints }: ImportContext) {
    const test = fileStem(entry.name, 'trs');
    if (test === null) throw refusedFile(entry.name, 'only its name would say of which test it is: NAME.trs');
    this.test = test;
    this.run = new ResultRun(entry, hints, { tool: FORMAT }, test);
  }

  read(text: string, { number: line }: Line): void {
    const [, word, what] = RESULT.exec(text) ?? [];
    if (word === undefined) return;
    const outcome = OUTCOMES[word];
    this.run.add({
      test: joinTestName(testSegment(this.test), testSegment(what ?? '')),
      raw: what === undefined ? this.test : `${this.test} ${what}`,
      line,
      outcome: outcome ?? 'unknown',
      ...(outcome === undefined ? { reason: `result ${word}` } : {}),
    });
  }

  end(): void {
    // Each line said all by itself.
  }
}
