import { byName, named } from '../../store/by-name.ts';
import { answersOf } from '../regressions/answers.ts';
import type { Consumer, Model } from '../model/model.ts';
import { allArchs } from '../model/select.ts';
import { isMadeFor } from '../verdict/presences.ts';
import { nameOf, type Verdict } from '../verdict/verdict.ts';

/** What a cell is compared by. */
export type Fare = Pick<Verdict, 'status' | 'basis'>;

/** How a consumer fares on an architecture, release by release. */
export interface FaresAlong {
  at(release: string): Fare | undefined;
  /** Asked for where something differs. */
  evidenceAt(release: string): readonly string[];
}

/** Gives how a consumer fares on an architecture in the default configuration. */
export type FaresOf = (consumer: Consumer, arch: string) => FaresAlong;

/** How every consumer fares in the default configuration, written short, to be kept. */
export interface Fares {
  readonly kinds: readonly Fare[];
  /** By consumer and architecture, along the releases in graph order: which of the kinds, and for how many releases, in turn. */
  readonly lanes: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

/** Tells how a consumer of a model fares on an architecture in a configuration. */
export function faresAlong(
  model: Model,
  consumer: Consumer,
  arch: string,
  config: string | null,
): FaresAlong {
  const along = answersOf(model).verdicts.along(consumer, arch, config);
  return {
    at: (release) => along.at(release),
    evidenceAt: (release) => along.at(release)?.evidence ?? [],
  };
}

/** Writes down how all consumers of a model fare. */
export function faresOf(model: Model): Fares {
  const { verdicts } = answersOf(model);
  const kinds: Fare[] = [];
  const numbers = new Map<string, number>();
  const lanes = byName<Record<string, number[]>>();
  for (const consumer of model.consumers)
    for (const arch of allArchs(model)) {
      if (!isMadeFor(consumer, arch)) continue;
      const along = verdicts.along(consumer, arch);
      const lane: number[] = [];
      for (const release of model.graph.order) {
        const { status, basis } = along.at(release)!;
        const said = `${status} ${basis ?? ''}`;
        const number = numbers.get(said) ?? kinds.push({ status, basis }) - 1;
        numbers.set(said, number);
        if (lane.at(-2) === number) lane[lane.length - 1]! += 1;
        else lane.push(number, 1);
      }
      (lanes[nameOf(consumer)] ??= byName())[arch] = lane;
    }
  return { kinds, lanes };
}

/**
 * Tells how the consumers of a model fare beside another world: only the cells are judged that may fare otherwise. Of a lane without such a
 * cell it gives what the other world says, the same object.
 *
 * @param reached the releases at which a consumer may fare otherwise on an architecture
 */
export function faresBeside(
  model: Model,
  there: FaresOf,
  reached: (consumer: Consumer, arch: string) => ReadonlySet<string>,
): FaresOf {
  const { verdicts } = answersOf(model);
  return (consumer, arch) => {
    const then = there(consumer, arch);
    const releases = reached(consumer, arch);
    if (releases.size === 0) return then;
    return {
      at: (release) => (releases.has(release) ? verdicts.at(consumer, release, arch) : then.at(release)),
      evidenceAt: (release) => verdicts.at(consumer, release, arch).evidence,
    };
  };
}

/** Reads what was written down of a model. */
export function readFares(model: Model, { kinds, lanes }: Fares): FaresOf {
  const place = new Map(model.graph.order.map((name, index) => [name, index]));
  return (consumer, arch) => {
    const lane = named(named(lanes, nameOf(consumer)), arch);
    if (lane === undefined) return faresAlong(model, consumer, arch, null);
    const fares: Fare[] = [];
    for (let i = 0; i < lane.length; i += 2)
      for (let left = lane[i + 1]!; left > 0; left -= 1) fares.push(kinds[lane[i]!]!);
    return {
      at: (release) => fares[place.get(release) ?? -1],
      evidenceAt: (release) => answersOf(model).verdicts.at(consumer, release, arch).evidence,
    };
  };
}
