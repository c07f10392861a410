import { InputError } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import { sha256 } from '../../store/identity.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { archOf } from '../../store/names/arch-name.ts';
import { excerptOf, firstText, isObject, pointer } from '../results/json-shape.ts';
import { rejected, type RunFacts } from '../results/result-run.ts';
import { SuiteRuns } from '../results/suite-runs.ts';
import type { Row } from './csv.ts';
import { namesUpstream, timeOf } from './metadata.ts';
import { FORMAT, splitName, squadOutcome } from './results.ts';

/** A result that says itself which build and which environment it is of. */
interface Placed {
  readonly name: string;
  readonly suite: string;
  readonly result: unknown;
  readonly build: string;
  readonly environment: string;
  readonly log: string;
  readonly at: string;
  readonly line?: number;
  readonly excused: boolean;
}

/** More builds in more environments than any table names; each is held until the table ends. */
const MOST_RUNS = 100_000;

/** Puts results together that are of one build in one environment: those are a run. */
class PlacedRuns {
  private readonly runs = new Map<string, SuiteRuns>();
  /** Parts of runs that have more results than one event holds. */
  private parts: NewEvent[] = [];
  private readonly entry: SourceEntry;
  private readonly hints: ImportHints;
  private readonly facts: RunFacts;

  constructor(entry: SourceEntry, hints: ImportHints, facts: RunFacts) {
    this.entry = entry;
    this.hints = hints;
    this.facts = facts;
  }

  add(given: Placed): void {
    const key = JSON.stringify([given.build, given.environment]);
    const known = this.runs.get(key);
    const runs = known ?? this.runOf(given, key);
    if (known === undefined) this.runs.set(key, runs);
    const verdict = squadOutcome(given.result);
    const split = splitName(given.name);
    runs.add({
      suite: given.suite === '' ? split.suite : given.suite,
      name:
        given.suite !== '' && split.suite !== '' && split.suite !== given.suite
          ? `${split.suite}/${split.name}`
          : split.name,
      ...verdict,
      // SQUAD shows a failure with a known issue as expected.
      ...(given.excused && verdict.outcome === 'fail' ? { outcome: 'xfail' as const } : {}),
      ...(given.log === '' ? {} : { excerpt: given.log }),
      ...(given.line === undefined ? {} : { line: given.line }),
    });
    if (runs.isFull) this.parts.push(...runs.take(false));
  }

  /** @throws InputError where there are more runs than any table tells of. */
  private runOf({ build, environment, at, line }: Placed, key: string): SuiteRuns {
    if (this.runs.size >= MOST_RUNS) {
      const message = `it names more than ${MOST_RUNS} builds in their environments`;
      const place = { file: this.entry.name, ...(line === undefined ? {} : { line }) };
      throw new InputError([{ severity: 'error', message, place }]);
    }
    // An environment of LKFT is an architecture or a machine; an address of one names neither.
    const arch = archOf(environment);
    const knownAt = timeOf(at);
    const facts: RunFacts = {
      ...this.facts,
      // Builds of other things than kernels have names of their own, by which they are compared.
      ...(namesUpstream(build) ? { release: build } : build === '' ? {} : { build }),
      ...(arch === undefined ? {} : { arch }),
      ...(environment === '' || /^\w+:\/\//.test(environment) ? {} : { platform: environment }),
      ...(knownAt === undefined ? {} : { knownAt }),
    };
    const place = build === '' && environment === '' ? '' : sha256(key).slice(0, 16);
    return new SuiteRuns(this.entry, this.hints, facts, place);
  }

  /** Gives the parts of runs that are full; at the end the rest of all runs. */
  take(last: boolean): readonly NewEvent[] {
    const parts = this.parts;
    this.parts = [];
    return last ? [...parts, ...[...this.runs.values()].flatMap((runs) => runs.take(true))] : parts;
  }
}

/** Reads a page of SQUAD's REST interface: `results` of `/api/tests/` and the like. */
export function readListing(
  results: readonly unknown[],
  entry: SourceEntry,
  hints: ImportHints,
  facts: RunFacts,
): readonly NewEvent[] {
  const runs = new PlacedRuns(entry, hints, facts);
  const rejects: NewEvent[] = [];
  for (const [index, each] of results.entries()) {
    const name = isObject(each) ? firstText(each, 'name', 'short_name', 'test') : undefined;
    if (!isObject(each) || name === undefined || !('status' in each || 'result' in each)) {
      rejects.push(
        rejected(entry, FORMAT, hints, {
          key: pointer('results', index),
          reason: 'no result of a test: it has no name or no status',
          excerpt: excerptOf(each),
        }),
      );
      continue;
    }
    const suite = firstText(each, 'suite') ?? '';
    const { result, status } = each;
    runs.add({
      name,
      suite: /^\w+:\/\//.test(suite) ? '' : suite,
      // The interface gives `status` as a word, `result` as true, false or null.
      result:
        typeof status === 'string' ? status : result === true ? 'pass' : result === false ? 'fail' : result,
      build: firstText(each, 'build_version', 'build') ?? '',
      environment: firstText(each, 'environment') ?? '',
      log: firstText(each, 'log') ?? '',
      at: firstText(each, 'datetime', 'created_at') ?? '',
      excused: each.has_known_issues === true,
    });
  }
  return [...rejects, ...runs.take(true)];
}

/** Reads the rows of a table of results; gives events page by page. */
export async function* readRows(
  pages: AsyncIterable<readonly Row[]>,
  entry: SourceEntry,
  hints: ImportHints,
  facts: RunFacts,
): AsyncGenerator<readonly NewEvent[]> {
  const runs = new PlacedRuns(entry, hints, facts);
  for await (const rows of pages) {
    const rejects: NewEvent[] = [];
    for (const row of rows)
      if (row.name === '')
        rejects.push(
          rejected(entry, FORMAT, hints, {
            key: `line ${row.line}`,
            reason: 'a row without the name of a test',
            excerpt: excerptOf(row),
            line: row.line,
          }),
        );
      else runs.add({ ...row, excused: false });
    yield [...rejects, ...runs.take(false)];
  }
  yield runs.take(true);
}
