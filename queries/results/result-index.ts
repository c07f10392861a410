import type { Outcome } from '../../store/events/observation.ts';
import { isSeen, type View } from '../model/view.ts';
import { addTo } from '../../store/grouping.ts';
import { switchesOf } from '../model/switches.ts';
import {
  isEarlier,
  keptOf,
  outcomesIn,
  type KeptOutcomes,
  type KeptPlace,
  type KeptRun,
  type Mark,
} from './place-results.ts';
import {
  BAD,
  GOOD,
  type CellResults,
  type OutcomesHere,
  type RatedResults,
  type ResultIndex,
  type ResultPlace,
} from '../outcomes/results.ts';

/** A release, an architecture, and a configuration as `configKey` writes it. */
export interface PlaceKey {
  readonly release: string;
  readonly arch: string;
  readonly config: string;
}

/** Gathers results by test, release, architecture and configuration. */
export interface ResultGatherer {
  /** Adds what a row keeps of a place. It is read when somebody asks for the place: most questions ask for few. */
  addPlace(place: PlaceKey, read: () => KeptPlace): void;
  /**
   * @param known the end of the result's known-at
   * @param failedRuns runs of it that failed, told with this outcome
   */
  add(
    place: PlaceKey & { readonly test: string },
    outcome: Outcome,
    address: string,
    known: string,
    failedRuns?: number,
  ): void;
  /** The tests with results that were added one by one, of which a place has both outcomes. */
  mixed(): ReadonlySet<string>;
  /** Adds how tests that came to both at one place fared. */
  rate(tests: ReadonlySet<string>, by: RatedResults): void;
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
  private readonly moments = new Map<string, string>();

  add(outcome: Outcome, address: string, known: string): void {
    this.moments.set(address, known);
    const list = this.outcomes.get(outcome);
    if (!list) this.outcomes.set(outcome, [address]);
    else if (!list.includes(address)) {
      // Runs come as the log met them: what is listed does not depend on that.
      const later = list.findIndex((other) => this.isLater(other, address, known));
      list.splice(later < 0 ? list.length : later, 0, address);
    }
  }

  private isLater(other: string, address: string, known: string): boolean {
    const at = this.known(other);
    return at !== known ? at > known : other > address;
  }

  has(outcome: Outcome): boolean {
    return this.outcomes.has(outcome);
  }

  known(address: string): string {
    return this.moments.get(address) ?? '';
  }
}

/** The runs of a row by their place in it; null for those that the view does not see. */
type SeenRuns = readonly (KeptRun | null)[];

/** Results of one test as a row keeps them: written out only where somebody asks which they are. */
class KeptCell implements CellResults {
  private readonly runs: SeenRuns;
  private readonly kept: KeptOutcomes;
  private readonly test: string;
  private whole: GatheredCell | null = null;

  constructor(runs: SeenRuns, kept: KeptOutcomes, test: string) {
    this.runs = runs;
    this.kept = kept;
    this.test = test;
  }

  has(outcome: Outcome): boolean {
    const pairs = keptOf(this.kept, outcome, this.test);
    return pairs !== null && isAnySeen(this.runs, pairs);
  }

  get outcomes(): ReadonlyMap<Outcome, readonly string[]> {
    return this.gathered().outcomes;
  }

  known(address: string): string {
    return this.gathered().known(address);
  }

  gathered(): GatheredCell {
    if (this.whole) return this.whole;
    const cell = new GatheredCell();
    for (const outcome of outcomesIn(this.kept)) {
      const first = this.firstOf(keptOf(this.kept, outcome, this.test) ?? []);
      if (first !== null) cell.add(outcome, `${first[3]}#${first[4]}`, first[0]);
    }
    this.whole = cell;
    return cell;
  }

  /** The first result that the view sees. How many more are kept beside it depends on the order in which the log met them. */
  private firstOf(pairs: readonly number[]): Mark | null {
    let first: Mark | null = null;
    for (let at = 0; at < pairs.length; at += 2) {
      const run = this.runs[pairs[at]!];
      const mark = run ? ([...run, pairs[at + 1]!] as const) : null;
      if (mark !== null && (first === null || isEarlier(mark, first))) first = mark;
    }
    return first;
  }
}

function isAnySeen(runs: SeenRuns, pairs: readonly number[]): boolean {
  for (let at = 0; at < pairs.length; at += 2) if (runs[pairs[at]!]) return true;
  return false;
}

/** The results at one place, each test's made when it is asked for. */
class PlaceResults implements OutcomesHere {
  readonly place: ResultPlace;
  private readonly cells = new Map<string, KeptCell | GatheredCell | null>();
  private readonly gathered = new Map<string, GatheredCell>();
  private readonly runs: SeenRuns;
  private readonly kept: KeptOutcomes;
  private readonly tests: ReadonlySet<string> | undefined;

  constructor(
    { release, arch, config }: PlaceKey,
    view: View,
    tests: ReadonlySet<string> | undefined,
    kept: KeptPlace | null,
  ) {
    this.tests = tests;
    this.place = { release, arch, config: config === '' ? null : config };
    const runs = kept?.runs ?? [];
    const isWhole = view.asOf === undefined && view.asRecorded === undefined;
    this.runs = isWhole ? runs : runs.map((run) => (isSeen(view, run) ? run : null));
    this.kept = kept?.outcomes ?? {};
  }

