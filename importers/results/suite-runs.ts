import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { ResultRun, type GivenResult, type RunFacts } from './result-run.ts';
import { isInfrastructure, laidToInfrastructure, suiteTestName, suiteWithoutNumber } from './suite-name.ts';

export interface SuiteResult extends Omit<GivenResult, 'test' | 'raw'> {
  readonly suite: string;
  readonly name: string;
}

/**
 * Gathers the results of a job that groups them in suites. What the lab says of itself becomes a run of its own that
 * counts in no timeline.
 */
export class SuiteRuns {
  private readonly tests: ResultRun;
  private readonly lab: ResultRun;
  private readonly labId: string;
  /** What the job says of its kernel and its machine. */
  facts: RunFacts;

  constructor(entry: SourceEntry, hints: ImportHints, facts: RunFacts, place = '') {
    this.facts = facts;
    this.tests = new ResultRun(entry, hints, facts, place);
    this.lab = new ResultRun(entry, hints, facts, place === '' ? 'lava' : `${place}/lava`);
    this.labId = `${entry.sha256}${place === '' ? '' : `/${place}`}/lava`;
  }

  add(given: SuiteResult): void {
    const { suite, name } = given;
    const run = isInfrastructure(suiteWithoutNumber(suite)) ? this.lab : this.tests;
    run.addAs(suiteTestName(suite, name), suite === '' ? name : `${suite}/${name}`, given);
  }

  get isEmpty(): boolean {
    return this.tests.isEmpty && this.lab.isEmpty;
  }

  get isFull(): boolean {
    return this.tests.isFull || this.lab.isFull;
  }

  /** Gives the results so far. `last`: no more will come. */
  take(last: boolean): readonly NewEvent[] {
    this.tests.facts = this.facts;
    this.lab.facts = { ...this.facts, crash: undefined, id: this.labId };
    this.tests.evenEmpty = last && (this.facts.crash !== undefined || this.isEmpty);
    const tests = this.tests.take(last);
    const lab = this.lab.take(last);
    return [...(tests ? [tests] : []), ...(lab ? [lab, laidToInfrastructure(lab, this.labId)] : [])];
  }
}
