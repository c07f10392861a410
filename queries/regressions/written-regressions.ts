import type { StoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model/model.ts';
import type { Need } from '../verdict/needs.ts';
import type { Effective } from '../verdict/prediction.ts';
import type { Violation, ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import type { FoundRegressions } from './found-regressions.ts';
import type { ExplainedFailures, TestsAlone } from './opened-by-tests.ts';

/**
 * The regressions of a model, written short, to be kept. What several of them share is written once and named by its place in these
 * lists; consumers and releases by their places in the model.
 */
export interface WrittenRegressions {
  /** Ids. */
  readonly events: readonly string[];
  readonly needs: readonly WrittenNeed[];
  /** Releases by their places in graph order: where they begin, and how many follow on one another, in turn. */
  readonly releases: readonly (readonly number[])[];
  readonly regressions: readonly WrittenRegression[];
  readonly byRecords: readonly number[];
  readonly byWords: readonly number[];
  readonly all: readonly number[];
  readonly testsAlone: Pick<TestsAlone, 'flaky'> & {
    readonly opened: readonly number[];
    readonly explained: readonly (Omit<ExplainedFailures, 'by'> & { readonly by: number })[];
  };
}

type Known = Extract<Effective, { readonly known: true }>;

type WrittenNeed = Omit<Need, 'event' | 'effective'> & {
  readonly event: number;
  readonly effective:
    (Omit<Known, 'record'> & { readonly record: number }) | Exclude<Effective, { readonly known: true }>;
};

type WrittenRegression = Omit<FoundRegression, 'stretch'> & {
  readonly stretch: Omit<ViolationStretch, 'releases' | 'violations'> & {
    readonly releases: number;
    readonly violations: readonly WrittenViolation[];
  };
};

type WrittenViolation = readonly [consumer: number, arch: string, need: number, releases: number];

/** Writes down the regressions of a model. */
export function writeRegressions({ graph, consumers }: Model, found: FoundRegressions): WrittenRegressions {
  const place = new Map(graph.order.map((name, index) => [name, index]));
  const events = listOf((id: string) => id);
  const consumerAt = new Map(consumers.map((consumer, index) => [consumer, index]));
  const releases = listOf((names: readonly string[]) => runsOf(names.map((name) => place.get(name)!)));
  const needs = listOf(({ event, effective, ...rest }: Need): WrittenNeed => ({
    ...rest,
    event: events.placeOf(event.id),
    effective: effective.known ? { ...effective, record: events.placeOf(effective.record.id) } : effective,
  }));
  const regressions = listOf(({ stretch, ...rest }: FoundRegression): WrittenRegression => ({
    ...rest,
    stretch: {
      ...stretch,
      releases: releases.placeOf(stretch.releases),
      violations: stretch.violations.map((v) => [
        consumerAt.get(v.consumer)!,
        v.arch,
        needs.placeOf(v.need),
        releases.placeOf(v.releases),
      ]),
    },
  }));
  const places = (some: readonly FoundRegression[]) => some.map(regressions.placeOf);
  const { byRecords, byWords, testsAlone, all } = found;
  const written = {
    byRecords: places(byRecords),
    byWords: places(byWords),
    all: places(all),
    testsAlone: {
      flaky: testsAlone.flaky,
      opened: places(testsAlone.opened),
      explained: testsAlone.explained.map((e) => ({ ...e, by: regressions.placeOf(e.by) })),
    },
  };
  return {
    events: events.written,
    needs: needs.written,
    releases: releases.written,
    regressions: regressions.written,
    ...written,
  };
}

/** Reads what was written down of a model. */
export function readRegressions(model: Model, written: WrittenRegressions): FoundRegressions {
  const { graph, consumers, byId } = model;
  const eventAt = (at: number): StoredEvent => byId.get(written.events[at]!)!;
  const releases = written.releases.map((runs) => placesIn(runs).map((at) => graph.order[at]!));
  const needs = written.needs.map(({ event, effective, ...rest }) => ({
    ...rest,
    event: eventAt(event) as Need['event'],
    effective: effective.known
      ? { ...effective, record: eventAt(effective.record) as Known['record'] }
      : effective,
  }));
  const regressions = written.regressions.map(({ stretch, ...rest }): FoundRegression => ({
    ...rest,
    stretch: {
      ...stretch,
      releases: releases[stretch.releases]!,
      violations: stretch.violations.map(([consumer, arch, need, over]): Violation => ({
        consumer: consumers[consumer]!,
        arch,
        need: needs[need]!,
        releases: releases[over]!,
      })),
    },
  }));
  const at = (places: readonly number[]) => places.map((place) => regressions[place]!);
  const { byRecords, byWords, testsAlone, all } = written;
  return {
    byRecords: at(byRecords),
    byWords: at(byWords),
    all: at(all),
    testsAlone: {
      flaky: testsAlone.flaky,
      opened: at(testsAlone.opened),
      explained: testsAlone.explained.map((e) => ({ ...e, by: regressions[e.by]! })),
    },
  };
}

/** Writes each of some values once, and gives its place. */
function listOf<V, W>(
  write: (value: V) => W,
): {
  readonly written: readonly W[];
  readonly placeOf: (value: V) => number;
} {
  const written: W[] = [];
  const places = new Map<V, number>();
  return {
    written,
    placeOf(value) {
      const known = places.get(value);
      if (known !== undefined) return known;
      const made = write(value);
      places.set(value, written.length);
      return written.push(made) - 1;
    },
  };
}

/** Numbers that rise, as runs: where each begins, and how long it is. */
function runsOf(numbers: readonly number[]): readonly number[] {
  const runs: number[] = [];
  for (const number of numbers)
    if (runs.length > 0 && number === runs.at(-2)! + runs.at(-1)!) runs[runs.length - 1]! += 1;
    else runs.push(number, 1);
  return runs;
}

function placesIn(runs: readonly number[]): readonly number[] {
  const numbers: number[] = [];
  for (let i = 0; i < runs.length; i += 2)
    for (let number = runs[i]!; number < runs[i]! + runs[i + 1]!; number++) numbers.push(number);
  return numbers;
}
