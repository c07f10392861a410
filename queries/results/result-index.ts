import type { Outcome } from '../../store/events/observation.ts';
import type { CellResults, ResultIndex } from './results.ts';
import { switchesOf } from '../model/switches.ts';

/** Gathers results by test, release, architecture and configuration. */
export interface ResultGatherer {
  /** `config` as `configKey` writes it; `known` is the end of the result's known-at. */
  add(
    cell: { readonly test: string; readonly release: string; readonly arch: string; readonly config: string },
    outcome: Outcome,
    address: string,
    known: string,
  ): void;
  readonly index: ResultIndex;
}

/** The configuration as switches; a name that sets none (`defconfig`) stands for the defaults. */
export function configKey(config: string | null | undefined): string {
  if (config === null || config === undefined) return '';
  return Object.entries(switchesOf(config))
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort()
    .join(',');
}

interface Cell {
  readonly outcomes: Map<Outcome, string[]>;
  readonly moments: Map<string, string>;
  readonly results: CellResults;
}

/** Begins an index without results. */
export function gatherResults(): ResultGatherer {
  const tests = new Map<string, Map<string, Map<string, Map<string, Cell>>>>();
  const cellOf = (test: string, release: string, arch: string, config: string): Cell => {
    const releases = within(tests, test);
    const archs = within(releases, release);
    const configs = within(archs, arch);
    const known = configs.get(config);
    if (known) return known;
    const outcomes = new Map<Outcome, string[]>();
    const moments = new Map<string, string>();
    const made = { outcomes, moments, results: { outcomes, known: (a: string) => moments.get(a) ?? '' } };
    configs.set(config, made);
    return made;
  };
  return {
    add({ test, release, arch, config }, outcome, address, known) {
      const { outcomes, moments } = cellOf(test, release, arch, config);
      moments.set(address, known);
      const list = outcomes.get(outcome);
      if (!list) outcomes.set(outcome, [address]);
      else if (!list.includes(address)) list.push(address);
    },
    index: {
      at: (test, release, arch, config) =>
        tests.get(test)?.get(release)?.get(arch)?.get(configKey(config))?.results ?? null,
      placesOf: (test) =>
        [...(tests.get(test) ?? [])].flatMap(([release, archs]) =>
          [...archs].flatMap(([arch, configs]) =>
            [...configs.keys()].map((config) => ({ release, arch, config: config === '' ? null : config })),
          ),
        ),
    },
  };
}

function within<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<L, V>();
  map.set(key, made);
  return made;
}
