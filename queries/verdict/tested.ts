import type { TypedStoredEvent } from '../../store/events/event.ts';
import { outcomeEvidence, type OutcomeEvidence } from '../recorded-sessions/outcome-evidence.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { Need } from './needs.ts';
import { within } from '../../store/grouping.ts';
import { BAD, type CompilersApart } from '../outcomes/results.ts';
import { apartText } from '../results/compilers-apart.ts';
import { countedNow, type Counted, type CountedAt, type CountedHereAt } from './counted.ts';

/** What a search is called among tests. */
export const SEARCH = 'bisect';

/** What tests say about one cell. */
export interface TestedStatus {
  readonly status: 'works' | 'broken' | 'conflict';
  /** `ID#index` of the results. */
  readonly evidence: readonly string[];
  readonly failing: readonly string[];
  readonly passing: readonly string[];
  /** Where all that fails passes with another compiler: which, in words; else null. */
  readonly apart: string | null;
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
  /** Whether some test, on whatever architecture, is of the consumer itself. */
  readonly isTestedItself: boolean;
  /** Whether passes can show that it works: a test of it itself, or tests of all that it needs. */
  readonly canShowWorks: boolean;
  /** What the tests say, by configuration and release. */
  readonly said: Map<string, Map<string, TestedStatus | null>>;
  /** What comes of what came out of the tests, each in its place. */
  readonly weights: Map<string, Pick<TestedStatus, 'status' | 'failing' | 'passing'> | null>;
}

/** Finds the tests that bear on a consumer with these needs. */
export type BearingOf = (consumer: Consumer, needs: readonly Need[], arch: string) => Bearing;

/** Finds the tests of a model that bear on its consumers. */
export function bearingsOf(model: Model): BearingOf {
  const testedItself = new Set(
    model
      .of('TestRecorded')
      .flatMap(({ payload }) => (payload.consumers ?? []).map((c) => consumerName(c.consumer, c.variant))),
  );
  const known = new Map<string, Bearing>();
  return (consumer, needs, arch) => {
    const broken = wantedOf(needs);
    const key = [arch, testedItself.size > 0 ? consumer.is.join('\t') : '', broken.join('\t')].join('\n');
    const before = known.get(key);
    if (before) return before;
    const wanted = new Set(broken);
    const tests = testsOf(model, consumer, needs, arch);
    const covered = new Set(tests.flatMap((test) => test.about));
    const canShowWorks =
      tests.some((test) => test.isDirect) || (wanted.size > 0 && broken.every((b) => covered.has(b)));
    const isTestedItself = consumer.is.some((name) => testedItself.has(name));
    const made: Bearing = {
      arch,
      tests,
      wanted,
      isTestedItself,
      canShowWorks,
      said: new Map(),
      weights: new Map(),
    };
    known.set(key, made);
    return made;
  };
}

/** Whose results the tests of a cell are asked for. */
export interface TestedCells {
  readonly model: Model;
  readonly counted: CountedAt;
  readonly here: CountedHereAt;
}

/**
 * A test is evidence for what it is recorded to exercise. A consumer is broken when a behaviour that it needs fails,
 * and works only when tests that pass cover all its needs. What searches found out of the consumer itself counts as a test of all of it.
 */
export function testedStatus(
  cells: TestedCells,
  consumer: Consumer,
  bearing: Bearing,
  release: string,
  config: string | null,
): TestedStatus | null {
  const searched =
    config === null ? outcomeEvidence(cells.model, consumer.is[0]!, release, bearing.arch) : null;
  return searched
    ? weighTests(cells, bearing, release, config, searched)
    : saidByTests(cells, bearing, release, config);
}

/**
 * Finds what tests say of a consumer at all releases at which they say something, beside what searches found out of it. Where passes
 * cannot show that it works, only failures are looked for.
 */
export function whatTestsSay(
  cells: TestedCells,
  bearing: Bearing,
  config: string | null,
): ReadonlyMap<string, TestedStatus> {
  const { tests, arch, canShowWorks } = bearing;
  const found = new Map<string, TestedStatus>();
  if (tests.length === 0) return found;
  const { graph, results } = cells.model;
  const failed = () =>
    tests
      .flatMap(({ event }) => results.having(BAD).get(event.payload.test) ?? [])
      .filter((place) => place.arch === arch)
      .map((place) => place.release);
  for (const release of canShowWorks ? graph.order : failed()) {
    const said = results.hasRelease(release) ? saidByTests(cells, bearing, release, config) : null;
    if (said !== null) found.set(release, said);
  }
  return found;
}

