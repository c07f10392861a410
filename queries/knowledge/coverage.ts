import { answersOf } from '../model/answers.ts';
import type { Model } from '../model/model.ts';
import { isThere } from '../regressions/shipped-tests.ts';
import { addTo } from '../../store/grouping.ts';

/** What is known of one CI, one test and one architecture: the last thing that was said of it. */
export interface CoverageEntry {
  readonly ci: string;
  readonly test: string;
  /** Null where the source names none: it may be any. */
  readonly arch: string | null;
  readonly tree: string | null;
  /** The machines, as far as they are named. */
  readonly platforms: readonly string[];
  readonly state: 'began' | 'stopped' | 'seen' | 'not-run';
  /** When it took effect, as far as that is known. */
  readonly since: string | null;
  /** The last day of it; null while it lasts. */
  readonly until: string | null;
  readonly confidence: 'verified' | 'concluded';
  readonly note: string | null;
  readonly event: string;
}

/** Whether a test that would have caught a regression was run on one architecture. */
export interface GapOnArch {
  readonly arch: string;
  readonly run: readonly CoverageEntry[];
  readonly notRun: readonly CoverageEntry[];
  /** Runs of which nobody says on which architecture they were. */
  readonly maybe: readonly CoverageEntry[];
  /** Nothing is recorded of it either way. */
  readonly unknown: boolean;
}

export interface CoverageGap {
  readonly regression: string;
  readonly title: string;
  readonly tests: readonly {
    readonly test: string;
    readonly exercises: readonly string[];
    /** Whether the test was there when the regression came; null where nobody says since when it is. */
    readonly existed: boolean | null;
    readonly archs: readonly GapOnArch[];
    readonly event: string;
  }[];
}

/** Something about who runs what that no source says. */
export interface CoverageUnknown {
  readonly says: string;
  readonly evidence: readonly string[];
}

export interface CoverageDocument {
  readonly schema: 'regline.coverage/1';
  readonly asOf: string | null;
  readonly entries: readonly CoverageEntry[];
  readonly gaps: readonly CoverageGap[];
  readonly unknown: readonly CoverageUnknown[];
}

/** Tells who runs which test where since when, and what no source says of it. */
export function coverageStated(model: Model): Pick<CoverageDocument, 'entries' | 'unknown'> {
  const entries = entriesOf(model);
  return { entries, unknown: unknowns(model, entries) };
}

/** Answers: who runs which test where since when, and which test would have caught each regression? */
export function coverage(model: Model): CoverageDocument {
  const { entries, unknown } = coverageStated(model);
  const gaps = answersOf(model).regressions.map(({ document: r }): CoverageGap => {
    const first = r.firstBad[0];
    const tests = model
      .of('TestRecorded')
      .filter(({ payload: t }) => r.behaviour !== null && (t.behaviours?.includes(r.behaviour) ?? false))
      .map(({ id, payload: t }) => ({
        test: t.test,
        exercises: t.behaviours ?? [],
        existed: first === undefined ? null : isThere(model, t, first),
        archs: r.archs
          .filter((arch) => t.archs?.includes(arch) ?? true)
          .map((arch) => gapOn(entries, t.test, arch)),
        event: id,
      }));
    return { regression: r.id, title: r.title, tests };
  });
  return {
    schema: 'regline.coverage/1',
    asOf: model.view.asOf ?? null,
    entries,
    gaps,
    unknown,
  };
}

/** What the sources leave open: architectures, trees, and whether anybody runs a test at all. */
function unknowns(model: Model, entries: readonly CoverageEntry[]): readonly CoverageUnknown[] {
  const runs = entries.filter((e) => e.state === 'began' || e.state === 'seen');
  const nowhere = runs
    .filter((e) => e.arch === null)
    .map((e) => ({
      says: `on which architectures ${e.ci} runs ${e.test}${e.note === null ? '' : `: ${e.note}`}`,
      evidence: [e.event],
    }));
  const treeless = new Map<string, CoverageEntry[]>();
  for (const e of runs.filter((r) => r.tree === null)) {
    const key = `${e.ci}\n${e.test}`;
    addTo(treeless, key, e);
  }
  const covered = (test: string) => entries.some((e) => e.test === test || test.startsWith(`${e.test}.`));
  const idle = model
    .of('TestRecorded')
    .filter(({ payload: t }) => (t.behaviours?.length ?? 0) > 0 && !covered(t.test));
  return [
    ...nowhere,
    ...[...treeless.values()].map((list) => ({
      says: `on which trees ${list[0]!.ci} runs ${list[0]!.test}`,
      evidence: [...new Set(list.map((e) => e.event))],
    })),
    ...idle.map(({ id, payload: t }) => ({ says: `whether anybody runs ${t.test}`, evidence: [id] })),
  ];
}

function entriesOf(model: Model): readonly CoverageEntry[] {
  const latest = new Map<string, { readonly entry: CoverageEntry; readonly order: string }>();
  for (const { id, knownAt, payload: c } of model.of('CoverageChanged')) {
    for (const arch of c.archs ?? [null]) {
      for (const tree of c.trees ?? [null]) {
        // What has ended stands beside what is: it tells why nobody saw anything before.
        const key = JSON.stringify([c.ci, c.test, arch, tree, c.until ?? null]);
        const order = c.since ?? knownAt ?? '';
        const before = latest.get(key);
        if (before && before.order > order) continue;
        const entry: CoverageEntry = {
          ci: c.ci,
          test: c.test,
          arch,
          tree,
          platforms: c.platforms ?? [],
          state: c.state,
          since: c.since ?? (c.until === undefined ? knownAt : null),
          until: c.until ?? null,
          confidence: c.confidence,
          note: c.note ?? null,
          event: id,
        };
        latest.set(key, { entry, order });
      }
    }
  }
  return [...latest.values()]
    .map(({ entry }) => entry)
    .sort((a, b) => {
      const key = (e: CoverageEntry) =>
        [e.test, e.ci, e.arch ?? '', e.tree ?? '', e.until ?? '9999'].join('\n');
      return key(a) < key(b) ? -1 : 1;
    });
}

function gapOn(entries: readonly CoverageEntry[], test: string, arch: string): GapOnArch {
  // Whoever runs a collection runs what is in it, unless something is said of the test itself.
  const about = entries.filter(
    (e) => (e.test === test || test.startsWith(`${e.test}.`)) && (e.arch === arch || e.arch === null),
  );
  const special = new Set(about.filter((e) => e.test === test).map((e) => e.ci));
  const said = about.filter((e) => e.test === test || !special.has(e.ci));
  const run = said.filter(
    (e) => (e.state === 'began' || e.state === 'seen') && e.arch === arch && e.until === null,
  );
  const notRun = said.filter((e) => e.state === 'not-run' || e.state === 'stopped');
  const maybe = said.filter(
    (e) => (e.state === 'began' || e.state === 'seen') && e.arch === null && e.until === null,
  );
  return { arch, run, notRun, maybe, unknown: run.length === 0 && notRun.length === 0 };
}
