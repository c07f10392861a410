import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { countedResults } from '../results/attribution.ts';
import { outcomeEvidence } from '../bisect-session/outcome-evidence.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { Need } from './needs.ts';
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

/** The results of a test at a place that count, by whether they speak against the kernel; null where there are none. */
export type CountedAt = (
  test: string,
  release: string,
  arch: string,
  config: string | null,
) => { readonly bad: readonly string[]; readonly good: readonly string[] } | null;

/** Counts results of a model; every consumer that a test speaks of asks for the same ones. */
export function countedAt(model: Model): CountedAt {
  const known = new WeakMap<CellResults, NonNullable<ReturnType<CountedAt>>>();
  return (test, release, arch, config) => {
    const found = model.results.at(test, release, arch, config);
    if (!found) return null;
    const before = known.get(found);
    if (before) return before;
    const place = { test, release, arch };
    const made = {
      bad: countedResults(model, place, found, BAD),
      good: countedResults(model, place, found, GOOD),
    };
    known.set(found, made);
    return made;
  };
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
  const wanted = wantedOf(needs);
  return model.of('TestRecorded').flatMap((event) => {
    const { behaviours = [], consumers = [], archs } = event.payload;
    if (archs !== undefined && !archs.includes(arch)) return [];
    const isDirect = consumers.some((c) => consumer.is.includes(consumerName(c.consumer, c.variant)));
    const about = behaviours.filter((b) => wanted.has(b));
    return isDirect || about.length > 0 ? [{ event, isDirect, about }] : [];
  });
}

function wantedOf(needs: readonly Need[]): ReadonlySet<string> {
  return new Set(needs.filter((n) => n.otherwise === 'broken').map((n) => n.behaviour));
}

/**
 * A test is evidence for what it is recorded to exercise. A consumer is broken when a behaviour that it needs fails,
 * and works only when tests that pass cover all its needs.
 */
export function testedStatus(
  model: Model,
  counted: CountedAt,
  consumer: Consumer,
  { needs, tests }: { readonly needs: readonly Need[]; readonly tests: readonly BearingTest[] },
  release: string,
  arch: string,
  config: string | null,
): TestedStatus | null {
  const covered = new Set<string>();
  let whole = false;
  const failing: string[] = [];
  const passing: string[] = [];
  const evidence: string[] = [];
  for (const { event, isDirect, about } of tests) {
    const { test } = event.payload;
    const found = counted(test, release, arch, config);
    if (!found) continue;
    const { bad, good } = found;
    if (bad.length > 0) failing.push(test);
    if (good.length > 0) {
      passing.push(test);
      if (isDirect) whole = true;
      for (const b of about) covered.add(b);
    }
    evidence.push(...bad.slice(0, 4), ...good.slice(0, 4));
  }
  const searched = config === null ? outcomeEvidence(model, consumer.is[0]!, release, arch) : null;
  if (searched) {
    const name = 'bisect';
    if (searched.broken.length > 0) failing.push(name);
    if (searched.works.length > 0) {
      passing.push(name);
      whole = true;
    }
    evidence.push(...searched.broken.slice(0, 4), ...searched.works.slice(0, 4));
  }
  if (failing.length > 0) {
    const both = failing.some((t) => passing.includes(t));
    return { status: both ? 'conflict' : 'broken', evidence: [...new Set(evidence)], failing, passing };
  }
  if (passing.length === 0) return null;
  const wanted = wantedOf(needs);
  if (whole || (wanted.size > 0 && [...wanted].every((b) => covered.has(b)))) {
    return { status: 'works', evidence: [...new Set(evidence)], failing, passing };
  }
  return null;
}
