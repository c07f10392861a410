import { grouped, within } from '../../store/grouping.ts';
import type { Consumer, Model } from '../model/model.ts';

/** Tells whether a consumer can be on an architecture at a release at all. */
export function isApplicable(model: Model, consumer: Consumer, release: string, arch: string): boolean {
  if (!isMadeFor(consumer, arch)) return false;
  return presenceOf(model, consumer.interface, release, arch) !== 'absent';
}

/** Tells whether a consumer has a form for an architecture; on others every cell of it is not applicable. */
export function isMadeFor(consumer: Consumer, arch: string): boolean {
  return consumer.archs?.includes(arch) ?? true;
}

/** Whether an architecture has an interface at a release; where nobody knows since when, that may be unknown. */
export type Presence = 'there' | 'absent' | 'unknown';

/** By model, interface and architecture: every cell asks it, and consumers ask for the same. */
const presences = new WeakMap<Model, Map<string, Map<string, (release: string) => Presence>>>();

/** Tells at which releases an architecture has an interface. */
export function presenceIn(model: Model, name: string, arch: string): (release: string) => Presence {
  const byInterface = presences.get(model) ?? new Map<string, Map<string, (release: string) => Presence>>();
  presences.set(model, byInterface);
  const byArch = within(byInterface, name);
  const before = byArch.get(arch);
  if (before) return before;
  const known = new Map<string, Presence>();
  const made = (release: string): Presence => {
    const found = known.get(release) ?? findPresence(model, name, release, arch);
    known.set(release, found);
    return found;
  };
  byArch.set(arch, made);
  return made;
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
  // A beginning that is no recorded release leaves the question to the behaviour records.
  if (since !== undefined && model.graph.releases.has(since) && !reached(since))
    // Of a release of which nobody says what it continues, nobody knows what it has.
    return rootOf(model, release) === rootOf(model, since) ? 'absent' : 'unknown';
  if (until !== undefined && reached(until)) return 'absent';
  return by === undefined || reached(by) ? 'there' : 'unknown';
}

/** The first release of the ancestry of one, as far as it is recorded. */
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

/** Releases of one class at which an interface is there; or at which nobody knows it. */
export interface PartOfClass {
  /** The first release of the class, whether it is among them or not. */
  readonly first: string;
  readonly releases: readonly string[];
  /** Whether the class has others. */
  readonly isPart: boolean;
}

/** All releases, by whether an architecture has an interface there. */
export interface Presences {
  readonly there: readonly PartOfClass[];
  /** Where nobody knows. */
  readonly unknown: readonly PartOfClass[];
  readonly absent: readonly string[];
}

/** Sorts releases by whether an architecture has an interface there, once for both. */
export function presencesOf(
  model: Model,
  classes: readonly (readonly string[])[],
): (name: string, arch: string) => Presences {
  const known = new Map<string, Map<string, Presences>>();
  return (name, arch) => {
    const byArch = within(known, name);
    const before = byArch.get(arch);
    if (before) return before;
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
    byArch.set(arch, made);
    return made;
  };
}
