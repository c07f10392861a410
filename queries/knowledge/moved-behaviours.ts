import type { Scalar } from '../../store/events/fields.ts';
import { answersOf } from '../model/answers.ts';
import type { Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { circumstancesOf } from '../verdict/circumstances.ts';
import { placeAt } from '../verdict/place.ts';
import type { Effective } from '../verdict/prediction.ts';

type Profile = Readonly<Record<string, Scalar>>;

/** The behaviours that are another in one of two worlds that have the same releases: of another value, or for another reason. */
export interface MovedBehaviours {
  /** One release for all at which both worlds say the same. */
  readonly releases: readonly string[];
  /** Whether something that one of these conditions asks for is another for a profile, somewhere in the default configuration. */
  isAsked(conditions: readonly string[], profile: Profile): boolean;
  /** All that can be another at all, in whatever configuration: those that are touched, and those that ask for these. */
  readonly bearing: ReadonlySet<string>;
}

/**
 * Finds the behaviours that are another in one of two worlds.
 *
 * @param touched those of which records speak that count in one of the two alone: others are another only if they ask for these
 */
export function movedBehaviours(before: Model, after: Model, touched: ReadonlySet<string>): MovedBehaviours {
  const worlds = [before, after].map((model) => ({
    predict: answersOf(model).verdicts.predict,
    circumstances: circumstancesOf(model),
  }));
  const [then, now] = [worlds[0]!.predict, worlds[1]!.predict];
  const asked = (text: string, profile: Profile) =>
    new Set(worlds.flatMap(({ circumstances }) => circumstances.behavioursAskedBy(text, profile)));
  const bearing = [...new Set([...before.behaviours.keys(), ...after.behaviours.keys(), ...touched])].filter(
    (behaviour) => [...asked(behaviour, {})].some((one) => touched.has(one)),
  );
  const byClasses = new Map<string, string>();
  for (const release of after.graph.order) {
    const key = `${then.classOf(release)}\n${now.classOf(release)}`;
    if (!byClasses.has(key)) byClasses.set(key, release);
  }
  const releases = [...byClasses.values()];
  const archs = allArchs(after);
  const known = new Map<string, boolean>();
  const isMoved = (behaviour: string, profile: Profile) =>
    archs.some((arch) => {
      const place = placeAt('', arch, profile);
      const seen = worlds.map(({ circumstances }) => circumstances.of(behaviour, place));
      const key = JSON.stringify([behaviour, arch, seen]);
      const said = known.get(key);
      if (said !== undefined) return said;
      const [was, is] = [then.effectiveAlong(behaviour, place), now.effectiveAlong(behaviour, place)];
      const moved = releases.some((release) => !isSame(was(release), is(release)));
      known.set(key, moved);
      return moved;
    });
  return {
    releases,
    bearing: new Set(bearing),
    isAsked(conditions, profile) {
      const those = new Set(conditions.flatMap((text) => [...asked(text, profile)]));
      return bearing.some((behaviour) => those.has(behaviour) && isMoved(behaviour, profile));
    },
  };
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
