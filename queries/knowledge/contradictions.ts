import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import { areCopies } from './copies-of-a-message.ts';
import { behaviourContradictions } from './contradicted-behaviours.ts';
import { cellContradictions, type KnownCells } from './contradicted-cells.ts';
import { contradict } from '../results/field-merge.ts';
import { disputesOf } from '../model/disputes.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { optional } from '../../store/optional-text.ts';
import { BAD } from '../outcomes/results.ts';
import { inReleaseOrder } from '../results/place-order.ts';
import { settledByRun, type Settlement } from './settling.ts';
import { deniedRegressions } from './denied-regressions.ts';
import { guardContradictions } from './contradicted-guards.ts';
import { testedContradictions } from './tested-behaviours.ts';
import { trackedCulprits } from './tracked-culprits.ts';
import type { Contradiction } from './contradiction.ts';

export interface ContradictionsDocument {
  readonly schema: 'regline.contradictions/1';
  readonly asOf: string | null;
  readonly contradictions: readonly Contradiction[];
}

/** Who ran a test, and on what machine, by the result's address; asked of the log only for results that disagree. */
export type Origins = ReadonlyMap<string, string>;

/**
 * Answers: who says what against whom, and what would settle it?
 *
 * @param rivals versions of runs that contradict each other; runs are not in the model and have to be asked of the log
 */
export function contradictions(
  model: Model,
  origins: Origins = new Map(),
  rivals: readonly (readonly StoredEvent[])[] = [],
): ContradictionsDocument {
  const facts = Object.values(FINDERS).flatMap((find) => find(model, origins));
  return {
    schema: 'regline.contradictions/1',
    asOf: model.view.asOf ?? null,
    contradictions: [
      ...versionContradictions([...model.counting.rivals, ...rivals]),
      ...disputes(model, facts),
      ...facts,
    ],
  };
}

/** Where contradictions are found, in the order in which they are told. */
const FINDERS = {
  rivals: (model: Model) => rivalCulprits(model),
  tracked: trackedCulprits,
  behaviours: behaviourContradictions,
  cells: (model: Model) => cellContradictions(model),
  denied: deniedRegressions,
  guards: guardContradictions,
  tests: testedContradictions,
  runs: (model: Model, origins: Origins) => runContradictions(model, origins),
} as const;

export type Finder = keyof typeof FINDERS;

/** What contradictions are about, by where they are found; `words` are those that are told beside what is found. */
export type ContradictedMatters = Readonly<Record<Finder | 'words', readonly string[]>>;

/**
 * Tells what all contradictions are about. Who ran what is not asked of the log.
 *
 * @param known what another world has said, where this one says the same; of cells, those that fare the same
 */
export function contradictedMatters(
  model: Model,
  known: {
    readonly matters: ContradictedMatters;
    readonly spared: ReadonlySet<Finder>;
    readonly cells: KnownCells | null;
  } | null = null,
): ContradictedMatters {
  const about = (found: readonly Contradiction[]) => found.map((c) => `${c.kind}: ${c.matter ?? c.about}`);
  const finders = Object.keys(FINDERS) as Finder[];
  const found = finders.map((finder) => {
    if (known?.spared.has(finder) === true) return [finder, known.matters[finder]] as const;
    const those =
      finder === 'cells'
        ? cellContradictions(model, known?.cells)
        : FINDERS[finder](model, new Map<string, string>());
    return [finder, about(those)] as const;
  });
  const words = about([...versionContradictions(model.counting.rivals), ...disputes(model, [])]);
  return { words, ...(Object.fromEntries(found) as Record<Finder, readonly string[]>) };
}

/** Objects of a CI: it sends them again with more fields, which is no contradiction. */
const TOLD_IN_PIECES: ReadonlySet<EventType> = new Set<EventType>([
  'CheckoutObserved',
  'BuildObserved',
  'RunObserved',
]);

/** Whether what is not the same word by word cannot all hold. */
function areRivals(versions: readonly StoredEvent[]): boolean {
  if (TOLD_IN_PIECES.has(versions[0]!.type)) return contradict(versions.map((e) => e.payload));
  const messages = versions.filter((e) => e.type === 'MessageArchived');
  return messages.length < versions.length || !areCopies(messages.map((e) => e.payload));
}