  at(test: string): KeptCell | GatheredCell | null {
    const known = this.cells.get(test);
    if (known !== undefined) return known;
    const isThere = outcomesIn(this.kept).some((outcome) => this.has(outcome, test));
    const made = isThere ? new KeptCell(this.runs, this.kept, test) : null;
    this.cells.set(test, made);
    return made;
  }

  hasAny(test: string, outcomes: readonly Outcome[]): boolean {
    if (this.tests?.has(test) === false) return false;
    const added = this.gathered.size > 0 ? this.gathered.get(test) : undefined;
    if (added !== undefined) return outcomes.some((outcome) => added.has(outcome));
    for (const outcome of outcomes) if (this.has(outcome, test)) return true;
    return false;
  }

  /** The tests with one of these outcomes. */
  having(outcomes: readonly Outcome[]): ReadonlySet<string> {
    const found = new Set<string>();
    for (const outcome of outcomes) {
      for (const test of Object.keys(this.kept[outcome] ?? {})) if (this.has(outcome, test)) found.add(test);
      for (const [test, cell] of this.gathered) if (cell.has(outcome)) found.add(test);
    }
    return found;
  }

  add(test: string, outcome: Outcome, address: string, known: string): void {
    const before = this.at(test) ?? new GatheredCell();
    const cell = before instanceof KeptCell ? before.gathered() : before;
    cell.add(outcome, address, known);
    this.cells.set(test, cell);
    this.gathered.set(test, cell);
  }

  private has(outcome: Outcome, test: string): boolean {
    const pairs = keptOf(this.kept, outcome, test);
    return pairs !== null && isAnySeen(this.runs, pairs);
  }
}

/**
 * Begins an index without results.
 *
 * @param tests The tests whose results count; all where it is left out.
 */
export function gatherResults(view: View = {}, tests?: ReadonlySet<string>): ResultGatherer {
  const releases = new Map<string, Map<string, Map<string, () => PlaceResults>>>();
  const within = (release: string, arch: string): Map<string, () => PlaceResults> => {
    const archs = releases.get(release) ?? new Map<string, Map<string, () => PlaceResults>>();
    releases.set(release, archs);
    const configs = archs.get(arch) ?? new Map<string, () => PlaceResults>();
    archs.set(arch, configs);
    return configs;
  };
  let ordered: readonly (PlaceKey & { readonly read: () => PlaceResults })[] | null = null;
  // By name, for the log meets places in any order.
  const places = () =>
    (ordered ??= byName(releases).flatMap(([release, archs]) =>
      byName(archs).flatMap(([arch, configs]) =>
        byName(configs).map(([config, read]) => ({ release, arch, config, read })),
      ),
    ));
  const counts = (test: string) => tests?.has(test) ?? true;
  const mixed = new Set<string>();
  const ratedBy = new Map<string, RatedResults>();
  const lists = new Map<string, ReadonlyMap<string, readonly ResultPlace[]>>();
  return {
    addPlace(place, read) {
      lists.clear();
      ordered = null;
      let made: PlaceResults | null = null;
      within(place.release, place.arch).set(
        place.config,
        () => (made ??= new PlaceResults(place, view, tests, read())),
      );
    },
    add(place, outcome, address, known, failedRuns = 0) {
      lists.clear();
      ordered = null;
      const configs = within(place.release, place.arch);
      const before = configs.get(place.config);
      const results = before ? before() : new PlaceResults(place, view, tests, null);
      if (!before) configs.set(place.config, () => results);
      results.add(place.test, outcome, address, known);
      const hasBoth = [BAD, GOOD].every((outcomes) => results.hasAny(place.test, outcomes));
      if (hasBoth || failedRuns > 0) mixed.add(place.test);
    },
    mixed: () => mixed,
    rate(rated, by) {
      for (const test of rated) ratedBy.set(test, by);
    },
    index: {
      at: (test, release, arch, config) =>
        counts(test) ? (releases.get(release)?.get(arch)?.get(configKey(config))?.().at(test) ?? null) : null,
      here: (release, arch, config) => releases.get(release)?.get(arch)?.get(configKey(config))?.() ?? null,
      places: () =>
        places().map(({ release, arch, config }) => ({
          release,
          arch,
          config: config === '' ? null : config,
        })),
      placesOf: (test) =>
        counts(test) ? places().flatMap(({ read }) => (read().at(test) === null ? [] : [read().place])) : [],
      having(outcomes) {
        const before = lists.get(outcomes.join());
        if (before) return before;
        const found = new Map<string, ResultPlace[]>();
        lists.set(outcomes.join(), found);
        for (const { read } of places())
          for (const test of read().having(outcomes)) if (counts(test)) addTo(found, test, read().place);
        return found;
      },
      lanes: (test) => ratedBy.get(test)?.lanes(test) ?? null,
      compilersApart: (test, release, arch, config) =>
        ratedBy.get(test)?.compilersApart(test, release, arch, config) ?? null,
      hasRelease: (release) => releases.has(release),
      archs: () => new Set([...releases.values()].flatMap((archs) => [...archs.keys()])),
    },
  };
}

function byName<Value>(entries: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
}
