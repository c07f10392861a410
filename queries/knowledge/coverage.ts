import { answersOf } from '../regressions/answers.ts';
import type { Model } from '../model/model.ts';
import { testsShowing } from '../regressions/covered-at.ts';
import { isThere } from '../regressions/shipped-tests.ts';
import type { RanTest } from '../results/who-runs.ts';
import { addTo } from '../../store/grouping.ts';
import { optional } from '../../store/optional-text.ts';

/** What is known of one CI, one test and one architecture: the last thing that was said of it. */
export interface CoverageEntry {
  readonly ci: string;
  readonly test: string;
  /** Null where the source names none: it may be any. */
  readonly arch: string | null;
  readonly tree: string | null;
  /** The machines, as far as they are named. */
  readonly platforms: readonly string[];
  /** `inconclusive`: results show that it was run, and never that it passed or failed. */
  readonly state: 'began' | 'stopped' | 'seen' | 'not-run' | 'inconclusive';
  /** When it took effect, as far as that is known. */
  readonly since: string | null;
  /** The last day of it; null while it lasts. */
  readonly until: string | null;
  readonly confidence: 'verified' | 'concluded';
  readonly note: string | null;
  /** Where results show it, and nobody says it: the last moment of one, and on how many versions there are any. */
  readonly ran: { readonly last: string | null; readonly versions: number } | null;
  /** An event, or the first of the results (`ID#index`). */
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
  /** How many tests have results and are neither recorded nor asked for by name. */
  readonly others: number;
}

/** What is asked for beside the statements. */
export interface CoverageQuestion {
  /** Who ran tests, as results show it. */
  readonly ran?: readonly RanTest[];
  /** Only what is said of these tests; all where it is left out. */
  readonly tests?: ReadonlySet<string>;
  readonly others?: number;
}

/** Tells who runs which test where since when, and what no source says of it. */
export function coverageStated(model: Model): Pick<CoverageDocument, 'entries' | 'unknown'> {
  const entries = inOrder(entriesOf(model));
  return { entries, unknown: unknowns(model, entries) };
}

/** Answers: who runs which test where since when, and which test would have caught each regression? */
export function coverage(
  model: Model,
  { ran = [], tests: wanted, others = 0 }: CoverageQuestion = {},
): CoverageDocument {
  const all = inOrder([...entriesOf(model), ...entriesSeen(model, ran)]);
  const isWanted = (name: string) => wanted === undefined || isAbout(wanted, name);
  const entries = all.filter((e) => isWanted(e.test));
  const unknown = unknowns(model, all).filter((u) => isWanted(u.test));
  const gaps = answersOf(model).regressions.map(({ document: r }): CoverageGap => {
    const first = r.firstBad[0];
    const tests = testsShowing(model, r)
      .filter(({ payload: t }) => wanted?.has(t.test) ?? true)
      .map(({ id, payload: t }) => ({
        test: t.test,
        exercises: t.behaviours ?? [],
        existed: first === undefined ? null : isThere(model, t, first),
        archs: r.archs
          .filter((arch) => t.archs?.includes(arch) ?? true)
          .map((arch) => gapOn(all, t.test, arch)),
        event: id,
      }));
    return { regression: r.id, title: r.title, tests };
  });
  return {
    schema: 'regline.coverage/1',
    asOf: model.view.asOf ?? null,
    entries,
    gaps: wanted === undefined ? gaps : gaps.filter((gap) => gap.tests.length > 0),
    unknown: unknown.map(({ says, evidence }) => ({ says, evidence })),
    others,
  };
}

/** Whether what is said of a test, or of a collection, is said of one of some tests. */
function isAbout(tests: ReadonlySet<string>, said: string): boolean {
  if (tests.has(said)) return true;
  for (const test of tests) if (test.startsWith(`${said}.`)) return true;
  return false;
}

/** What results show, as of the CI that statements name in another case of letters. */
function entriesSeen(model: Model, ran: readonly RanTest[]): readonly CoverageEntry[] {
  const cis = new Map(model.of('CoverageChanged').map(({ payload: { ci } }) => [ci.toLowerCase(), ci]));
  return ran.map(({ origin, conclusive, first, last, versions, ...entry }) => ({
    ...entry,
    ci: cis.get(origin.toLowerCase()) ?? origin,
    state: conclusive ? 'seen' : 'inconclusive',
    since: first,
    until: null,
    confidence: 'verified',
    note: null,
    ran: { last, versions },
  }));
}

/** What the sources leave open: architectures, trees, and whether anybody runs a test at all. */
function unknowns(
  model: Model,
  entries: readonly CoverageEntry[],
): readonly (CoverageUnknown & { readonly test: string })[] {
  const runs = entries.filter((e) => (e.state === 'began' || e.state === 'seen') && e.ran === null);
  const nowhere = runs
    .filter((e) => e.arch === null)
    .map((e) => ({
      test: e.test,
      says: `on which architectures ${e.ci} runs ${e.test}${optional(': ', e.note)}`,
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
      test: list[0]!.test,
      says: `on which trees ${list[0]!.ci} runs ${list[0]!.test}`,
      evidence: [...new Set(list.map((e) => e.event))],
    })),
    ...idle.map(({ id, payload: t }) => ({
      test: t.test,
      says: `whether anybody runs ${t.test}`,
      evidence: [id],
    })),
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
          ran: null,
          event: id,
        };
        latest.set(key, { entry, order });
      }
    }
  }
  return [...latest.values()].map(({ entry }) => entry);
}

function inOrder(entries: readonly CoverageEntry[]): readonly CoverageEntry[] {
  const key = (e: CoverageEntry) =>
    [e.test, e.ci, e.arch ?? '', e.tree ?? '', e.until ?? '9999', e.ran === null ? 0 : 1].join('\n');
  return [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function gapOn(entries: readonly CoverageEntry[], test: string, arch: string): GapOnArch {
  // Whoever runs a collection runs what is in it, unless something is said of the test itself.
  const about = entries.filter(
    (e) =>
      (e.test === test || (e.ran === null && test.startsWith(`${e.test}.`))) &&
      (e.arch === arch || e.arch === null),
  );
  const special = new Set(about.filter((e) => e.test === test && e.ran === null).map((e) => e.ci));
  const said = about.filter((e) => e.test === test || !special.has(e.ci));
  const run = said.filter(
    (e) => (e.state === 'began' || e.state === 'seen') && e.arch === arch && e.until === null,
  );
  const notRun = said.filter(
    (e) => e.state === 'not-run' || e.state === 'stopped' || (e.state === 'inconclusive' && e.arch === arch),
  );
  const here = new Set(run.map((e) => e.ci));
  const maybe = said.filter(
    (e) =>
      (e.state === 'began' || e.state === 'seen') && e.arch === null && e.until === null && !here.has(e.ci),
  );
  return { arch, run, notRun, maybe, unknown: run.length === 0 && notRun.length === 0 };
}
