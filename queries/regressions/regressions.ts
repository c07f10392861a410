import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { ContractState, Regression } from './regression.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { guaranteeAt, needsAmong, needsRestOn } from '../verdict/needs.ts';
import { joinClaims } from './opened-by-claims.ts';
import { mergeRegressions, splitStretches } from './regression-decisions.ts';
import { regressionId } from './regression-id.ts';
import { titleOf, type FirstBadOf } from './regression-title.ts';
import { badCells, fixDocument, fixesOf, repairsIn } from './fixes.ts';
import { rankSuspects, subjectOf } from './suspects.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { stretchesOf } from '../releases/stretches.ts';
import {
  inStretchOrder,
  violationStretches,
  type Violation,
  type ViolationStretch,
} from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import { placeAt } from '../verdict/place.ts';

/** Finds the regressions that records open: what they say of each stretch of violations, as decisions split it. */
export function openedByRecords(verdicts: Verdicts): readonly FoundRegression[] {
  return splitStretches(verdicts.model, violationStretches(verdicts)).map((s) => regressionOver(verdicts, s));
}

/**
 * The same beside another world with the same consumers, releases and claims, in which nothing is needed otherwise: only of behaviours that
 * are another in it regressions are found anew.
 */
export function openedBesideOther(
  verdicts: Verdicts,
  other: readonly FoundRegression[],
  moved: ReadonlySet<string>,
): readonly FoundRegression[] {
  const { model } = verdicts;
  const asking = model.consumers.filter((consumer) =>
    needsRestOn(model, consumer).conditions.some((behaviour) => moved.has(behaviour)),
  );
  const needsIn = (consumer: Consumer, arch: string) =>
    needsAmong(model, verdicts.predict, consumer, arch, moved);
  const anew = violationStretches(verdicts, asking, needsIn, moved).map((s) => regressionOver(verdicts, s));
  const same = other.filter(({ stretch }) => !moved.has(stretch.behaviour));
  return inStretchOrder([...same, ...anew], ({ stretch }) => stretch);
}

/** Finds the regressions that records and claims open: the broken first, in graph order, then what degrades. */
export function openedByWords(
  verdicts: Verdicts,
  byRecords: readonly FoundRegression[],
): readonly FoundRegression[] {
  return inOrder(verdicts.model, joinClaims(verdicts, byRecords));
}

/** Puts together the regressions that words open and those that tests alone open, as decisions merge them. */
export function allOf(
  { model }: Verdicts,
  ...opened: readonly (readonly FoundRegression[])[]
): readonly FoundRegression[] {
  return inOrder(model, mergeRegressions(model, opened.flat()));
}

