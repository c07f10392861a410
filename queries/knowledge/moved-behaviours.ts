import type { Scalar } from '../../store/events/fields.ts';
import { answersOf } from '../regressions/answers.ts';
import type { Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { circumstancesOf } from '../verdict/circumstances.ts';
import { within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import { placeAt } from '../verdict/place.ts';
import type { Effective } from '../verdict/prediction.ts';

type Profile = Readonly<Record<string, Scalar>>;

/** A behaviour on an architecture that is another in one of two worlds. */
export interface MovedPlace {
  readonly behaviour: string;
  readonly arch: string;
  /** What a profile has to be for that, in words; empty where it does not matter. */
  readonly where: string;
  /** All releases at which it is another; one list for those at which it is alike. */
  readonly seen: readonly {
    readonly releases: readonly string[];
    readonly was: Effective;
    readonly is: Effective;
  }[];
}

/** The behaviours that are another in one of two worlds: of another value, or for another reason. */
export interface MovedBehaviours {
  /** One release for all at which both worlds say the same. */
  readonly releases: readonly string[];
  /** All that can be another at all, in whatever configuration: those that are touched, and those that ask for these. */
  readonly bearing: ReadonlySet<string>;
  /**
   * The releases at which something that decides one of these conditions is another, for a profile on an architecture in the default
   * configuration.
   */
  under(conditions: readonly string[], profile: Profile, arch: string): ReadonlySet<string>;
  /** Where one is another in the default configuration, for a consumer that is recorded or without a profile. */
  places(): readonly MovedPlace[];
}

/**
 * Finds the behaviours that are another in one of two worlds, at releases that both know.
 *
 * @param touched those of which records speak that count in one of the two alone: others are another only if they ask for these. Null: all
 */
export function movedBehaviours(
  before: Model,
  after: Model,
  touched: ReadonlySet<string> | null,
): MovedBehaviours {
  const worlds = [before, after].map((model) => ({
    predict: answersOf(model).verdicts.predict,
    circumstances: circumstancesOf(model),
  }));
  const [then, now] = [worlds[0]!.predict, worlds[1]!.predict];
  const asked = (text: string, profile: Profile) =>
    new Set(worlds.flatMap(({ circumstances }) => circumstances.behavioursAskedBy(text, profile)));
  const defined = [before, after].flatMap(({ behaviours }) => [...behaviours.keys()]);
  const bearing = [...new Set([...defined, ...(touched ?? [])])].filter(
    (behaviour) => touched === null || [...asked(behaviour, {})].some((one) => touched.has(one)),
  );
  const classes = new Map<string, string[]>();
  for (const release of after.graph.order) {
    if (!before.graph.releases.has(release)) continue;
    const key = `${then.classOf(release)}\n${now.classOf(release)}`;
    const known = classes.get(key);
    if (known) known.push(release);
    else classes.set(key, [release]);
  }
  const releases = [...classes.values()].map(([first]) => first!);
  const archs = [...new Set([after, before].flatMap(allArchs))];
  // The circumstances of a place are the same on all architectures.
  const circumstancesFor = (behaviour: string, profile: Profile) => {
    const place = placeAt('', '', profile);
    return worlds.map(({ circumstances }) => circumstances.of(behaviour, place));
  };
  // By behaviour and circumstances, then by architecture: each is the beginning of a class.
  const known = new Map<string, Map<string, readonly string[]>>();
  const movedAt = (behaviour: string, profile: Profile, arch: string): readonly string[] => {
    const key = JSON.stringify([behaviour, circumstancesFor(behaviour, profile)]);
    return remembered(within(known, key), arch, () => {
      const place = placeAt('', arch, profile);
      const [was, is] = [then.effectiveAlong(behaviour, place), now.effectiveAlong(behaviour, place)];
      return releases.filter((release) => !isSame(was(release), is(release)));
    });
  };
  const membersOf = new Map([...classes.values()].map((members) => [members[0]!, members]));
  const { behavioursNamedBy } = worlds[1]!.circumstances;
  return {
    releases,
    bearing: new Set(bearing),
    under(conditions, profile, arch) {
      const named = new Set(conditions.flatMap((text) => behavioursNamedBy(text, profile)));
      const firsts = bearing
        .filter((behaviour) => named.has(behaviour))
        .flatMap((behaviour) => movedAt(behaviour, profile, arch));
      return new Set(firsts.flatMap((first) => membersOf.get(first)!));
    },
    places() {
      const profiles = [{}, ...after.consumers.map(({ profile }) => profile)];
      return bearing.flatMap((behaviour) => {
        // One profile for all that are alike as far as this behaviour asks.
        const alike = new Map<string, Profile>();
        for (const profile of profiles) {
          const where = inWords(circumstancesFor(behaviour, profile));
          if (!alike.has(where)) alike.set(where, profile);
        }
        return archs.flatMap((arch) =>
          [...alike].flatMap(([where, profile]): readonly MovedPlace[] => {
            const place = placeAt('', arch, profile);
            const [was, is] = [then.effectiveAlong(behaviour, place), now.effectiveAlong(behaviour, place)];
            const seen = [...classes.values()].flatMap((members) => {
              const [here, there] = [was(members[0]!), is(members[0]!)];
              return isSame(here, there) ? [] : [{ releases: members, was: here, is: there }];
            });
            return seen.length === 0 ? [] : [{ behaviour, arch, where, seen }];
          }),
        );
      });
    },
  };
}

/** Says what of a profile matters in either world. */
function inWords(circumstances: readonly string[]): string {
  const said = new Set(circumstances.flatMap((text) => text.split('\n')).filter((line) => line !== ''));
  return said.size === 0 ? '' : ` where ${[...said].map((line) => line.replace(':', ' is ')).join(', ')}`;
}

/** Whether the same follows from two values, and rests on the same. */
function isSame(a: Effective, b: Effective): boolean {
  if (a.known !== b.known || a.change !== b.change) return false;
  if (!a.known || !b.known) return !a.known && !b.known && a.why === b.why;
  return (
    a.value === b.value &&
    a.record === b.record &&
    a.basis === b.basis &&
    a.operands.join() === b.operands.join()
  );
}
