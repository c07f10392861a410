import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { ContractState, Fix, Regression } from '../model/documents.ts';
import { consumerName, CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { guaranteeAt } from '../verdict/needs.ts';
import { joinClaims } from './opened-by-claims.ts';
import { openedByTests } from './opened-by-tests.ts';
import { mergeRegressions, splitStretches } from './regression-decisions.ts';
import { regressionId } from './regression-id.ts';
import { rankSuspects, subjectOf } from './suspects.ts';
import type { Verdicts } from '../verdict/verdict.ts';
import {
  stretchesOf,
  violationStretches,
  type Violation,
  type ViolationStretch,
} from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';
import { placeAt } from '../verdict/place.ts';

/** Finds all regressions: the broken first, in graph order, then what is listed apart. */
export function findRegressions(verdicts: Verdicts): readonly FoundRegression[] {
  const { model } = verdicts;
  const place = new Map(model.graph.order.map((name, index) => [name, index]));
  const recorded = splitStretches(model, violationStretches(verdicts)).map((s) => describe(verdicts, s));
  const joined = joinClaims(verdicts, recorded);
  const opened = [...joined, ...openedByTests(verdicts, joined)];
  return mergeRegressions(model, opened).sort(
    (a, b) =>
      Number(a.document.kind !== 'regression') - Number(b.document.kind !== 'regression') ||
      (place.get(a.stretch.releases[0] ?? '') ?? 0) - (place.get(b.stretch.releases[0] ?? '') ?? 0) ||
      (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0),
  );
}

const key = ({ document: r }: FoundRegression) => r.behaviour ?? `~${r.id}`;

/** Tells what a stretch of violations is as a regression. */
export function describe(verdicts: Verdicts, stretch: ViolationStretch): FoundRegression {
  const { model } = verdicts;
  const { lastGood, firstBad } = edges(verdicts, stretch);
  const repairs = transitionsBack(verdicts, stretch);
  const claimed = claimedFixes(model, stretch);
  // What the first bad releases have already mended an earlier stretch, and not this one.
  const isOld = (change: string) => firstBad.some((name) => model.graph.contains(name).has(change));
  const working = [...claimed].filter(
    (change) => repairs.has(change) || (setsGoodValue(model, stretch, change) && !isOld(change)),
  );
  const fixes = inOrder(model, new Set([...repairs, ...working]));
  const others = [...claimed].filter((change) => !fixes.includes(change) && !isOld(change));
  // Only of what is recorded to do something else is it known that it does not repair this.
  const isTold = (change: string) =>
    model.setByChange.get(stretch.behaviour)?.has(change) === true ||
    stretch.releases.some((name) => model.graph.contains(name).has(change));
  const companions = inOrder(model, new Set(others.filter(isTold)));
  const affected = stretchesOf(model, new Set(stretch.releases));
  const ranking = rankSuspects(verdicts, stretch, lastGood, firstBad, fixes);
  const consumers = unique(stretch.violations.map((v) => v.consumer.consumer));
  const archs = unique(stretch.violations.map((v) => v.arch));
  const { contract, observed } = twoQuestions(verdicts, stretch, lastGood, firstBad);
  const kind = stretch.otherwise === 'degraded' ? 'degraded' : 'regression';
  const verb = kind === 'degraded' ? 'degrades' : 'breaks';
  const since = firstBad.join(', ');
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
    title: `${stretch.behaviour} = ${String(stretch.value)} ${verb} ${listOf(consumers)} on ${listOf(archs)}${since ? ` since ${since}` : ''}`,
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
    announced: announcedFixes(model, stretch, new Set(others.filter((change) => !isTold(change)))),
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

/** Fixes that were made in the consumers themselves. */
function repairsIn(model: Model, stretch: ViolationStretch): Regression['repairs'] {
  const affected = new Set(
    stretch.violations.map((v) => consumerName(v.consumer.consumer, v.consumer.variant)),
  );
  return model.of('FixClaimed').flatMap(({ id, payload: f }) => {
    if (f.where !== 'consumer' || f.consumer === undefined || f.what === undefined) return [];
    if (f.behaviour !== undefined && f.behaviour !== stretch.behaviour) return [];
    const consumer = consumerName(f.consumer, f.variant === 'main' ? null : f.variant);
    return affected.has(consumer) ? [{ consumer, what: f.what, status: f.status, event: id }] : [];
  });
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
  const firstBad = new Set<string>();
  for (const { consumer, arch, need, releases } of stretch.violations) {
    for (const release of releases) {
      const previous = graph.releases.get(release)?.predecessor ?? null;
      if (previous !== null && bad(consumer, arch)?.has(previous) === true) continue;
      firstBad.add(release);
      for (let at = previous; at !== null; at = graph.releases.get(at)?.predecessor ?? null) {
        const effective = predict.effective(stretch.behaviour, placeAt(at, arch, consumer.profile));
        if (!effective.known) continue;
        if (need.needs.includes(effective.value)) lastGood.add(at);
        break;
      }
    }
  }
  const order = (names: ReadonlySet<string>) => graph.order.filter((name) => names.has(name));
  return { lastGood: order(lastGood), firstBad: order(firstBad) };
}

/** The releases of a stretch that are bad for a consumer on an architecture. */
function badCells(
  stretch: ViolationStretch,
): (consumer: Consumer, arch: string) => ReadonlySet<string> | undefined {
  const bad = new Map<Consumer, Map<string, Set<string>>>();
  for (const { consumer, arch, releases } of stretch.violations) {
    const byArch = bad.get(consumer) ?? new Map<string, Set<string>>();
    bad.set(consumer, byArch);
    const here = byArch.get(arch) ?? new Set<string>();
    byArch.set(arch, here);
    for (const name of releases) here.add(name);
  }
  return (consumer, arch) => bad.get(consumer)?.get(arch);
}

/** The changes at the transitions back: in force at the first good release after, and not before. */
function transitionsBack(verdicts: Verdicts, stretch: ViolationStretch): Set<string> {
  const { model, predict } = verdicts;
  const bad = badCells(stretch);
  const found = new Set<string>();
  for (const { consumer, arch, need, releases } of stretch.violations) {
    for (const release of releases) {
      for (const next of model.graph.successors.get(release) ?? []) {
        if (bad(consumer, arch)?.has(next) === true) continue;
        const place = placeAt(next, arch, consumer.profile);
        const now = predict.effective(stretch.behaviour, place);
        if (!now.known || !need.needs.includes(now.value)) continue;
        if (now.change !== null && need.effective.known && now.change !== need.effective.change) {
          found.add(now.change);
          continue;
        }
        // The same record gives another value: one of the behaviours that it asks for has changed.
        for (const operand of now.operands) {
          const then = predict.effective(operand, placeAt(release, arch, consumer.profile));
          const after = predict.effective(operand, place);
          if (after.known && after.change !== null && (!then.known || then.change !== after.change))
            found.add(after.change);
        }
      }
    }
  }
  return found;
}

/** What was said of fixes of a stretch in the kernel. */
function fixClaims(model: Model, stretch: ViolationStretch): readonly TypedStoredEvent<'FixClaimed'>[] {
  const consumers = new Set(stretch.violations.map((v) => v.consumer.consumer));
  return model.of('FixClaimed').filter(({ payload: f }) => {
    if (f.where !== 'kernel' || f.status === 'not-needed') return false;
    if (f.behaviour !== undefined) return f.behaviour === stretch.behaviour;
    return f.consumer !== undefined && f.consumer !== CONTRACT && consumers.has(f.consumer);
  });
}

function claimedFixes(model: Model, stretch: ViolationStretch): ReadonlySet<string> {
  return new Set(
    fixClaims(model, stretch).flatMap(({ payload: f }) =>
      f.change === undefined ? [] : [model.graph.resolve(f.change)],
    ),
  );
}

/** Fixes of which nobody has recorded what they do, each as it was last spoken of; and those that were told in words alone. */
function announcedFixes(
  model: Model,
  stretch: ViolationStretch,
  changes: ReadonlySet<string>,
): Regression['announced'] {
  const found = new Map<string, Regression['announced'][number]>();
  for (const { id, payload: f } of fixClaims(model, stretch)) {
    const change = f.change === undefined ? null : model.graph.resolve(f.change);
    if (change !== null && !changes.has(change)) continue;
    const says = f.what ?? (change === null ? 'a fix' : subjectOf(model, change));
    found.set(change ?? id, { change, says, by: f.by, status: f.status, event: id });
  }
  return [...found.values()];
}

function setsGoodValue(model: Model, stretch: ViolationStretch, change: string): boolean {
  const cases = model.setByChange.get(stretch.behaviour)?.get(change) ?? [];
  const archs = new Set(stretch.violations.map((v) => v.arch));
  const good = new Set(stretch.violations.flatMap((v) => v.need.needs));
  return cases.some(
    (e) =>
      e.payload.when === undefined &&
      good.has(e.payload.value) &&
      (e.payload.archs?.some((a) => archs.has(a)) ?? true),
  );
}

function fixDocument(model: Model, change: string, affected: Regression['affected']): Fix {
  const releases: Record<string, string> = {};
  for (const { line } of affected) {
    const first = model.graph.firstIn(change, line);
    releases[line] ??= first ?? ((model.graph.lines.get(line)?.ended ?? null) !== null ? 'never' : 'pending');
  }
  return { change, subject: subjectOf(model, change), releases };
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

function inOrder(model: Model, changes: ReadonlySet<string>): readonly string[] {
  if (changes.size < 2) return [...changes];
  const entered = new Map<string, readonly [number, number]>();
  model.graph.order.forEach((name, index) => {
    for (const { change, order } of model.graph.entriesAt(name))
      if (changes.has(change) && !entered.has(change)) entered.set(change, [index, order]);
  });
  const place = (change: string) => entered.get(change) ?? ([Infinity, 0] as const);
  return [...changes].sort((a, b) => {
    const [x, y] = [place(a), place(b)];
    return (x[0] === y[0] ? 0 : x[0] - y[0]) || x[1] - y[1] || (a < b ? -1 : 1);
  });
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function listOf(names: readonly string[]): string {
  const few = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${few} and ${names.length - 4} more` : few;
}
