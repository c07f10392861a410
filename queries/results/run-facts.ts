import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Outcome } from '../../store/events/observation.ts';
import { kernelArch } from '../../store/names/arch-name.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import type { Model } from '../model/model.ts';
import { attributionOf } from './attribution.ts';
import { buildsOf, excusedRuns, type BuildPlace } from './builds.ts';
import type { SeenResult } from '../outcomes/seen-result.ts';
import { whoRan, type WhoRan } from './who-ran.ts';

/** What a run says of all its results, as a row can keep it: results are many, and of most of them nobody asks. */
export interface RunFacts {
  /** The event's id. */
  readonly event: string;
  /** The end of its known-at. */
  readonly known: string;
  readonly who: WhoRan;
  /** The origin's own id of the run. */
  readonly id?: string;
  readonly build?: string;
  readonly release?: string;
  readonly commit?: string;
  readonly tree?: string;
  readonly arch?: string;
  readonly config?: string;
  /** Runs of single results that failed beside the one that counts, by the result's index. */
  readonly failedRuns?: Readonly<Record<number, number>>;
}

/** Draws the facts of a run from its event. */
export function factsOf(run: TypedStoredEvent<'RunObserved'>): RunFacts {
  const { id, build, release, commit, tree, arch: written, config } = run.payload;
  const arch = written === undefined ? undefined : kernelArch(written);
  const said = Object.entries({ id, build, release, commit, tree, arch, config });
  const again = run.payload.results.flatMap(({ failedRuns }, index) =>
    failedRuns === undefined ? [] : [[index, failedRuns]],
  );
  return {
    event: run.id,
    known: knownEnd(run),
    who: whoRan(run) as unknown as WhoRan,
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined)),
    ...(again.length === 0 ? {} : { failedRuns: Object.fromEntries(again) as Record<number, number> }),
  };
}

/** Draws the facts of runs, of each once: a run is asked for them with each of its results. */
export function factsOfEach(): (run: TypedStoredEvent<'RunObserved'>) => RunFacts {
  const known = new Map<string, RunFacts>();
  return (run) => {
    const before = known.get(run.id);
    if (before) return before;
    const facts = factsOf(run);
    known.set(run.id, facts);
    return facts;
  };
}

/** Where a result was seen: its version, and what it is told by where that is no recorded release. */
export interface SeenPlace {
  readonly release: string | undefined;
  readonly commit: string | undefined;
  readonly tree: string | undefined;
  readonly build: string | undefined;
}

/** What is the same of all results of a run, but for its machine where a result names another. */
export interface RunIdentity extends Pick<SeenResult, 'arch' | 'config' | 'compiler' | 'origin'> {
  readonly platform: string | null;
  /** Its failures were laid to something else than the kernel. */
  readonly isExcused: boolean;
}

/** Tells results with what is known of their runs, builds and checkouts, and how each counts. */
export interface ResultTeller {
  placeOf(run: RunFacts): SeenPlace;
  identityOf(run: RunFacts): RunIdentity;
  /** @param version the name of the release, build or commit that the question is about */
  tell(run: RunFacts, version: string, test: string, outcome: Outcome, index: number): SeenResult;
}

/** Makes what tells results in a model's view. */
export function resultTeller(model: Model): ResultTeller {
  const builds = buildsOf(model);
  const excused = excusedRuns(model);
  const NOWHERE: BuildPlace = {};
  const buildOf = ({ build }: RunFacts) => builds.get(build ?? '') ?? NOWHERE;
  // Results of one run come one after the other.
  let last: { readonly run: RunFacts; readonly identity: RunIdentity } | null = null;
  const identityOf = (run: RunFacts): RunIdentity => {
    if (last?.run === run) return last.identity;
    const build = buildOf(run);
    const identity: RunIdentity = {
      arch: run.arch ?? build.arch ?? null,
      config: run.config ?? build.config ?? null,
      platform: run.who.platform ?? null,
      ...(build.compiler === undefined ? {} : { compiler: build.compiler }),
      origin: run.who.origin,
      isExcused: run.id !== undefined && excused.has(run.id),
    };
    last = { run, identity };
    return identity;
  };
  return {
    placeOf(run) {
      const build = buildOf(run);
      return {
        release: run.release ?? build.release,
        commit: run.commit ?? build.commit,
        tree: run.tree ?? build.tree,
        build: run.build,
      };
    },
    identityOf,
    tell(run, version, test, outcome, index) {
      const { arch, config, platform, compiler, origin, isExcused } = identityOf(run);
      const address = `${run.event}#${index}`;
      const failedRuns = run.failedRuns?.[index];
      const cause = isExcused
        ? ASIDE
        : causeOf(attributionOf(model, { address, test, release: version, arch, outcome, known: run.known }));
      return {
        test,
        arch,
        config,
        platform: run.who.elsewhere?.[index] ?? platform,
        ...(compiler === undefined ? undefined : { compiler }),
        origin,
        outcome,
        address,
        ...(failedRuns === undefined ? undefined : { failedRuns }),
        ...cause,
      };
    },
  };
}

const ASIDE = { aside: true } as const;

/** How a result counts that somebody has laid to a cause. */
function causeOf(laidTo: ReturnType<typeof attributionOf>): Pick<SeenResult, 'aside' | 'knownIssue'> {
  if (laidTo === null) return {};
  if (laidTo.cause !== 'known-issue') return ASIDE;
  const isHere = laidTo.target !== undefined || laidTo.releases !== undefined;
  return { knownIssue: isHere ? 'here' : 'always' };
}
