import { grouped } from '../../store/grouping.ts';
import type { Fates } from '../interface/migration.ts';
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
  const there = new Set(other.releases);
  const moves: Move[] = [];
  for (const [consumer, archs] of Object.entries(one.lanes))
    for (const [arch, lanes] of Object.entries(archs))
      for (const from of Object.keys(lanes)) {
        if (!there.has(from)) continue;
        for (const to of one.releases) {
          if (!there.has(to)) continue;
          const fate = fateOf(one, consumer, arch, from, to)!;
          if (fate !== fateOf(other, consumer, arch, from, to))
            moves.push({ consumer, arch, from, to, fate });
        }
      }
  return [
    ...one.releases.filter((r) => !there.has(r)).map((r) => `at ${r} behaviours change`),
    ...inShort(moves),
  ];
}

function fateOf(fates: Fates, consumer: string, arch: string, from: string, to: string): string | undefined {
  const number = fates.lanes[consumer]?.[arch]?.[from]?.[fates.releases.indexOf(to)];
  return number === undefined ? undefined : fates.kinds[number];
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
