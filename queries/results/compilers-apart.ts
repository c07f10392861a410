import type { Lane } from '../outcomes/lane.ts';
import type { CompilersApart, RatedResults, ResultPlace } from '../outcomes/results.ts';
import { configKey } from './result-index.ts';

/** Builds that pass a test at a place and those that fail it, where they differ in compiler. */
export interface BuildsApart extends ResultPlace, CompilersApart {
  readonly test: string;
}

/** Rates tests by how they fared on each machine and with each compiler, which is found out when somebody asks. */
export function ratedBy(lanes: RatedResults['lanes']): RatedResults {
  const known = new Map<string, ApartByPlace>();
  return {
    lanes,
    compilersApart(test, release, arch, config) {
      const places = known.get(test) ?? apartByPlace(test, lanes(test) ?? []);
      known.set(test, places);
      return places.get(keyOf({ release, arch, config })) ?? null;
    },
  };
}

/** Finds all builds of some tests that differ in compiler. */
export function buildsApart(results: RatedResults, tests: Iterable<string>): readonly BuildsApart[] {
  return [...tests].flatMap((test) => [...apartByPlace(test, results.lanes(test) ?? []).values()]);
}

/** Rates tests by the builds that were found to differ in compiler. Who asks for anything else meets an error. */
export function ratedAs(known: readonly BuildsApart[]): RatedResults {
  const places = new Map(known.map((apart) => [`${apart.test}\n${keyOf(apart)}`, apart]));
  return {
    lanes(test) {
      throw new Error(`how ${test} fared was not read: nobody was to ask for it`);
    },
    compilersApart: (test, release, arch, config) =>
      places.get(`${test}\n${keyOf({ release, arch, config })}`) ?? null,
  };
}

type ApartByPlace = ReadonlyMap<string, BuildsApart>;

const keyOf = ({ release, arch, config }: ResultPlace) => `${release}\n${arch}\n${config ?? ''}`;

/** The compilers of the builds at a place; null where it is not told of one. */
interface Compilers extends ResultPlace {
  readonly good: Set<string | null>;
  readonly bad: Set<string | null>;
}

function apartByPlace(test: string, lanes: readonly Lane[]): ApartByPlace {
  // One compiler is apart from nothing, whatever it came to.
  const compilers = new Set(lanes.map(({ compiler }) => compiler));
  compilers.delete(null);
  if (compilers.size < 2) return new Map();
  const there = new Map<string, Compilers>();
  for (const { compiler, arch, config, seen } of lanes) {
    if (arch === null) continue;
    const built = configKey(config);
    for (const { version, rate } of seen) {
      const place = { release: version, arch, config: built === '' ? null : built };
      const here = there.get(keyOf(place)) ?? { ...place, good: new Set(), bad: new Set() };
      there.set(keyOf(place), here);
      for (const side of ['good', 'bad'] as const) if (rate[side] > 0) here[side].add(compiler);
    }
  }
  return new Map(
    [...there].flatMap(([key, { good, bad, ...place }]) => {
      const isTold = good.size > 0 && bad.size > 0 && !good.has(null) && !bad.has(null);
      if (!isTold || [...good].some((compiler) => bad.has(compiler))) return [];
      const [passes, fails] = [good, bad].map((names) => ([...names] as string[]).sort());
      return [[key, { test, ...place, passes: passes!, fails: fails! }] as const];
    }),
  );
}

/** `passes with gcc, fails with clang`. */
export function apartText({ passes, fails }: CompilersApart): string {
  return `passes with ${passes.join(', ')}, fails with ${fails.join(', ')}`;
}
