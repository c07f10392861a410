import type { Scalar } from '../../store/events/fields.ts';
import type { Consumer } from '../model/model.ts';
import { connected } from '../releases/stretches.ts';
import type { Need } from './needs.ts';
import { archsOf } from '../model/interfaces.ts';
import { type PartOfClass } from './presences.ts';
import type { NeedsIn, Verdicts } from './verdicts.ts';
import { addTo } from '../../store/grouping.ts';

/** Releases over which a behaviour has a value that violates what a consumer needs on an architecture. */
export interface Violation {
  readonly consumer: Consumer;
  readonly arch: string;
  readonly need: Need;
  /** In graph order; the same follows from the records for all of them. */
  readonly releases: readonly string[];
}

/** A value that violates what somebody needs, over one connected stretch of releases. */
export interface ViolationStretch {
  readonly interface: string;
  /** Empty where a claim or a test opened it and no behaviour is named. */
  readonly behaviour: string;
  readonly value: Scalar;
  readonly otherwise: 'broken' | 'degraded';
  /** 1 for the first stretch of this value in graph order, 2 for the next. */
  readonly occurrence: number;
  /** In graph order. */
  readonly releases: readonly string[];
  readonly violations: readonly Violation[];
  /** What a decision split off, where it is such a part. */
  readonly part?: string;
}

/**
 * Finds every stretch of these consumers, in the default configuration or by the needs that are given.
 *
 * @param among the behaviours that are looked at; null: all of them
 */
export function violationStretches(
  verdicts: Verdicts,
  consumers: readonly Consumer[] = verdicts.model.consumers,
  needsIn: (consumer: Consumer, arch: string) => NeedsIn = (consumer, arch) =>
    verdicts.needsIn(consumer, arch),
  among: ReadonlySet<string> | null = null,
): readonly ViolationStretch[] {
  const { model } = verdicts;
  const groups = new Map<string, Violation[]>();
  for (const consumer of consumers) {
    const { interface: name } = consumer;
    for (const arch of consumer.archs ?? archsOf(model, name)) {
      const classes = verdicts.presences(name, arch).there;
      for (const violation of violationsIn(consumer, arch, classes, needsIn(consumer, arch))) {
        const { behaviour, effective, otherwise } = violation.need;
        if (!effective.known || among?.has(behaviour) === false) continue;
        addTo(groups, keyOf({ interface: name, behaviour, value: effective.value, otherwise }), violation);
      }
    }
  }
  const found: ViolationStretch[] = [];
  for (const [group, violations] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [iface, behaviour, value, otherwise] = JSON.parse(group) as [
      string,
      string,
      Scalar,
      'broken' | 'degraded',
    ];
    connected(model, releasesOf(violations)).forEach((releases, index) => {
      found.push({
        interface: iface,
        behaviour,
        value,
        otherwise,
        occurrence: index + 1,
        releases,
        violations: violationsOver(violations, releases),
      });
    });
  }
  return found;
}

function keyOf({
  interface: name,
  behaviour,
  value,
  otherwise,
}: Pick<ViolationStretch, 'interface' | 'behaviour' | 'value' | 'otherwise'>): string {
  return JSON.stringify([name, behaviour, value, otherwise]);
}

/** Brings stretches of several findings into the order of one. */
export function inStretchOrder<T>(all: readonly T[], stretchOf: (one: T) => ViolationStretch): readonly T[] {
  const keyed = all.map((one) => ({ one, key: keyOf(stretchOf(one)) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ one }) => one);
}

/** The violations of a consumer's needs on an architecture, one for each class of releases. */
function violationsIn(
  consumer: Consumer,
  arch: string,
  classes: readonly PartOfClass[],
  needsAt: NeedsIn,
): readonly Violation[] {
  return classes.flatMap(({ first, releases }) =>
    needsAt(first)
      .filter((need) => need.state === 'fails')
      .map((need) => ({ consumer, arch, need, releases })),
  );
}

/** The releases of violations, each once. */
export function releasesOf(violations: readonly Violation[]): ReadonlySet<string> {
  return new Set(violations.flatMap((v) => v.releases));
}

/** Restricts violations to some releases. */
export function violationsOver(
  violations: readonly Violation[],
  releases: readonly string[],
): readonly Violation[] {
  const inside = new Set(releases);
  return violations.flatMap((v) => {
    const here = v.releases.filter((name) => inside.has(name));
    return here.length === 0 ? [] : [here.length === v.releases.length ? v : { ...v, releases: here }];
  });
}

/** Tells whether a cell is among violations. */
export function hasCell(
  violations: readonly Violation[],
  consumer: Consumer,
  release: string,
  arch: string,
): boolean {
  return violations.some((v) => v.consumer === consumer && v.arch === arch && v.releases.includes(release));
}
