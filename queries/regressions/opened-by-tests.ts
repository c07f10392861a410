import type { TypedStoredEvent } from '../../store/events/event.ts';
import { consumerName, type Consumer } from '../model/model.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom } from './regression-id.ts';
import { rankSuspects } from './suspects.ts';
import type { Counted } from '../verdict/tested.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf, type ViolationStretch } from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import { addTo } from '../../store/grouping.ts';

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
  return model.of('TestRecorded').flatMap((test) => {
    const byFirst = new Map<string, Failing[]>();
    for (const failing of failuresOf(verdicts, test)) {
      if (isExplained(known, test, failing)) continue;
      addTo(byFirst, failing.firstBad, failing);
    }
    return model.graph.order
      .filter((name) => byFirst.has(name))
      .map((name, index) => describe(verdicts, test, byFirst.get(name)!, index + 1));
  });
}

/** Per architecture: stretches of failures whose last conclusive result before was a pass. */
function failuresOf({ model, counted }: Verdicts, test: Test): readonly Failing[] {
  const states = new Map<string, Map<string, Counted>>();
  for (const { release, arch, config } of model.results.placesOf(test.payload.test)) {
    if (config !== null) continue;
    if (!model.graph.releases.has(release)) continue;
    const found = counted(test.payload.test, release, arch, null);
    // Both outcomes at one place are a conflict or a flaky test: neither opens anything.
    if (!found || found.isBad === found.isGood) continue;
    const places = states.get(arch) ?? new Map<string, Counted>();
    places.set(release, found);
    states.set(arch, places);
  }
  const found: Failing[] = [];
  for (const [arch, places] of [...states].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rootOf = new Map<string, { firstBad: string; lastGood: string }>();
    for (const release of model.graph.order) {
      const here = places.get(release);
      if (!here || here.isGood) continue;
      let at = model.graph.releases.get(release)!.predecessor;
      while (at !== null && !places.has(at)) at = model.graph.releases.get(at)!.predecessor;
      if (at === null) continue;
      if (places.get(at)!.isGood) rootOf.set(release, { firstBad: release, lastGood: at });
      else {
        const root = rootOf.get(at);
        if (root) rootOf.set(release, root);
      }
    }
    for (const root of new Set(rootOf.values())) {
      const releases = [...rootOf].filter(([, r]) => r === root).map(([name]) => name);
      const evidence = releases.flatMap((name) => places.get(name)!.bad.slice(0, 2));
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
  const releases = model.graph.order.filter((r) => failures.some((f) => f.releases.includes(r)));
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
  const lastGood = model.graph.order.filter((r) => failures.some((f) => f.lastGood === r));
  const firstBad = model.graph.order.filter((r) => failures.some((f) => f.firstBad === r));
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
