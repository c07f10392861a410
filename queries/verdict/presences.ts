import { grouped, within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { presenceIn } from './needs.ts';

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
