import { within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { presenceIn } from './needs.ts';

/** A class of releases, without the members at which an architecture has not the interface. */
export interface ClassThere {
  /** The first release of the class, whether it is a member here or not. */
  readonly first: string;
  readonly releases: readonly string[];
}

/** All releases, by whether an architecture has an interface there. */
export interface Presences {
  readonly there: readonly ClassThere[];
  readonly absent: readonly string[];
  /** Those at which nobody knows. */
  readonly unknown: readonly string[];
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
    const there: ClassThere[] = [];
    const others: Record<'absent' | 'unknown', string[]> = { absent: [], unknown: [] };
    for (const members of classes) {
      const releases: string[] = [];
      for (const release of members) {
        const presence = presenceAt(release);
        (presence === 'there' ? releases : others[presence]).push(release);
      }
      if (releases.length > 0) there.push({ first: members[0]!, releases });
    }
    const made = { there, ...others };
    byArch.set(arch, made);
    return made;
  };
}
