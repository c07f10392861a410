import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { countedResults } from '../results/attribution.ts';
import { outcomeEvidence, type OutcomeEvidence } from '../bisect-session/outcome-evidence.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { Need } from './needs.ts';
import { within } from '../../store/grouping.ts';
import type { CellResults } from '../results/results.ts';

/** What tests say about one cell. */
export interface TestedStatus {
  readonly status: 'works' | 'broken' | 'conflict';
  /** `ID#index` of the results. */
  readonly evidence: readonly string[];
  readonly failing: readonly string[];
  readonly passing: readonly string[];
}

/** An error, a skip or a missing result says nothing about the kernel; an expected failure is no news. */
export const BAD: readonly Outcome[] = ['fail', 'timeout'];
export const GOOD: readonly Outcome[] = ['pass', 'xpass'];

/** The results of a test at a place that count, by whether they speak against the kernel. */
export interface Counted {
  readonly isBad: boolean;
  readonly isGood: boolean;
  /** `ID#index` of the results. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** Gives the results of a test at a place that count; null where there are none at all. */
export type CountedAt = (
  test: string,
  release: string,
  arch: string,
  config: string | null,
) => Counted | null;

/** Counts results of a model; every consumer that a test speaks of asks for the same ones. */
export function countedAt(model: Model): CountedAt {
  if (model.of('OutcomeAttributed').length === 0)
    return (test, release, arch, config) => {
      const found = model.results.at(test, release, arch, config);
      return found ? new CountedLater(found) : null;
    };
  const known = new Map<CellResults, Counted>();
  return (test, release, arch, config) => {
    const found = model.results.at(test, release, arch, config);
    if (!found) return null;
    const before = known.get(found);
    if (before) return before;
    const [bad, good] = [BAD, GOOD].map((outcomes) =>
      countedResults(model, { test, release, arch }, found, outcomes),
    ) as [readonly string[], readonly string[]];
    const made = countedNow(bad, good);
    known.set(found, made);
    return made;
  };
}

function countedNow(bad: readonly string[], good: readonly string[]): Counted {
  return { isBad: bad.length > 0, isGood: good.length > 0, bad, good };
}

/** Where nothing was laid to another cause all results count; most are never asked which they are. */
class CountedLater implements Counted {
  readonly #found: CellResults;
  readonly isBad: boolean;
  readonly isGood: boolean;

  constructor(found: CellResults) {
    this.#found = found;
    this.isBad = hasAny(found, BAD);
    this.isGood = hasAny(found, GOOD);
  }

