import { newEvent, type NewEvent } from '../../store/events/event.ts';
import type { Coverage, Slot } from './slot.ts';

/** Whether a catalogue lists what is run, or what is left out. */
export type Voice = 'runs' | 'skips';

/** The commit that a catalogue was read at. */
export interface Moment {
  readonly ci: string;
  readonly origin: string;
  readonly commit: string;
  readonly knownAt: string;
  readonly authored: string;
  readonly locator: string;
}

type State = 'began' | 'stopped' | 'not-run';

/** What changed between two states of a catalogue: one event for each test, architecture and tree that began or ended. */
export function coverageEvents(
  voice: Voice,
  before: Coverage,
  after: Coverage,
  at: Moment,
): readonly NewEvent[] {
  const fresh = [...after.slots].filter(([key]) => !before.slots.has(key)).map(([, slot]) => slot);
  const gone = [...before.slots].filter(([key]) => !after.slots.has(key)).map(([, slot]) => slot);
  if (voice === 'skips') {
    const known = archsOf(after, before);
    return [
      ...gathered(fresh).map((g) => event('not-run', widened(g, known), at, after.notes.get(g.test))),
      ...gathered(gone).map((g) =>
        event('began', widened(g, known), at, undefined, 'it was left out until then'),
      ),
    ];
  }
  return [
    ...gathered(fresh).map((g) => event('began', g, at)),
    ...gathered(gone).map((g) => event('stopped', g, at)),
    ...gaps(before, after, at),
  ];
}

interface Group {
  readonly test: string;
  readonly archs: readonly string[];
  readonly tree: string | null;
  readonly platforms: readonly string[];
  /** The architectures are concluded. */
  readonly widened?: boolean;
}

/** Slots that differ in nothing but the platform are one statement. */
function gathered(slots: readonly Slot[]): readonly Group[] {
  const groups = new Map<string, { readonly slot: Slot; readonly platforms: Set<string> }>();
  for (const slot of slots) {
    const key = JSON.stringify([slot.test, slot.arch, slot.tree, slot.platform === null]);
    const group = groups.get(key) ?? { slot, platforms: new Set() };
    groups.set(key, group);
    if (slot.platform !== null) group.platforms.add(slot.platform);
  }
  return [...groups.values()].map(({ slot, platforms }) => ({
    test: slot.test,
    archs: slot.arch === null ? [] : [slot.arch],
    tree: slot.tree,
    platforms: [...platforms].sort(),
  }));
}

/** A test that is left out on all boards is left out on the architectures of all boards that the file names. */
function widened(group: Group, known: readonly string[]): Group {
  return group.archs.length > 0 || group.platforms.length > 0 || known.length === 0
    ? group
    : { ...group, archs: known, widened: true };
}

function archsOf(...coverages: readonly Coverage[]): readonly string[] {
  const archs = coverages.flatMap((c) => [...c.slots.values()].flatMap((s) => s.arch ?? []));
  return [...new Set(archs)].sort();
}

/**
 * The architectures on which the CI runs other tests of the suite and not this one: a catalogue is complete, so that what it
 * does not list is not run.
 */
function gaps(before: Coverage, after: Coverage, at: Moment): readonly NewEvent[] {
  const old = gapsIn(before);
  const events: NewEvent[] = [];
  for (const [test, archs] of gapsIn(after)) {
    const fresh = [...archs].filter((arch) => !(old.get(test)?.has(arch) ?? false));
    // What was run there until now has just been said to have stopped.
    const never = fresh.filter((arch) => !archsWith(before, test).has(arch)).sort();
    if (never.length === 0) continue;
    const group = { test, archs: never, tree: null, platforms: [] };
    const suite = test.split('.', 1)[0]!;
    events.push(
      event('not-run', group, at, undefined, `other tests of ${suite} are run there, and this one is not`),
    );
  }
  return events;
}

const withArchs = new WeakMap<Coverage, Map<string, Set<string>>>();

function archsWith(coverage: Coverage, test: string): ReadonlySet<string> {
  let archs = withArchs.get(coverage);
  if (!archs) {
    archs = new Map();
    for (const slot of coverage.slots.values()) {
      const set = archs.get(slot.test) ?? new Set();
      archs.set(slot.test, set);
      if (slot.arch !== null) set.add(slot.arch);
    }
    withArchs.set(coverage, archs);
  }
  return archs.get(test) ?? new Set();
}

function gapsIn(coverage: Coverage): ReadonlyMap<string, ReadonlySet<string>> {
  const suites = new Map<string, Set<string>>();
  const tests = new Set([...coverage.slots.values()].map((s) => s.test));
  for (const test of tests) {
    const suite = test.split('.', 1)[0]!;
    const archs = suites.get(suite) ?? new Set();
    suites.set(suite, archs);
    for (const arch of archsWith(coverage, test)) archs.add(arch);
  }
  return new Map(
    [...tests].map((test) => {
      const run = archsWith(coverage, test);
      return [test, new Set([...suites.get(test.split('.', 1)[0]!)!].filter((arch) => !run.has(arch)))];
    }),
  );
}

function event(state: State, group: Group, at: Moment, reason?: string, says?: string): NewEvent {
  const { test, archs, tree, platforms } = group;
  const note = [
    reason,
    says,
    group.widened === true ? 'on the architectures of the boards that the file names' : undefined,
  ].filter(Boolean);
  const where = [archs.join('+') || '*', tree ?? '*', platforms.length > 0 ? 'boards' : '*'].join('/');
  return newEvent({
    type: 'CoverageChanged',
    stream: `${at.origin}/${test}/${where}/${state}@${at.commit.slice(0, 12)}`,
    knownAt: at.knownAt,
    source: at.commit,
    locator: at.locator,
    payload: {
      confidence: group.widened === true ? 'concluded' : 'verified',
      rev: 1,
      ci: at.ci,
      test,
      ...(archs.length > 0 ? { archs: [...archs] } : {}),
      ...(platforms.length > 0 ? { platforms: [...platforms] } : {}),
      ...(tree === null ? {} : { trees: [tree] }),
      state,
      authored: at.authored,
      ...(note.length > 0 ? { note: note.join('; ') } : {}),
    },
  });
}
