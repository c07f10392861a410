import { grouped, within } from '../../store/grouping.ts';
import { memoized, remembered } from '../../store/memo.ts';
import type { Consumer, Model } from '../model/model.ts';

/** Tells whether a consumer can run on an architecture at a release: it supports the architecture, which has the interface. */
export function isApplicable(model: Model, consumer: Consumer, release: string, arch: string): boolean {
  if (!isMadeFor(consumer, arch)) return false;
  return presenceOf(model, consumer.interface, release, arch) !== 'absent';
}

/** Tells whether a consumer supports an architecture; on others all its cells are not applicable. */
export function isMadeFor(consumer: Consumer, arch: string): boolean {
  return consumer.archs?.includes(arch) ?? true;
}

/** Whether an architecture has an interface at a release: unknown where the release of its introduction is. */
export type Presence = 'there' | 'absent' | 'unknown';

type PresenceAt = (release: string) => Presence;

/** By model, interface and architecture; each is asked for once for every cell. */
const presences = new WeakMap<Model, Map<string, Map<string, PresenceAt>>>();

/** Tells at which releases an architecture has an interface. */
export function presenceIn(model: Model, name: string, arch: string): PresenceAt {
  const byInterface = remembered(presences, model, () => new Map<string, Map<string, PresenceAt>>());
  return remembered(within(byInterface, name), arch, () =>
    memoized((release: string) => findPresence(model, name, release, arch)),
  );
}

/** Tells whether an architecture has an interface at a release. */
export function presenceOf(model: Model, name: string, release: string, arch: string): Presence {
  return presenceIn(model, name, arch)(release);
}

function findPresence(model: Model, name: string, release: string, arch: string): Presence {
  const archs = model.interfaces.get(name)?.payload.archs;
  if (archs === undefined) return 'there';
  const entry = archs.find((a) => a.arch === arch);
  if (!entry) return 'absent';
  const reached = (from: string) => release === from || model.graph.isAncestor(from, release);
  const { since, until, by } = entry;
  // Where `since` is no recorded release, the behaviour records decide.
  if (since !== undefined && model.graph.releases.has(since) && !reached(since))
    // Without a common ancestor on record, nobody knows which of the two came first.
    return rootOf(model, release) === rootOf(model, since) ? 'absent' : 'unknown';
  if (until !== undefined && reached(until)) return 'absent';
  return by === undefined || reached(by) ? 'there' : 'unknown';
}

/** The earliest recorded ancestor of a release; itself where it has none. */
export function rootOf({ graph }: Model, release: string): string {
  const seen = new Set<string>();
  let at = release;
  for (
    let before = graph.releases.get(at)?.predecessor ?? null;
    before !== null && !seen.has(before);
    before = graph.releases.get(at)?.predecessor ?? null
  ) {
    seen.add(before);
    at = before;
  }
  return at;
}

/** The releases of one class with the same presence of an interface. */
export interface PartOfClass {
  /** The first release of the class, which names it; it may have another presence. */
  readonly first: string;
  readonly releases: readonly string[];
  /** Whether the class has releases with another presence. */
  readonly isPart: boolean;
}

/** All releases, grouped by the presence of an interface on an architecture. */
export interface Presences {
  readonly there: readonly PartOfClass[];
  /** Where nobody knows. */
  readonly unknown: readonly PartOfClass[];
  readonly absent: readonly string[];
}

/** Groups the releases by the presence of an interface on an architecture, once for each pair. */
export function presencesOf(
  model: Model,
  classes: readonly (readonly string[])[],
): (name: string, arch: string) => Presences {
  const known = new Map<string, Map<string, Presences>>();
  const find = (name: string, arch: string): Presences => {
    const presenceAt = presenceIn(model, name, arch);
    const made = { there: [] as PartOfClass[], unknown: [] as PartOfClass[], absent: [] as string[] };
    for (const members of classes) {
      const sorted = grouped(members, presenceAt);
      made.absent.push(...(sorted.get('absent') ?? []));
      for (const presence of ['there', 'unknown'] as const) {
        const releases = sorted.get(presence);
        if (releases) made[presence].push({ first: members[0]!, releases, isPart: sorted.size > 1 });
      }
    }
    return made;
  };
  return (name, arch) => remembered(within(known, name), arch, () => find(name, arch));
}
