import { grouped } from '../../store/grouping.ts';
import type { MoveLane, MoveOutcomes } from '../interface/migration.ts';
import type { GoneAndNew } from './gone-and-new.ts';

interface Move {
  readonly consumer: string;
  readonly arch: string;
  readonly from: string;
  readonly to: string;
  readonly outcome: string;
}

/**
 * Tells which moves of `migrate` turn out differently in two models, at the releases that both list, and which releases only one of them
 * lists.
 */
export function toldMoves(before: MoveOutcomes, after: MoveOutcomes): GoneAndNew {
  return { gone: inOneAlone(before, after), new: inOneAlone(after, before) };
}

function inOneAlone(one: MoveOutcomes, other: MoveOutcomes): readonly string[] {
  const [placesHere, placesThere] = [one, other].map(
    ({ releases }) => new Map(releases.map((release, place) => [release, place])),
  );
  const keyOf = ({ consumer, arch, from }: MoveLane) => JSON.stringify([consumer, arch, from]);
  const outcomesThere = new Map(other.lanes.map((lane) => [keyOf(lane), lane.outcomes]));
  const shared = one.releases.filter((release) => placesThere!.has(release));
  const moves = one.lanes.flatMap((lane): readonly Move[] => {
    const { consumer, arch, from, outcomes } = lane;
    if (!placesThere!.has(from)) return [];
    const there = outcomesThere.get(keyOf(lane));
    return shared.flatMap((to) => {
      const outcome = outcomes[placesHere!.get(to)!]!;
      return outcome === there?.[placesThere!.get(to)!] ? [] : [{ consumer, arch, from, to, outcome }];
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
  const byTo = joined(moves, 'to', ({ consumer, arch, from, outcome }) => [consumer, arch, from, outcome]);
  const byFrom = joined(byTo, 'from', ({ consumer, arch, to, outcome }) => [consumer, arch, to, outcome]);
  return joined(byFrom, 'arch', ({ consumer, from, to, outcome }) => [consumer, from, to, outcome]).map(
    ({ consumer, arch, from, to, outcome }) => `${consumer} from ${from} to ${to} on ${arch}: ${outcome}`,
  );
}
