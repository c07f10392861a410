import type { Outcome } from '../../store/events/observation.ts';
import type { View } from '../model/counting.ts';
import { isSeen } from '../model/moment.ts';
import { switchesOf } from '../model/switches.ts';
import type { KeptPlace, KeptRun } from './place-results.ts';
import type { CellResults, ResultIndex } from './results.ts';

/** Where results are: a release, an architecture, and a configuration as `configKey` writes it. */
export interface ResultPlace {
  readonly release: string;
  readonly arch: string;
  readonly config: string;
}

/** Gathers results by test, release, architecture and configuration. */
export interface ResultGatherer {
  /** Adds what a row keeps of a place. It is read when somebody asks for the place: most questions ask for few. */
  addPlace(place: ResultPlace, read: () => KeptPlace): void;
  /** `known` is the end of the result's known-at. */
  add(place: ResultPlace & { readonly test: string }, outcome: Outcome, address: string, known: string): void;
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

/** Results that were added one by one. */
class GatheredCell implements CellResults {
  readonly outcomes = new Map<Outcome, string[]>();
  readonly #moments = new Map<string, string>();

  add(outcome: Outcome, address: string, known: string): void {
    this.#moments.set(address, known);
    const list = this.outcomes.get(outcome);
    if (!list) this.outcomes.set(outcome, [address]);
    else if (!list.includes(address)) list.push(address);
  }

  known(address: string): string {
    return this.#moments.get(address) ?? '';
  }
}

/** The results at one place, each test's read when it is asked for. */
class PlaceResults {
  readonly #view: View;
  readonly #cells = new Map<string, GatheredCell | null>();
  #read: (() => KeptPlace) | null;
  #kept: KeptPlace | null = null;
  /** The runs that the view sees, by their place in `runs`. */
  #seen: readonly (KeptRun | null)[] = [];

  constructor(view: View, read: (() => KeptPlace) | null) {
    this.#view = view;
    this.#read = read;
  }

  at(test: string): GatheredCell | null {
    const known = this.#cells.get(test);
    if (known !== undefined) return known;
    const made = this.#fromRow(test);
    this.#cells.set(test, made);
    return made;
  }

  add(test: string, outcome: Outcome, address: string, known: string): void {
    const cell = this.at(test) ?? new GatheredCell();
    cell.add(outcome, address, known);
    this.#cells.set(test, cell);
  }

  #fromRow(test: string): GatheredCell | null {
    if (this.#read !== null) {
      this.#kept = this.#read();
      this.#seen = this.#kept.runs.map((run) => (isSeen(this.#view, run) ? run : null));
      this.#read = null;
    }
    const outcomes = this.#kept?.tests;
    if (outcomes === undefined || !Object.hasOwn(outcomes, test)) return null;
    let cell: GatheredCell | null = null;
    for (const [outcome, pairs] of Object.entries(outcomes[test]!)) {
      for (let at = 0; at < pairs.length; at += 2) {
        const run = this.#seen[pairs[at]!];
        if (!run) continue;
        cell ??= new GatheredCell();
        cell.add(outcome as Outcome, `${run[3]}#${pairs[at + 1]!}`, run[0]);
      }
    }
    return cell;
  }
}

/**
 * Begins an index without results.
 *
 * @param tests The tests whose results count; all where it is left out.
 */
export function gatherResults(view: View = {}, tests?: ReadonlySet<string>): ResultGatherer {
  const releases = new Map<string, Map<string, Map<string, PlaceResults>>>();
  const within = (release: string, arch: string): Map<string, PlaceResults> => {
    const archs = releases.get(release) ?? new Map<string, Map<string, PlaceResults>>();
    releases.set(release, archs);
    const configs = archs.get(arch) ?? new Map<string, PlaceResults>();
    archs.set(arch, configs);
    return configs;
  };
  const counts = (test: string) => tests?.has(test) ?? true;
  return {
    addPlace({ release, arch, config }, read) {
      within(release, arch).set(config, new PlaceResults(view, read));
    },
    add({ test, release, arch, config }, outcome, address, known) {
      const configs = within(release, arch);
      const place = configs.get(config) ?? new PlaceResults(view, null);
      configs.set(config, place);
      place.add(test, outcome, address, known);
    },
    index: {
      at: (test, release, arch, config) =>
        counts(test) ? (releases.get(release)?.get(arch)?.get(configKey(config))?.at(test) ?? null) : null,
      placesOf(test) {
        const found: { release: string; arch: string; config: string | null }[] = [];
        if (!counts(test)) return found;
        for (const [release, archs] of releases)
          for (const [arch, configs] of archs)
            for (const [config, place] of configs)
              if (place.at(test) !== null)
                found.push({ release, arch, config: config === '' ? null : config });
        return found;
      },
      hasRelease: (release) => releases.has(release),
    },
  };
}
