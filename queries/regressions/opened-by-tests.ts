import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName } from '../model/model.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom } from './regression-id.ts';
import { rankSuspects } from './suspects.ts';
import type { Failures, Rates } from '../outcomes/fisher.ts';
import { isMadeFor, presenceIn } from '../verdict/presences.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf } from '../releases/stretches.ts';
import type { Violation, ViolationStretch } from '../verdict/violations.ts';
import { NOT_MENDED, type FoundRegression } from './found-regression.ts';
import { passesAgain } from './passes-again.ts';
import { failedPlaces, failuresAfterPasses, type Failing } from './failing-tests.ts';
import { flakyStory, type FlakyFailure, type FlakyStory } from './flaky-failures.ts';
import { byName, named } from '../../store/by-name.ts';
import { grouped } from '../../store/grouping.ts';

type Test = TypedStoredEvent<'TestRecorded'>;

/** Failures that a regression explains: it is there where they begin. */
export interface ExplainedFailures extends Pick<Failing, 'arch' | 'releases'> {
  readonly test: string;
  readonly by: FoundRegression;
}

/** What tests alone say. */
export interface TestsAlone {
  readonly opened: readonly FoundRegression[];
  /** What the rates of flaky tests explain, and no regression does. */
  readonly flaky: readonly FlakyFailure[];
  readonly explained: readonly ExplainedFailures[];
}

/** How each recorded test fails after it passed, by its name. */
export type FailingTests = Readonly<Record<string, FlakyStory>>;

/** Finds how tests fail after they passed. That rests on results, what they were laid to, and releases alone. */
export function failingTests(verdicts: Verdicts): FailingTests {
  const { model } = verdicts;
  const failed = failedPlaces(verdicts);
  const found = byName<FlakyStory>();
  for (const { payload } of model.of('TestRecorded')) {
    const bad = failed.get(payload.test) ?? [];
    const lanes = model.results.lanes(payload.test);
    if (bad.length === 0 && lanes === null) continue;
    const after = failuresAfterPasses(verdicts, payload.test, bad);
    found[payload.test] =
      lanes === null
        ? { failing: after, explained: [] }
        : flakyStory(model.graph, payload.test, lanes, after);
  }
  return found;
}

/**
 * Finds tests that fail after they have passed, where nothing that is known explains it: each opens a regression. Of a test that is flaky
 * only what its rate does not explain does.
 */
export function testsAlone(
  verdicts: Verdicts,
  known: readonly FoundRegression[],
  failing: FailingTests,
): TestsAlone {
  const { model } = verdicts;
  const flaky: FlakyFailure[] = [];
  const explained: ExplainedFailures[] = [];
  const opened = model.of('TestRecorded').flatMap((test) => {
    const name = test.payload.test;
    const story = named(failing, name);
    if (story === undefined) return [];
    const isNew = ({ arch, releases }: Pick<Failing, 'arch' | 'releases'>): boolean => {
      const by = explaining(known, test, arch, releases[0]!);
      if (by !== undefined) explained.push({ test: name, arch, releases, by });
      return by === undefined;
    };
    flaky.push(...story.explained.filter(isNew));
    const byFirst = grouped(story.failing.filter(isNew), ({ firstBad }) => firstBad);
    return model.graph
      .inOrder(byFirst.keys())
      .map((first, index) => openedBy(verdicts, test, byFirst.get(first)!, index + 1));
  });
  return { opened, flaky, explained };
}

function explaining(
  known: readonly FoundRegression[],
  { payload: t }: Test,
  arch: string,
  release: string,
): FoundRegression | undefined {
  return known.find(({ stretch }) =>
    stretch.violations.some(
      (v) =>
        v.arch === arch &&
        v.releases.includes(release) &&
        ((t.behaviours?.includes(stretch.behaviour) ?? false) ||
          (t.consumers?.some((c) => v.consumer.is.includes(consumerName(c.consumer, c.variant))) ?? false)),
    ),
  );
}

/** Whose cells a test speaks against where it fails: it exercises them, or something without which they are broken. */
function hurtBy(verdicts: Verdicts, test: Test, { arch, releases }: Failing): readonly Violation[] {
  const { model } = verdicts;
  const { behaviours = [], consumers = [], archs } = test.payload;
  if (archs?.includes(arch) === false) return [];
  return model.consumers
    .filter((consumer) => isMadeFor(consumer, arch))
    .flatMap((consumer) => {
      const isDirect = consumers.some((c) => consumer.is.includes(consumerName(c.consumer, c.variant)));
      const needsAt = verdicts.needsIn(consumer, arch);
      const presenceAt = presenceIn(model, consumer.interface, arch);
      const there = releases.filter(
        (release) =>
          presenceAt(release) !== 'absent' &&
          (isDirect ||
            needsAt(release).some((n) => n.otherwise === 'broken' && behaviours.includes(n.behaviour))),
      );
      return there.length === 0 ? [] : [{ consumer, arch, need: noNeed(consumer, test), releases: there }];
    });
}

function openedBy(
  verdicts: Verdicts,
  test: Test,
  failures: readonly Failing[],
  occurrence: number,
): FoundRegression {
  const { model } = verdicts;
  const { test: name, behaviours = [] } = test.payload;
  const violations = failures.flatMap((failing) => hurtBy(verdicts, test, failing));
  const hurt = [...new Set(violations.map((v) => v.consumer))];
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
    violations,
  };
  const lastGood = model.graph.inOrder(failures.map((f) => f.lastGood));
  const firstBad = model.graph.inOrder(failures.map((f) => f.firstBad));
  const over = passesAgain(verdicts, name, failures);
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
      ...NOT_MENDED,
      kind: 'regression',
      reported: false,
      ...ratesIn(failures),
      ...(Object.keys(over.since).length === 0 ? {} : { passesAgain: over.since }),
      ...(Object.keys(over.quiet).length === 0 ? {} : { quiet: over.quiet }),
      evidence: [
        test.id,
        ...failures.flatMap((f) => f.evidence),
        ...over.evidence,
        ...ranking.events.map((e) => e.id),
      ],
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
