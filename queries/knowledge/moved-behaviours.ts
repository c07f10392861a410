import type { Scalar } from '../../store/events/fields.ts';
import { answersOf } from '../regressions/answers.ts';
import type { Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { circumstancesOf } from '../verdict/circumstances.ts';
import { grouped, within } from '../../store/grouping.ts';
import { remembered } from '../../store/memo.ts';
import { placeAt, type Place } from '../verdict/place.ts';
import type { Effective } from '../verdict/prediction.ts';

type Profile = Readonly<Record<string, Scalar>>;

/** The switches of the default configuration. */
const NONE: Profile = {};

const NOWHERE: ReadonlySet<string> = new Set();

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
   * Those of which records may tell otherwise in the default configuration, for a consumer that is recorded or without a profile: they are
   * touched or another themselves, or what their records ask for is.
   */
  readonly retold: ReadonlySet<string>;
  /**
   * Gives, for an architecture, the releases at which something that decides one of these conditions is another, for a profile and switches
   * that differ from their defaults.
   */
  under(
    conditions: readonly string[],
    profile: Profile,
    switches?: Profile,
  ): (arch: string) => ReadonlySet<string>;
  /** Whether something that decides one of these conditions is another for anybody with these switches: a recorded consumer, or without a profile. */
  isAny(conditions: readonly string[], switches?: Profile): boolean;
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
  const { conditionsOfRecords } = worlds[1]!.circumstances;
  // A behaviour may be known in one of the worlds alone, as where its only record is taken away.
  const behavioursNamedBy = (text: string, profile: Profile) =>
    worlds.flatMap(({ circumstances }) => circumstances.behavioursNamedBy(text, profile));
  const asked = (text: string) =>
    worlds.flatMap(({ circumstances }) => circumstances.behavioursAskedBy(text, {}));
  const defined = [before, after].flatMap(({ behaviours }) => [...behaviours.keys()]);
  const bearing = [...new Set([...defined, ...(touched ?? [])])].filter(
    (behaviour) => touched === null || asked(behaviour).some((one) => touched.has(one)),
  );
  const bearingSet = new Set(bearing);
  const classes = grouped(
    after.graph.order.filter((release) => before.graph.releases.has(release)),
    (release) => `${then.classOf(release)}\n${now.classOf(release)}`,
  );
  const membersOf = new Map([...classes.values()].map((members) => [members[0]!, members]));
  const releases = [...membersOf.keys()];
  const archs = [...new Set([after, before].flatMap(allArchs))];
  const recorded = [{}, ...after.consumers.map(({ profile }) => profile)];
  const profiles = [...new Map(recorded.map((profile) => [JSON.stringify(profile), profile])).values()];
  // The circumstances of a place are the same on all architectures.
  const circumstancesFor = (behaviour: string, profile: Profile, switches: Profile) => {
    const place = placeAt('', '', profile, switches);
    return worlds.map(({ circumstances }) => circumstances.of(behaviour, place));
  };

  // By circumstances; for whoever asks again for a profile with the same switches, by these.
  const byCircumstances = new Map<string, Map<string, readonly string[]>>();
  const byProfile = new Map<Profile, Map<Profile, Map<string, Map<string, readonly string[]>>>>();
  const movedOf = (behaviour: string, { profile, switches }: Place) =>
    remembered(within(within(byProfile, switches), profile), behaviour, () =>
      within(byCircumstances, JSON.stringify([behaviour, circumstancesFor(behaviour, profile, switches)])),
    );
  /** The beginnings of the classes in which a behaviour is another at a place, whose release is ignored. */
  const movedAt = (behaviour: string, place: Place): readonly string[] => {
    const byArch = movedOf(behaviour, place);
    const known = byArch.get(place.arch);
    if (known !== undefined) return known;
    // For what depends on itself.
    byArch.set(place.arch, releases);
    const found = findMoved(behaviour, place);
    byArch.set(place.arch, found);
    return found;
  };
  const findMoved = (behaviour: string, place: Place): readonly string[] => {
    // Of what nobody touched the records are the same: it is another only where something is that they ask for.
    const isTouched = touched?.has(behaviour) !== false;
    const open = isTouched
      ? releases
      : anyMoved(deciding(conditionsOfRecords(behaviour), place.profile), place);
    if (open.length === 0) return open;
    const [was, is] = [then.effectiveAlong(behaviour, place), now.effectiveAlong(behaviour, place)];
    return open.filter((release) => !isSame(was(release), is(release)));
  };
  /** What can be another at all of that which decides some conditions. */
  const deciding = (conditions: readonly string[], profile: Profile): readonly string[] => {
    const named = new Set(conditions.flatMap((text) => behavioursNamedBy(text, profile)));
    return [...named].filter((behaviour) => bearingSet.has(behaviour));
  };
  /** The beginnings of the classes in which one of some behaviours is another. */
  const anyMoved = (behaviours: readonly string[], place: Place): readonly string[] => {
    const [first, ...others] = behaviours.map((behaviour) => movedAt(behaviour, place));
    if (first === undefined || others.length === 0) return first ?? [];
    const found = new Set([first, ...others].flat());
    return releases.filter((release) => found.has(release));
  };
  const isAny = (conditions: readonly string[], switches = NONE) =>
    profiles.some((profile) => {
      const those = deciding(conditions, profile);
      return archs.some((arch) => anyMoved(those, placeAt('', arch, profile, switches)).length > 0);
    });

  let retold: ReadonlySet<string> | null = null;
  const isRetold = (behaviour: string) =>
    touched?.has(behaviour) !== false || isAny([behaviour, ...conditionsOfRecords(behaviour)]);
  return {
    releases,
    bearing: bearingSet,
    get retold() {
      return (retold ??= new Set(bearing.filter(isRetold)));
    },
    under(conditions, profile, switches = NONE) {
      const those = deciding(conditions, profile);
      return (arch) => {
        const firsts = anyMoved(those, placeAt('', arch, profile, switches));
        return firsts.length === 0 ? NOWHERE : new Set(firsts.flatMap((first) => membersOf.get(first)!));
      };
    },
    isAny,
    places: () =>
      bearing.flatMap((behaviour) => {
        // One profile for all that are alike as far as this behaviour asks.
        const alike = new Map<string, Profile>();
        for (const profile of profiles) {
          const where = inWords(circumstancesFor(behaviour, profile, NONE));
          if (!alike.has(where)) alike.set(where, profile);
        }
        return archs.flatMap((arch) =>
          [...alike].flatMap(([where, profile]): readonly MovedPlace[] => {
            const place = placeAt('', arch, profile, NONE);
            const [was, is] = [then.effectiveAlong(behaviour, place), now.effectiveAlong(behaviour, place)];
            const seen = movedAt(behaviour, place).map((first) => ({
              releases: membersOf.get(first)!,
              was: was(first),
              is: is(first),
            }));
            return seen.length === 0 ? [] : [{ behaviour, arch, where, seen }];
          }),
        );
      }),
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
