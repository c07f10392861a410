import { grouped } from '../../store/grouping.ts';
import type { FateLane, Fates } from '../interface/migration.ts';
import type { GoneAndNew } from './gone-and-new.ts';

interface Move {
  readonly consumer: string;
  readonly arch: string;
  readonly from: string;
  readonly to: string;
  readonly fate: string;
}

/**
 * Tells which moves of `migrate` fare otherwise in one of two worlds, at releases that both tell of, and which releases it tells of that the
 * other does not.
 */
export function toldMoves(before: Fates, after: Fates): GoneAndNew {
  return { gone: inOneAlone(before, after), new: inOneAlone(after, before) };
}

function inOneAlone(one: Fates, other: Fates): readonly string[] {
  const [placesHere, placesThere] = [one, other].map(
    ({ releases }) => new Map(releases.map((release, place) => [release, place])),
  );
  const keyOf = ({ consumer, arch, from }: FateLane) => JSON.stringify([consumer, arch, from]);
  const fatesThere = new Map(other.lanes.map((lane) => [keyOf(lane), lane.fates]));
  const shared = one.releases.filter((release) => placesThere!.has(release));
  const moves = one.lanes.flatMap((lane): readonly Move[] => {
    const { consumer, arch, from, fates } = lane;
    if (!placesThere!.has(from)) return [];
    const there = fatesThere.get(keyOf(lane));
    return shared.flatMap((to) => {
      const fate = fates[placesHere!.get(to)!]!;
      return fate === there?.[placesThere!.get(to)!] ? [] : [{ consumer, arch, from, to, fate }];
    });
  });
  const alone = one.releases.filter((release) => !placesThere!.has(release));
  return [...alone.map((release) => `at ${release} behaviours change`), ...inShort(moves)];
}

/** Draws together what is said of the same consumer: releases to which it moves, from which it does, and architectures. */
function inShort(moves: readonly Move[]): readonly string[] {
  const joined = (list: readonly Move[], part: 'arch' | 'from' | 'to', by: (move: Move) => unknown) =>
    [...grouped(list, (move) => JSON.stringify(by(move))).values()].map((alike) => ({
      ...alike[0]!,
      [part]: alike.map((move) => move[part]).join(', '),
    }));
  const byTo = joined(moves, 'to', ({ consumer, arch, from, fate }) => [consumer, arch, from, fate]);
  const byFrom = joined(byTo, 'from', ({ consumer, arch, to, fate }) => [consumer, arch, to, fate]);
  return joined(byFrom, 'arch', ({ consumer, from, to, fate }) => [consumer, from, to, fate]).map(
    ({ consumer, arch, from, to, fate }) => `${consumer} from ${from} to ${to} on ${arch}: ${fate}`,
  );
}
