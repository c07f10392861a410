import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName, type Consumer } from '../model/model.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom } from './regression-id.ts';
import { rankSuspects } from './suspects.ts';
import type { Failures, Rates } from '../results/fisher.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf, type ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import { failedPlaces, failuresAfterPasses, type Failing } from './failing-tests.ts';
import { flakyStory, type FlakyFailure } from './flaky-failures.ts';
import { grouped } from '../../store/grouping.ts';

type Test = TypedStoredEvent<'TestRecorded'>;

/** What tests alone say. */
export interface TestsAlone {
  readonly opened: readonly FoundRegression[];
  /** What the rates of flaky tests explain, and nothing else that is known. */
  readonly flaky: readonly FlakyFailure[];
}

/**
 * Finds tests that fail after they have passed, where nothing that is known explains it: each opens a regression. Of a test that is flaky
 * only what its rate does not explain does.
 */
export function testsAlone(verdicts: Verdicts, known: readonly FoundRegression[]): TestsAlone {
  const { model } = verdicts;
  const failed = failedPlaces(verdicts);
  const flaky: FlakyFailure[] = [];
  const opened = model.of('TestRecorded').flatMap((test) => {
    const name = test.payload.test;
    const bad = failed.get(name) ?? [];
    const every = model.results.every(name);
    if (bad.length === 0 && every === null) return [];
    const after = failuresAfterPasses(verdicts, name, bad);
    const story = every === null ? null : flakyStory(model.graph, name, every, after);
    flaky.push(...(story?.explained ?? []).filter((f) => !isExplained(known, test, f.arch, f.release)));
    const failing = (story?.failing ?? after).filter((f) => !isExplained(known, test, f.arch, f.firstBad));
    const byFirst = grouped(failing, ({ firstBad }) => firstBad);
    return model.graph
      .inOrder(byFirst.keys())
      .map((first, index) => describe(verdicts, test, byFirst.get(first)!, index + 1));
  });
  return { opened, flaky };
}

function isExplained(
  known: readonly FoundRegression[],
  { payload: t }: Test,
  arch: string,
  release: string,
): boolean {
  return known.some(({ stretch }) =>
    stretch.violations.some(
      (v) =>
        v.arch === arch &&
        v.releases.includes(release) &&
        ((t.behaviours?.includes(stretch.behaviour) ?? false) ||
          (t.consumers?.some((c) => v.consumer.is.includes(consumerName(c.consumer, c.variant))) ?? false)),
    ),
  );
}

function describe(
  verdicts: Verdicts,
  test: Test,
  failures: readonly Failing[],
  occurrence: number,
): FoundRegression {
  const { model } = verdicts;
  const { test: name, behaviours = [], consumers = [] } = test.payload;
  const hurt: readonly Consumer[] = model.consumers.filter(
    (c) =>
      c.requirements.some((r) => behaviours.includes(r.payload.behaviour)) ||
      consumers.some((named) => c.is.includes(consumerName(named.consumer, named.variant))),
  );
  const releases = model.graph.inOrder(failures.flatMap((f) => f.releases));
  const archs = [...new Set(failures.map((f) => f.arch))];
  const behaviour = behaviours.length === 1 ? behaviours[0]! : null;
  const iface = hurt[0]?.interface ?? model.behaviours.get(behaviours[0] ?? '')?.payload.interface ?? '';
  const stretch: ViolationStretch = {
    interface: iface,
    // Which value it has is not known, only that the test fails: no table may take it for a recorded value.
    behaviour: '',
    value: `${name} fails`,
    otherwise: 'broken',
    occurrence,
    releases,
    violations: hurt.flatMap((consumer) =>
      failures.map(({ arch, releases: failed }) => ({
        consumer,
        arch,
        need: noNeed(consumer, test),
        releases: failed,
      })),
    ),
  };
  const lastGood = model.graph.inOrder(failures.map((f) => f.lastGood));
  const firstBad = model.graph.inOrder(failures.map((f) => f.firstBad));
  const ranking = rankSuspects(verdicts, { ...stretch, behaviour: behaviour ?? '' }, lastGood, firstBad, []);
  return {
    document: {
      id: idFrom([iface, 'test', name, occurrence]),
      aliases: [],
      opened: 'tests',
      title: `${name} fails on ${archs.join(', ')} since ${firstBad.join(', ')}${rateText(failures)}`,
      behaviour,
      archs,
      consumers: [...new Set(hurt.map((c) => c.consumer))],
      contract: 'unknown',
      observed: 'broken',
      lastGood,
      firstBad,
      affected: stretchesOf(model, new Set(releases)),
      suspects: ranking.suspects,
      fixes: [],
      companions: [],
      announced: [],
      repairs: [],
      kind: 'regression',
      reported: false,
      ...ratesIn(failures),
      evidence: [test.id, ...failures.flatMap((f) => f.evidence), ...ranking.events.map((e) => e.id)],
    },
    stretch,
    excluded: ranking.excluded,
  };
}

function rateText(failures: readonly Failing[]): string {
  const { rates } = ratesIn(failures);
  if (rates === undefined) return '';
  const told = ({ bad, good }: Failures) => `${bad} of ${bad + good}`;
  return `, in ${told(rates.since)} runs (${told(rates.usual)} before)`;
}

/** The rates of a flaky test; where it was steady on one of several architectures, that it broke there needs none. */
function ratesIn(failures: readonly Failing[]): { readonly rates?: Rates } {
  const [first, ...others] = failures.map((f) => f.rates);
  return first && others.every((rates) => rates !== null) ? { rates: first } : {};
}