  get bad(): readonly string[] {
    return BAD.flatMap((outcome) => this.#found.outcomes.get(outcome) ?? []);
  }

  get good(): readonly string[] {
    return GOOD.flatMap((outcome) => this.#found.outcomes.get(outcome) ?? []);
  }
}

function hasAny(found: CellResults, outcomes: readonly Outcome[]): boolean {
  for (const outcome of outcomes) if (found.has(outcome)) return true;
  return false;
}

/** A test that is recorded to exercise what a consumer needs, or the consumer itself. */
export interface BearingTest {
  readonly event: TypedStoredEvent<'TestRecorded'>;
  readonly isDirect: boolean;
  /** The needed behaviours that it exercises. */
  readonly about: readonly string[];
}

/** Finds the tests that are evidence for a consumer on an architecture. */
export function testsOf(
  model: Model,
  consumer: Consumer,
  needs: readonly Need[],
  arch: string,
): readonly BearingTest[] {
  const wanted = new Set(wantedOf(needs));
  return model.of('TestRecorded').flatMap((event) => {
    const { behaviours = [], consumers = [], archs } = event.payload;
    if (archs !== undefined && !archs.includes(arch)) return [];
    const isDirect = consumers.some((c) => consumer.is.includes(consumerName(c.consumer, c.variant)));
    const about = behaviours.filter((b) => wanted.has(b));
    return isDirect || about.length > 0 ? [{ event, isDirect, about }] : [];
  });
}

/** The behaviours without which a consumer is broken. */
function wantedOf(needs: readonly Need[]): readonly string[] {
  return needs.filter((n) => n.otherwise === 'broken').map((n) => n.behaviour);
}

/** The tests that are evidence for a consumer on an architecture. Consumers with equal needs share one, and what it has found out. */
export interface Bearing {
  readonly arch: string;
  readonly tests: readonly BearingTest[];
  /** The behaviours without which the consumer is broken. */
  readonly wanted: ReadonlySet<string>;
  /** Whether passes can show that it works: a test of it itself, or tests of all that it needs. */
  readonly canShowWorks: boolean;
  /** What the tests say, by configuration and release. */
  readonly said: Map<string, Map<string, TestedStatus | null>>;
}

/** Finds the tests that bear on a consumer with these needs. */
export type BearingOf = (consumer: Consumer, needs: readonly Need[], arch: string) => Bearing;

/** Finds the tests of a model that bear on its consumers. */
export function bearingsOf(model: Model): BearingOf {
  const isAnyDirect = model.of('TestRecorded').some(({ payload }) => (payload.consumers ?? []).length > 0);
  const known = new Map<string, Bearing>();
  return (consumer, needs, arch) => {
    const broken = wantedOf(needs);
    const key = [arch, isAnyDirect ? consumer.is.join('\t') : '', broken.join('\t')].join('\n');
    const before = known.get(key);
    if (before) return before;
    const wanted = new Set(broken);
    const tests = testsOf(model, consumer, needs, arch);
    const covered = new Set(tests.flatMap((test) => test.about));
    const canShowWorks =
      tests.some((test) => test.isDirect) || (wanted.size > 0 && broken.every((b) => covered.has(b)));
    const made: Bearing = { arch, tests, wanted, canShowWorks, said: new Map() };
    known.set(key, made);
    return made;
  };
}

/**
 * A test is evidence for what it is recorded to exercise. A consumer is broken when a behaviour that it needs fails,
 * and works only when tests that pass cover all its needs. What searches found out of the consumer itself counts as a test of all of it.
 */
export function testedStatus(
  model: Model,
  counted: CountedAt,
  consumer: Consumer,
  bearing: Bearing,
  release: string,
  config: string | null,
): TestedStatus | null {
  const searched = config === null ? outcomeEvidence(model, consumer.is[0]!, release, bearing.arch) : null;
  if (searched) return weighTests(counted, bearing, release, config, searched);
  return saidByTests(counted, bearing, release, config);
}

/**
 * Finds the releases at which tests say something of a consumer, beside what searches found out of it. Where passes cannot show that
 * it works, only failures are looked for.
 */
export function whereTestsSpeak(
  { graph, results }: Model,
  counted: CountedAt,
  bearing: Bearing,
  config: string | null,
): ReadonlySet<string> {
  const { tests, arch, canShowWorks } = bearing;
  if (tests.length === 0) return new Set();
  const failed = () =>
    tests
      .flatMap(({ event }) => results.having(BAD).get(event.payload.test) ?? [])
      .filter((place) => place.arch === arch)
      .map((place) => place.release);
  const looked = canShowWorks ? graph.order.filter((release) => results.hasRelease(release)) : failed();
  return new Set(looked.filter((release) => saidByTests(counted, bearing, release, config) !== null));
}

function saidByTests(
  counted: CountedAt,
  bearing: Bearing,
  release: string,
  config: string | null,
): TestedStatus | null {
  const said = within(bearing.said, config ?? '');
  const known = said.get(release);
  if (known !== undefined) return known;
  const made = weighTests(counted, bearing, release, config, null);
  said.set(release, made);
  return made;
}

function weighTests(
  counted: CountedAt,
  { tests, wanted, arch }: Bearing,
  release: string,
  config: string | null,
  searched: OutcomeEvidence | null,
): TestedStatus | null {
  let whole = false;
  const covered: string[] = [];
  const failing: string[] = [];
  const passing: string[] = [];
  const found: Counted[] = [];
  for (const { event, isDirect, about } of tests) {
    const { test } = event.payload;
    const here = counted(test, release, arch, config);
    if (!here) continue;
    found.push(here);
    if (here.isBad) failing.push(test);
    if (here.isGood) {
      passing.push(test);
      if (isDirect) whole = true;
      covered.push(...about);
    }
  }
  if (searched) {
    const name = 'bisect';
    found.push(countedNow(searched.broken, searched.works));
    if (searched.broken.length > 0) failing.push(name);
    if (searched.works.length > 0) {
      passing.push(name);
      whole = true;
    }
  }
  if (failing.length > 0) {
    const both = failing.some((t) => passing.includes(t));
    return new Tested(both ? 'conflict' : 'broken', found, failing, passing);
  }
  if (passing.length === 0) return null;
  const isCovered = () => wanted.size > 0 && [...wanted].every((b) => covered.includes(b));
  return whole || isCovered() ? new Tested('works', found, failing, passing) : null;
}

/** What tests say, their results written out where somebody asks for them. */
class Tested implements TestedStatus {
  readonly status: TestedStatus['status'];
  readonly failing: readonly string[];
  readonly passing: readonly string[];
  readonly #found: readonly Counted[];
  #evidence: readonly string[] | null = null;

  constructor(
    status: TestedStatus['status'],
    found: readonly Counted[],
    failing: readonly string[],
    passing: readonly string[],
  ) {
    this.status = status;
    this.#found = found;
    this.failing = failing;
    this.passing = passing;
  }

  get evidence(): readonly string[] {
    this.#evidence ??= [
      ...new Set(this.#found.flatMap(({ bad, good }) => [...bad.slice(0, 4), ...good.slice(0, 4)])),
    ];
    return this.#evidence;
  }
}