function saidByTests(
  cells: TestedCells,
  bearing: Bearing,
  release: string,
  config: string | null,
): TestedStatus | null {
  const said = within(bearing.said, config ?? '');
  const known = said.get(release);
  if (known !== undefined) return known;
  const made = weighTests(cells, bearing, release, config, null);
  said.set(release, made);
  return made;
}

function weighTests(
  cells: TestedCells,
  bearing: Bearing,
  release: string,
  config: string | null,
  searched: OutcomeEvidence | null,
): TestedStatus | null {
  const here = cells.here(release, bearing.arch, config);
  if (here === null && searched === null) return null;
  // What came out of each test, as a text: at most releases it is the same, and is weighed once.
  let cameOut = '';
  for (const { event } of here === null ? [] : bearing.tests) {
    const { test } = event.payload;
    cameOut += here!.isBad(test) ? (here!.isGood(test) ? '*' : '-') : here!.isGood(test) ? '+' : ' ';
  }
  const weight = searched ? weightOf(bearing, cameOut, searched) : sharedWeight(bearing, cameOut);
  return weight && new Tested(weight, cells, bearing, release, config, searched);
}

type Weight = Pick<TestedStatus, 'status' | 'failing' | 'passing'>;

function sharedWeight(bearing: Bearing, cameOut: string): Weight | null {
  const known = bearing.weights.get(cameOut);
  if (known !== undefined) return known;
  const made = weightOf(bearing, cameOut, null);
  bearing.weights.set(cameOut, made);
  return made;
}

function weightOf(
  { tests, wanted }: Bearing,
  cameOut: string,
  searched: OutcomeEvidence | null,
): Weight | null {
  let whole = false;
  const covered = new Set<string>();
  const failing: string[] = [];
  const passing: string[] = [];
  for (const [at, { event, isDirect, about }] of tests.entries()) {
    const { test } = event.payload;
    const came = cameOut[at];
    if (came === '-' || came === '*') failing.push(test);
    if (came !== '+' && came !== '*') continue;
    passing.push(test);
    if (isDirect) whole = true;
    for (const behaviour of about) covered.add(behaviour);
  }
  if (searched) {
    if (searched.broken.length > 0) failing.push(SEARCH);
    if (searched.works.length > 0) {
      passing.push(SEARCH);
      whole = true;
    }
  }
  if (failing.length > 0) {
    const both = failing.some((t) => passing.includes(t));
    return { status: both ? 'conflict' : 'broken', failing, passing };
  }
  if (passing.length === 0) return null;
  const isCovered = () => wanted.size > 0 && [...wanted].every((b) => covered.has(b));
  return whole || isCovered() ? { status: 'works', failing, passing } : null;
}

/** What tests say, their results written out where somebody asks for them. */
class Tested implements TestedStatus {
  readonly status: TestedStatus['status'];
  readonly failing: readonly string[];
  readonly passing: readonly string[];
  private readonly resultsOf: () => readonly Counted[];
  private readonly apartOf: (test: string) => CompilersApart | null;
  private written: readonly string[] | null = null;

  constructor(
    { status, failing, passing }: Weight,
    { model: { results }, counted }: TestedCells,
    { tests, arch }: Bearing,
    release: string,
    config: string | null,
    searched: OutcomeEvidence | null,
  ) {
    this.status = status;
    this.failing = failing;
    this.passing = passing;
    this.apartOf = (test) => results.compilersApart(test, release, arch, config);
    this.resultsOf = () => [
      ...tests.flatMap(({ event }) => counted(event.payload.test, release, arch, config) ?? []),
      ...(searched ? [countedNow(searched.broken, searched.works)] : []),
    ];
  }

  get evidence(): readonly string[] {
    this.written ??= [
      ...new Set(this.resultsOf().flatMap(({ bad, good }) => [...bad.slice(0, 4), ...good.slice(0, 4)])),
    ];
    return this.written;
  }

  get apart(): string | null {
    const found = this.failing.map(this.apartOf);
    const texts = new Set(found.map((apart) => apart && apartText(apart)));
    return texts.size === 1 ? [...texts][0]! : null;
  }
}