function inOrder({ graph }: Model, regressions: readonly FoundRegression[]): readonly FoundRegression[] {
  const place = new Map(graph.order.map((name, index) => [name, index]));
  return [...regressions].sort(
    (a, b) =>
      Number(a.document.kind !== 'regression') - Number(b.document.kind !== 'regression') ||
      (place.get(a.stretch.releases[0] ?? '') ?? 0) - (place.get(b.stretch.releases[0] ?? '') ?? 0) ||
      (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}

const key = ({ document: r }: FoundRegression) => r.behaviour ?? `~${r.id}`;

/** Makes the regression that a stretch of violations is. */
export function regressionOver(verdicts: Verdicts, stretch: ViolationStretch): FoundRegression {
  const { model } = verdicts;
  const { lastGood, firstBad, firstBadOf } = edges(verdicts, stretch);
  const { fixes, companions, announced } = fixesOf(verdicts, stretch, firstBad);
  const affected = stretchesOf(model, new Set(stretch.releases));
  const ranking = rankSuspects(verdicts, stretch, lastGood, firstBad, fixes);
  const consumers = unique(stretch.violations.map((v) => v.consumer.consumer));
  const archs = unique(stretch.violations.map((v) => v.arch));
  const { contract, observed } = twoQuestions(verdicts, stretch, lastGood, firstBad);
  const kind = stretch.otherwise === 'degraded' ? 'degraded' : 'regression';
  const reports = reportsOf(verdicts, stretch);
  const reported =
    reports.some(({ payload: { says } }) => says === 'broken' || says === 'degraded') ||
    stretch.violations.some(({ consumer, arch, releases }) =>
      releases.some((release) => verdicts.at(consumer, release, arch).reported),
    );
  const document: Regression = {
    id: regressionId(stretch),
    aliases: [],
    opened: 'records',
    title: titleOf(model, stretch, firstBadOf),
    behaviour: stretch.behaviour,
    archs,
    consumers,
    contract,
    observed,
    lastGood,
    firstBad,
    affected,
    suspects: ranking.suspects,
    fixes: fixes.map((change) => fixDocument(model, change, affected)),
    companions: companions.map((change) => ({ change, subject: subjectOf(model, change) })),
    announced,
    repairs: repairsIn(model, stretch),
    kind,
    reported,
    evidence: unique([
      ...stretch.violations.flatMap((v) => [
        v.need.event.id,
        v.need.effective.known ? v.need.effective.record.id : '',
      ]),
      ...ranking.events.map((e) => e.id),
      ...reports.map((e) => e.id),
    ]).filter((id) => id !== ''),
  };
  return { document, stretch, excluded: ranking.excluded };
}

/**
 * Last good and first bad are the ends of an edge of the graph: the predecessor works, the release does not. Unknown
 * releases between widen the pair; where nothing before was good (a new feature), last good is empty.
 */
function edges(verdicts: Verdicts, stretch: ViolationStretch) {
  const { model, predict } = verdicts;
  const { graph } = model;
  const bad = badCells(stretch);
  const lastGood = new Set<string>();
  const firstBad = new Map<Consumer, Map<string, Set<string>>>();
  for (const { consumer, arch, need, releases } of stretch.violations) {
    const byArch = firstBad.get(consumer) ?? new Map<string, Set<string>>();
    firstBad.set(consumer, byArch);
    const firstHere = byArch.get(arch) ?? new Set<string>();
    byArch.set(arch, firstHere);
    for (const release of releases) {
      const previous = graph.releases.get(release)?.predecessor ?? null;
      if (previous !== null && bad(consumer, arch)?.has(previous) === true) continue;
      firstHere.add(release);
      for (let at = previous; at !== null; at = graph.releases.get(at)?.predecessor ?? null) {
        const effective = predict.effective(stretch.behaviour, placeAt(at, arch, consumer.profile));
        if (!effective.known) continue;
        if (need.needs.includes(effective.value)) lastGood.add(at);
        break;
      }
    }
  }
  const all = [...firstBad.values()].flatMap((byArch) => [...byArch.values()].flatMap((names) => [...names]));
  const firstBadOf: FirstBadOf = (consumer, arch) => firstBad.get(consumer)?.get(arch) ?? new Set();
  return { lastGood: graph.inOrder(lastGood), firstBad: graph.inOrder(new Set(all)), firstBadOf };
}

/**
 * Two questions, kept apart. Contract: was what it was last good at promised, and is the promise broken? Observed: did
 * something that worked stop working?
 */
function twoQuestions(
  verdicts: Verdicts,
  stretch: ViolationStretch,
  lastGood: readonly string[],
  firstBad: readonly string[],
): { readonly contract: ContractState; readonly observed: ContractState } {
  const { model, predict } = verdicts;
  const states = new Set<ContractState>();
  const asked: readonly string[] = lastGood.length > 0 ? lastGood : firstBad;
  const violations = new Map<string, Violation>();
  for (const v of stretch.violations) violations.set(`${v.arch}\n${v.consumer.is[0]!}`, v);
  for (const v of violations.values()) {
    for (const release of asked) {
      const promised = guaranteeAt(
        model,
        predict,
        stretch.behaviour,
        placeAt(release, v.arch, v.consumer.profile),
      );
      if (promised === null) states.add('unknown');
      else if (promised.guarantee === 'observed') states.add('kept');
      else states.add(promised.values.includes(stretch.value) ? 'kept' : 'broken');
    }
  }
  const contract = states.has('broken')
    ? 'broken'
    : states.has('unknown') || states.size === 0
      ? 'unknown'
      : 'kept';
  return { contract, observed: lastGood.length > 0 ? 'broken' : 'kept' };
}

/**
 * The claims that are about a stretch: by its behaviour, which may be said without a place, or by a consumer at its releases. A
 * claim that names no architecture reports the trouble, though it is evidence for no cell.
 */
function reportsOf(
  verdicts: Verdicts,
  stretch: ViolationStretch,
): readonly TypedStoredEvent<'BreakageClaimed'>[] {
  return verdicts.claims
    .filter(({ event: { payload: p }, spokenOf }) => {
      const isNamed = p.behaviour !== undefined;
      if (isNamed && p.behaviour !== stretch.behaviour) return false;
      if (p.value !== undefined && p.value !== stretch.value) return false;
      return stretch.violations.some(
        (v) =>
          (p.archs?.includes(v.arch) ?? true) &&
          (isNamed || v.consumer.is[0] === consumerName(p.consumer ?? '', p.variant)) &&
          ((isNamed && spokenOf.size === 0) || v.releases.some((release) => spokenOf.has(release))),
      );
    })
    .map(({ event }) => event);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
