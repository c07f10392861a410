import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Model } from '../model/model.ts';
import type { RanTest } from '../results/who-runs.ts';
import type { Step } from './escape-steps.ts';
import type { FoundRegression } from './found-regression.ts';
import type { Regression } from './regression.ts';
import { firstShippedIn } from './shipped-tests.ts';

type Coverage = TypedStoredEvent<'CoverageChanged'>;

/** A CI that runs a test on architectures that are hit, and since when it can show anything there. */
interface Run {
  /** The event, or the result, that shows it. */
  readonly id: string;
  /** Who ran it, and how that is told. */
  readonly ran: Pick<Coverage['payload'], 'ci' | 'state' | 'test'>;
  readonly test: TypedStoredEvent<'TestRecorded'>;
  readonly archs: readonly string[];
  readonly at: string;
  /** The release that brought the test to a CI that ran the collection before; null where it was there. */
  readonly broughtBy: string | null;
}

/**
 * When a CI first ran a test that shows a regression, where it is broken: not before the test was there.
 *
 * @param seen who ran tests where it is broken, as results show it
 */
export function coveredAt(
  model: Model,
  { document: r, stretch }: FoundRegression,
  seen: readonly RanTest[] = [],
): Step {
  const step = { milestone: 'covered', line: null, change: null, release: null } as const;
  const tests = testsShowing(model, r);
  if (tests.length === 0) {
    const definition = model.behaviours.get(stretch.behaviour);
    return {
      ...step,
      at: null,
      says: `no recorded test exercises ${stretch.behaviour === '' ? 'it' : stretch.behaviour}`,
      evidence: definition ? [definition.id] : [],
    };
  }
  const runs = inOrder([...runsOf(model, tests, r.archs), ...runsSeen(seen, tests, r.archs)]);
  const [first] = runs;
  // Who ran it nobody knows where may have covered it earlier.
  const elsewhere = model
    .of('CoverageChanged')
    .filter(
      ({ payload: c }) =>
        c.archs === undefined &&
        c.state !== 'not-run' &&
        tests.some((test) => isIn(test.payload.test, c.test)),
    );
  const maybe =
    elsewhere.length === 0
      ? ''
      : `; on which architectures ${[...new Set(elsewhere.map((e) => e.payload.ci))].join(' and ')} ran ${[...new Set(elsewhere.map((e) => e.payload.test))].join(', ')} is not known`;
  const named = [...new Set(tests.map(({ payload }) => payload.test))].sort();
  const names = named.join(', ');
  if (first === undefined) {
    return {
      ...step,
      at: null,
      says: `${names} ${named.length === 1 ? 'exercises it; nobody is known to run it' : 'exercise it; nobody is known to run them'} on ${r.archs.join(', ')}${maybe}`,
      evidence: elsewhere.map((e) => e.id),
    };
  }
  const bare = r.archs.filter((arch) => !runs.some(({ archs }) => archs.includes(arch)));
  return {
    ...step,
    at: first.at === UNDATED ? null : first.at,
    says:
      howItRan(first) +
      (bare.length === 0 ? '' : `; nobody is known to run ${names} on ${bare.join(', ')}`) +
      maybe,
    evidence: [first.id, ...(first.broughtBy === null ? [] : [first.test.id]), ...elsewhere.map((e) => e.id)],
  };
}

/** The recorded tests that show a regression: those that exercise its behaviour, and those that opened it. */
export function testsShowing(
  model: Model,
  { behaviour, opened, evidence }: Pick<Regression, 'behaviour' | 'opened' | 'evidence'>,
): readonly TypedStoredEvent<'TestRecorded'>[] {
  return model
    .of('TestRecorded')
    .filter(
      ({ id, payload }) =>
        (behaviour !== null && (payload.behaviours?.includes(behaviour) ?? false)) ||
        (opened === 'tests' && evidence.includes(id)),
    );
}

/** Sorts behind every day: since when it runs is not known. */
const UNDATED = '9999';

/** Whether a test is the one that was run, or in the collection that was. */
const isIn = (test: string, ran: string): boolean => test === ran || test.startsWith(`${ran}.`);

/** Who ran which of some tests on which of some architectures, as results show it. */
function runsSeen(
  seen: readonly RanTest[],
  tests: readonly TypedStoredEvent<'TestRecorded'>[],
  archs: readonly string[],
): readonly Run[] {
  return seen.flatMap(({ test: name, origin, arch, first, conclusive, event }) => {
    const test = tests.find(({ payload }) => payload.test === name);
    // Results that do not say when they were known say that somebody ran it, and not since when.
    if (test === undefined || arch === null || !archs.includes(arch) || !conclusive) return [];
    const ran = { ci: origin, state: 'seen', test: name } as const;
    return [{ id: event, ran, test, archs: [arch], at: first ?? UNDATED, broughtBy: null }];
  });
}

/** Earliest first. */
function inOrder(runs: readonly Run[]): readonly Run[] {
  const key = ({ at, id, test }: Run) => [at, id, test.payload.test].join('\n');
  return [...runs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Who runs which of some tests on which of some architectures, as somebody says. */
function runsOf(
  model: Model,
  tests: readonly TypedStoredEvent<'TestRecorded'>[],
  archs: readonly string[],
): readonly Run[] {
  const stated = model.of('CoverageChanged');
  return tests.flatMap((test) => {
    const name = test.payload.test;
    const shipped = test.payload.since === undefined ? undefined : firstShippedIn(model, test.payload.since);
    return stated.flatMap((event): readonly Run[] => {
      const { ci, test: ran, state, since } = event.payload;
      if (!isIn(name, ran) || (state !== 'began' && state !== 'seen')) return [];
      const here = (event.payload.archs ?? []).filter(
        (arch) =>
          archs.includes(arch) &&
          // What a CI says of the test itself stands before what it says of the collection.
          (ran === name || !stated.some(({ payload: c }) => c.ci === ci && c.test === name && isOn(c, arch))),
      );
      const began = since ?? event.knownAt ?? UNDATED;
      if (here.length === 0) return [];
      // Whoever was seen to run the test itself had it, whatever release it is in.
      if (ran === name || shipped === undefined)
        return [{ id: event.id, ran: event.payload, test, archs: here, at: began, broughtBy: null }];
      if (shipped === null) return [];
      const there = shipped.date ?? UNDATED;
      const late = there.slice(0, 10) > began.slice(0, 10);
      return [
        {
          id: event.id,
          ran: event.payload,
          test,
          archs: here,
          at: late ? there : began,
          broughtBy: late ? shipped.release : null,
        },
      ];
    });
  });
}

const isOn = (c: Coverage['payload'], arch: string): boolean =>
  c.archs === undefined || c.archs.includes(arch);

function howItRan({ ran: { ci, state, test: ran }, test, archs, broughtBy }: Run): string {
  const where = archs.join(', ');
  if (broughtBy === null)
    return `${ci} ${state === 'began' ? 'began to run' : 'was seen to run'} ${ran} on ${where}`;
  return `${broughtBy} brought ${test.payload.test} to ${ci}, which ${state === 'began' ? 'ran' : 'was seen to run'} ${ran} on ${where} before`;
}
