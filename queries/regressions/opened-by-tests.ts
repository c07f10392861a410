import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName, type Consumer } from '../model/model.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom } from './regression-id.ts';
import { rankSuspects } from './suspects.ts';
import type { ResultPlace } from '../results/results.ts';
import { BAD, type Counted } from '../verdict/counted.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf, type ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import { addTo, grouped } from '../../store/grouping.ts';

type Test = TypedStoredEvent<'TestRecorded'>;

interface Failing {
  readonly arch: string;
  readonly lastGood: string;
  readonly firstBad: string;
  readonly releases: readonly string[];
  readonly evidence: readonly string[];
}

/** Finds tests that fail after they have passed, where nothing that is known explains it: each opens a regression. */
export function openedByTests(
  verdicts: Verdicts,
  known: readonly FoundRegression[],
): readonly FoundRegression[] {
  const { model } = verdicts;
  const bad = model.results.having(BAD);
  return model.of('TestRecorded').flatMap((test) => {
    const byFirst = new Map<string, Failing[]>();
    for (const failing of failuresOf(verdicts, test, bad.get(test.payload.test) ?? [])) {
      if (isExplained(known, test, failing)) continue;
      addTo(byFirst, failing.firstBad, failing);
    }
    return model.graph
      .inOrder(byFirst.keys())
      .map((name, index) => describe(verdicts, test, byFirst.get(name)!, index + 1));
  });
}

/**
 * Per architecture: stretches of failures whose last conclusive result before was a pass.
 *
 * @param bad the places where it failed, or failed too
 */
function failuresOf(
  { model, counted }: Verdicts,
  { payload: { test } }: Test,
  bad: readonly ResultPlace[],
): readonly Failing[] {
  const { graph } = model;
  // Both outcomes at one place are a conflict or a flaky test: neither opens anything.
  const conclusive = (release: string, arch: string): Counted | null => {
    const found = counted(test, release, arch, null);
    return found !== null && found.isBad !== found.isGood ? found : null;
  };
  const byArch = grouped(
    bad.filter(({ config }) => config === null),
    ({ arch }) => arch,
  );
  const found: Failing[] = [];
  for (const [arch, places] of [...byArch].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const failures = new Map<string, Counted>();
    const rootOf = new Map<string, { firstBad: string; lastGood: string }>();
    for (const release of graph.inOrder(places.map((place) => place.release))) {
      const here = conclusive(release, arch);
      if (here?.isBad !== true) continue;
      failures.set(release, here);
      const before = (name: string) => graph.releases.get(name)!.predecessor;
      let at = before(release);
      while (at !== null && !failures.has(at) && conclusive(at, arch) === null) at = before(at);
      if (at === null) continue;
      // A release comes after its predecessor: what failed before it is among the failures already.
      const root = failures.has(at) ? rootOf.get(at) : { firstBad: release, lastGood: at };
      if (root) rootOf.set(release, root);
    }
    for (const [root, failing] of grouped(rootOf, ([, root]) => root)) {
      const releases = failing.map(([name]) => name);
      const evidence = releases.flatMap((name) => failures.get(name)!.bad.slice(0, 2));
      found.push({ arch, ...root, releases, evidence });
    }
  }
  return found;
}

function isExplained(known: readonly FoundRegression[], { payload: t }: Test, failing: Failing): boolean {
  return known.some(({ stretch }) =>
    stretch.violations.some(
      (v) =>
        v.arch === failing.arch &&
        v.releases.includes(failing.firstBad) &&
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
  const archs = failures.map((f) => f.arch);
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
      title: `${name} fails on ${archs.join(', ')} since ${firstBad.join(', ')}`,
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
      evidence: [test.id, ...failures.flatMap((f) => f.evidence), ...ranking.events.map((e) => e.id)],
    },
    stretch,
    excluded: ranking.excluded,
  };
}