/** Statements of one source that have equal order and different content. */
function versionContradictions(all: readonly (readonly StoredEvent[])[]): readonly Contradiction[] {
  const wrong = all.filter(areRivals);
  // Told in one order, whatever order the log met them in.
  const sorted = wrong.map((rivals) => rivals.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  return sorted
    .toSorted(([a], [b]) => (a!.stream < b!.stream ? -1 : 1))
    .map((rivals) => ({
      kind: 'versions',
      about: rivals[0]!.stream,
      sides: rivals.map((e) => ({ says: describeEvent(e), evidence: [e.id] })),
      settles: 'a higher revision of the statement by its author, or a retraction of one of the two',
      run: null,
      settlesBy: rivals.map((e) => e.id),
      settledBy: null,
    }));
}

/** What somebody declared to be disputed; where facts stand behind it, what settles them settles the dispute. */
function disputes(model: Model, facts: readonly Contradiction[]): readonly Contradiction[] {
  return disputesOf(model).map(({ event: { id, payload }, statements, settled }) => ({
    kind: 'dispute',
    about: `${payload.dispute}: ${payload.why}`,
    sides: statements.map(({ name, event }) =>
      event
        ? { says: describeEvent(event), evidence: [event.id] }
        : { says: `${name} (not known at this moment)`, evidence: [id] },
    ),
    ...disputeSettlement(
      id,
      payload.dispute,
      statements.flatMap(({ event }) => event ?? []),
      facts,
    ),
    settledBy: settled?.id ?? null,
  }));
}

function disputeSettlement(
  id: string,
  dispute: string,
  statements: readonly StoredEvent[],
  facts: readonly Contradiction[],
): Settlement {
  const ids = new Set(statements.map((e) => e.id));
  const behind = facts.find((f) => f.sides.some((side) => side.evidence.some((e) => ids.has(e))));
  const [first = '', ...others] = statements.map((e) => e.stream.slice(e.stream.indexOf('/') + 1));
  const keep = `${first}${others.map((name) => ` (or ${name})`).join('')}`;
  const decision = `regline settle ${dispute} --keep ${keep} --reason "…"`;
  if (behind) {
    const { settles, run, settlesBy } = behind;
    return { settles: `${settles}; then ${decision}`, run, settlesBy: [...settlesBy, id] };
  }
  const isOfWords = statements.some(
    (e) => e.type === 'BreakageClaimed' && e.payload.says === 'not-a-regression',
  );
  const why = isOfWords ? 'no run can tell what counts as a regression; ' : '';
  return { settles: `${why}a decision: ${decision}`, run: null, settlesBy: [id] };
}

/** A bisect against a trailer: two changes named as the one culprit of one regression. */
function rivalCulprits(model: Model): readonly Contradiction[] {
  return answersOf(model).regressions.flatMap(({ document: r, stretch }): Contradiction[] => {
    const rivals = r.suspects.filter((s) => s.role === 'culprit');
    if (rivals.length < 2) return [];
    const order = r.firstBad.flatMap((name) => [...model.graph.contains(name).keys()]);
    const [early, late] = [...rivals].sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
    const [first, second] = [shortChange(early!.change), shortChange(late!.change)];
    return [
      {
        kind: 'culprits',
        about: `${r.id}: ${r.title}`,
        matter: `${r.id}: ${rivals
          .map((s) => shortChange(s.change))
          .sort()
          .join(' or ')}`,
        sides: rivals.map((s) => ({
          says: `${shortChange(s.change)} ${s.subject}: ${s.for.join('; ')}`,
          evidence: eventsIn(model, s.for),
        })),
        ...settledByRun(
          model,
          {
            behaviours: [stretch.behaviour],
            consumer: r.consumers[0] ?? null,
            version: first,
            before: r.firstBad[0] ?? null,
            arch: r.archs[0] ?? null,
          },
          `if it fails there, ${first} did it; if not, ${second} remains`,
        ),
        settledBy: null,
      },
    ];
  });
}

/** The events that reasons name by their short ids. */
function eventsIn(model: Model, says: readonly string[]): readonly string[] {
  const short = new Set(says.flatMap((s) => [...s.matchAll(/\[([0-9a-f]{8})\]/g)].map((m) => m[1]!)));
  return [...model.byId.keys()].filter((id) => short.has(id.slice(0, 8)));
}

/** Results of one test at one place that differ. */
export interface DisagreeingResults {
  readonly event: TypedStoredEvent<'TestRecorded'>;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  /** `ID#index`, without those that were laid to something else than the kernel. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/** Finds where results of one test differ: who ran them has to be asked of the log. */
export function disagreeingResults(model: Model): readonly DisagreeingResults[] {
  const { counted } = answersOf(model).verdicts;
  const bad = model.results.having(BAD);
  return model.of('TestRecorded').flatMap((event) =>
    inReleaseOrder(model, bad.get(event.payload.test) ?? []).flatMap(({ release, arch, config }) => {
      const found = counted(event.payload.test, release, arch, config);
      if (!found?.isGood || !found.isBad) return [];
      return [{ event, release, arch, config, good: found.good, bad: found.bad }];
    }),
  );
}

function runContradictions(model: Model, origins: Origins): readonly Contradiction[] {
  const who = (addresses: readonly string[]) =>
    [...new Set(addresses.map((a) => origins.get(a) ?? 'somebody'))].join(', ');
  return disagreeingResults(model).map(({ event, release, arch, config, good, bad }) => {
    const { test } = event.payload;
    const [passes, fails] = [who(good), who(bad)];
    const apart = model.results.compilersApart(test, release, arch, config);
    const [builtFor, builtAgainst] =
      apart === null ? ['', ''] : [apart.passes, apart.fails].map((names) => ` with ${names.join(', ')}`);
    return {
      kind: apart === null ? 'ci-ci' : 'compilers',
      about: `${test} on ${release}, ${arch}${optional(', ', config)}`,
      sides: [
        { says: `it passes${builtFor} at ${passes}`, evidence: good },
        { says: `it fails${builtAgainst} at ${fails}`, evidence: bad },
      ],
      ...settledByRun(
        model,
        { behaviours: event.payload.behaviours ?? [], version: release, arch, config, test: event },
        apart !== null
          ? `the build${builtAgainst} on the machine of ${passes}; if it fails there too, the compiler did it, and both sides hold`
          : passes === fails
            ? 'ten times on one machine, where a rate tells flaky from broken'
            : `the build of ${fails} on the machine of ${passes}; if it fails there too, the build did it, if not, the machine`,
      ),
      settledBy: null,
    };
  });
}
