import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Fix, Regression } from './regression.ts';
import { consumerName, CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { placeAt, type Place } from '../verdict/place.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { Violation, ViolationStretch } from '../verdict/violations.ts';
import { subjectOf } from './suspects.ts';
import { byName } from '../../store/by-name.ts';
import { hasEnded } from '../releases/stretches.ts';

export type FixClaim = TypedStoredEvent<'FixClaimed'>;

/** What is known of the repair of a stretch in the kernel. */
export interface StretchFixes {
  /** Changes that end it, or will once they are merged, in the order in which they entered. */
  readonly fixes: readonly string[];
  /** Changes that were called a fix and are not the one that repairs it. */
  readonly companions: readonly string[];
  readonly announced: Regression['announced'];
}

/** Finds the fixes of a stretch: the changes at its transitions back to good, and claimed fixes whose records confirm them. */
export function fixesOf(
  verdicts: Verdicts,
  stretch: ViolationStretch,
  firstBad: readonly string[],
): StretchFixes {
  const { model } = verdicts;
  const repairs = transitionsBack(verdicts, stretch);
  const claimed = claimedFixes(model, stretch);
  // A change that the first bad releases contain fixed an earlier stretch, not this one.
  const isOld = (change: string) => firstBad.some((name) => model.graph.contains(name).has(change));
  const working = [...claimed].filter(
    (change) => repairs.has(change) || (setsGoodValue(model, stretch, change) && !isOld(change)),
  );
  const fixes = inOrder(model, new Set([...repairs, ...working]));
  const others = [...claimed].filter((change) => !fixes.includes(change) && !isOld(change));
  // Only a change with a record of another effect is known not to fix this.
  const isTold = (change: string) =>
    model.setByChange.get(stretch.behaviour)?.has(change) === true ||
    stretch.releases.some((name) => model.graph.contains(name).has(change));
  return {
    fixes,
    companions: inOrder(model, new Set(others.filter(isTold))),
    announced: announcedFixes(model, stretch, new Set(others.filter((change) => !isTold(change)))),
  };
}

/** Fixes that were made in the consumers themselves; `more` are broken on no architecture that anybody names. */
export function repairsIn(
  model: Model,
  stretch: ViolationStretch,
  more: readonly Consumer[] = [],
): Regression['repairs'] {
  const broken = [...stretch.violations, ...more.map((consumer) => ({ consumer }))];
  const affected = new Set(broken.map((v) => consumerName(v.consumer.consumer, v.consumer.variant)));
  return model.of('FixClaimed').flatMap(({ id, payload: f }) => {
    if (f.where !== 'consumer' || f.consumer === undefined || f.what === undefined) return [];
    if (f.behaviour !== undefined && f.behaviour !== stretch.behaviour) return [];
    const consumer = consumerName(f.consumer, f.variant === 'main' ? null : f.variant);
    return affected.has(consumer) ? [{ consumer, what: f.what, status: f.status, event: id }] : [];
  });
}

/** Tells whether every broken consumer was fixed by its own maintainers: then nobody waits for a fix of the kernel. */
export function isMendedOutside(model: Model, stretch: ViolationStretch): boolean {
  const mended = new Set(
    repairsIn(model, stretch)
      .filter((r) => r.status === 'merged' || r.status === 'released')
      .map((r) => r.consumer),
  );
  return (
    stretch.violations.length > 0 &&
    stretch.violations.every((v) => mended.has(consumerName(v.consumer.consumer, v.consumer.variant)))
  );
}

/** The releases of a stretch that are bad for a consumer on an architecture. */
export function badCells(
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

/** The changes at the transitions back to good: in force at the first good release, and not before. */
function transitionsBack(verdicts: Verdicts, stretch: ViolationStretch): Set<string> {
  const { model, predict } = verdicts;
  const bad = badCells(stretch);
  const found = new Set<string>();
  const changeOf = (behaviour: string, place: Place) => {
    const effective = predict.effective(behaviour, place);
    return effective.known ? effective.change : null;
  };
  const add = ({ consumer, arch, need }: Violation, release: string, next: string) => {
    const place = placeAt(next, arch, consumer.profile);
    const now = predict.effective(stretch.behaviour, place);
    if (!now.known || !need.needs.includes(now.value)) return;
    if (now.change !== null && need.effective.known && now.change !== need.effective.change) {
      found.add(now.change);
      return;
    }
    // The same record gives another value: a behaviour that its condition depends on has changed.
    const before = placeAt(release, arch, consumer.profile);
    for (const operand of now.operands) {
      const after = changeOf(operand, place);
      if (after !== null && after !== changeOf(operand, before)) found.add(after);
    }
  };
  for (const violation of stretch.violations) {
    const badHere = bad(violation.consumer, violation.arch);
    for (const release of violation.releases)
      for (const next of model.graph.successors.get(release) ?? [])
        if (badHere?.has(next) !== true) add(violation, release, next);
  }
  return found;
}

/** The claims about fixes of a stretch in the kernel; `more` are broken on no architecture that anybody names. */
export function fixClaims(
  model: Model,
  stretch: ViolationStretch,
  more: readonly Consumer[] = [],
): readonly FixClaim[] {
  const consumers = new Set(
    [...stretch.violations, ...more.map((consumer) => ({ consumer }))].map((v) => v.consumer.consumer),
  );
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

/** Claimed fixes without a record of their effect, each by its latest claim; and those that name no change. */
function announcedFixes(
  model: Model,
  stretch: ViolationStretch,
  changes: ReadonlySet<string>,
): Regression['announced'] {
  return announcedOf(model, fixClaims(model, stretch), changes);
}

/** What is announced of claimed fixes, each by its latest claim: of these changes, and where no change is named. */
export function announcedOf(
  model: Model,
  claims: readonly FixClaim[],
  changes: ReadonlySet<string>,
): Regression['announced'] {
  const found = new Map<string, Regression['announced'][number]>();
  for (const { id, payload: f } of claims) {
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

/** Tells where a fix has arrived: by affected line the release that has it, `pending`, or `never` where the line ended. */
export function fixDocument(
  model: Model,
  change: string,
  affected: Regression['affected'],
  firstIn = (name: string, line: string) => model.graph.firstIn(name, line),
): Fix {
  const releases = byName<string>();
  for (const { line } of affected) {
    const first = firstIn(change, line);
    releases[line] ??= first ?? (hasEnded(model, line) ? 'never' : 'pending');
  }
  return { change, subject: subjectOf(model, change), releases };
}

/** The first release of a line that has a change; null where none has it, and where it was taken out again. */
export function arrivedIn(model: Model, change: string, line: string): string | null {
  const last = model.graph.members.get(line)?.at(-1);
  if (last === undefined || !model.graph.contains(last).has(change)) return null;
  return model.graph.firstIn(change, line);
}

/** Changes in the order in which they entered; those that did not stand last. */
export function inOrder(model: Model, changes: ReadonlySet<string>): readonly string[] {
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
