import type { Json } from '../../store/canonical-json.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { within } from '../../store/grouping.ts';
import { type Moment, withMoment } from '../model/view.ts';

/** One result at the edge: its moment, the run that holds it, and its index in that run. */
export type Mark = readonly [...Moment, run: string, index: number];

/** A run that a place keeps results of: its moment and its id. */
export type KeptRun = readonly [...Moment, run: string];

/**
 * Results of all tests at one place, as a row keeps them: of each outcome and test the results at the edge, two numbers
 * each, the place of the run in `runs` and the index of the result in that run. A run says its moment once for all its
 * tests, so that thousands of cells are little to read; and the few tests that fail are found without asking all.
 */
export interface KeptPlace {
  readonly runs: readonly KeptRun[];
  readonly outcomes: KeptOutcomes;
}

/** By outcome, then test. */
export type KeptOutcomes = Readonly<Partial<Record<Outcome, Readonly<Record<string, readonly number[]>>>>>;

/** What is kept of one test with an outcome. */
export function keptOf(outcomes: KeptOutcomes, outcome: Outcome, test: string): readonly number[] | null {
  const tests = outcomes[outcome];
  return tests !== undefined && Object.hasOwn(tests, test) ? tests[test]! : null;
}

/** The outcomes that something is kept of. */
export function outcomesIn(outcomes: KeptOutcomes): readonly Outcome[] {
  return Object.keys(outcomes) as Outcome[];
}

/** The key of a place; a configuration as `configKey` writes it. */
export function placeKey(release: string, arch: string, config: string): string {
  return `${release}\n${arch}\n${config}`;
}

/** Takes a key of a place apart. */
export function placeOfKey(key: string): {
  readonly release: string;
  readonly arch: string;
  readonly config: string;
} {
  const [release = '', arch = '', config = ''] = key.split('\n');
  return { release, arch, config };
}

/** The results at a place while more are added: by outcome, then test, the edge. */
export type PlaceEdges = Map<Outcome, Map<string, readonly Mark[]>>;

/** Reads a row for adding to it; nothing at all where there is no row. */
export function edgesOf(kept: KeptPlace | undefined): PlaceEdges {
  const edges: PlaceEdges = new Map();
  if (kept === undefined) return edges;
  for (const outcome of outcomesIn(kept.outcomes)) {
    const byTest = within(edges, outcome);
    for (const [test, pairs] of Object.entries(kept.outcomes[outcome]!)) {
      const marks: Mark[] = [];
      for (let at = 0; at < pairs.length; at += 2) marks.push([...kept.runs[pairs[at]!]!, pairs[at + 1]!]);
      byTest.set(test, marks);
    }
  }
  return edges;
}

/** Of results that came to be known at one moment the one with the lesser address is the first, whichever the log met first. */
export function isEarlier([a, , , x, i]: Mark, [b, , , y, j]: Mark): boolean {
  return a !== b ? a < b : x !== y ? x < y : i <= j;
}

/** Adds a result where no other with its outcome is both known and recorded before it; tells whether that changed anything. */
export function addMark(edges: PlaceEdges, test: string, outcome: Outcome, mark: Mark): boolean {
  const before = edges.get(outcome)?.get(test) ?? [];
  const edge = withMoment(before, mark, isEarlier);
  if (edge === before) return false;
  within(edges, outcome).set(test, edge);
  return true;
}

/** Writes the edges as a row keeps them: the runs by position, those alone that a result is left of. */
export function keptPlace(edges: PlaceEdges): Json {
  const runs = new Map<number, KeptRun>();
  for (const byTest of edges.values())
    for (const marks of byTest.values())
      for (const [known, position, recordedAt, run] of marks)
        runs.set(position, [known, position, recordedAt, run]);
  const kept = [...runs.values()].sort((a, b) => a[1] - b[1]);
  const placeOf = new Map(kept.map(([, position], place) => [position, place]));
  const outcomes = [...edges].map(([outcome, byTest]) => [
    outcome,
    Object.fromEntries(
      [...byTest].map(([test, marks]) => [
        test,
        marks.flatMap(([, position, , , index]) => [placeOf.get(position)!, index]),
      ]),
    ),
  ]);
  return { runs: kept, outcomes: Object.fromEntries(outcomes) as Json };
}
