import { within } from '../../store/grouping.ts';
import type { Model } from '../model/model.ts';
import { presenceIn } from './needs.ts';

/** The classes of releases at which an architecture has an interface, each by its first release and without the members that have not. */
export type ClassesThere = readonly { readonly first: string; readonly releases: readonly string[] }[];

/** Finds the classes at which interfaces are there, once for an interface and an architecture. */
export function classesThereOf(
  model: Model,
  classes: readonly (readonly string[])[],
): (name: string, arch: string) => ClassesThere {
  const known = new Map<string, Map<string, ClassesThere>>();
  return (name, arch) => {
    const byArch = within(known, name);
    const before = byArch.get(arch);
    if (before) return before;
    const presenceAt = presenceIn(model, name, arch);
    const found = classes
      .map((members) => ({
        first: members[0]!,
        releases: members.filter((release) => presenceAt(release) === 'there'),
      }))
      .filter(({ releases }) => releases.length > 0);
    byArch.set(arch, found);
    return found;
  };
}
