import type { Scalar } from '../../store/events/fields.ts';
import { isCandidate } from '../../store/names/release-name.ts';
import type { Consumer, Model } from '../model/model.ts';
import { consumerName } from '../model/model.ts';
import { memoized, remembered } from '../../store/memo.ts';
import { needsAlong, type Need } from '../verdict/needs.ts';
import { isApplicable } from '../verdict/presences.ts';
import { prediction, type Prediction } from '../verdict/prediction.ts';
import { selectArchs, selectConsumers, selectReleases } from '../model/select.ts';
import { placeAt } from '../verdict/place.ts';

export type MigrationStatus = 'works' | 'degraded' | 'broken' | 'unknown' | 'not-applicable';

export interface Migration {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly from: string;
  readonly to: string;
  readonly status: MigrationStatus;
  /** The process's profile, fixed where it was started. */
  readonly profile: Readonly<Record<string, Scalar>>;
  readonly why: string | null;
  /** Behaviours that the process finds otherwise than where it was started. */
  readonly changes: readonly {
    readonly behaviour: string;
    readonly before: Scalar | null;
    readonly after: Scalar | null;
  }[];
  readonly evidence: readonly string[];
}

export interface MigrationDocument {
  readonly schema: 'regline.migration/1';
  readonly asOf: string | null;
  readonly releases: readonly string[];
  readonly migrations: readonly Migration[];
}

export interface MigrationOptions {
  /** As `table` takes them; without it, the releases of mainline at which a behaviour is another than at the one before. */
  readonly releases?: string;
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
}

/**
 * Answers: from which kernel to which can a process be moved by checkpoint and restore? A process takes its registration
 * along: what its profile computed from the kernel where it was started stays as it was there.
 */
export function migration(model: Model, options: MigrationOptions): MigrationDocument {
  const predict = prediction(model);
  const archs = selectArchs(model, options.archs);
  const releases =
    options.releases === undefined
      ? whereBehaviourChanges(model, predict, archs)
      : selectReleases(model, options.releases);
  const consumers = selectConsumers(model, options.consumers);
  const world = { model, valuesAt: valuesOf(model, predict), outcomeAt: outcomesOf(model, predict) };
  const migrations = processesOf({ model, predict, consumers, archs, releases }).flatMap((process) =>
    releases.map((to) => move(world, process, to)),
  );
  return { schema: 'regline.migration/1', asOf: model.view.asOf ?? null, releases, migrations };
}

/** How every move of `migrate` without options turns out: its status, and why it is that. */
export interface MoveOutcomes {
  readonly releases: readonly string[];
  readonly lanes: readonly MoveLane[];
}

/** How the moves of one consumer on one architecture turn out from one release. */
export interface MoveLane {
  readonly consumer: string;
  readonly arch: string;
  readonly from: string;
  /** One for each release to which it moves. */
  readonly outcomes: readonly string[];
}

/** Writes down how every move of `migrate` without options turns out. */
export function moveOutcomes(model: Model): MoveOutcomes {
  const predict = prediction(model);
  const { consumers } = model;
  const archs = selectArchs(model, undefined);
  const releases = whereBehaviourChanges(model, predict, archs);
  const outcomeAt = outcomesOf(model, predict);
  const lanes = processesOf({ model, predict, consumers, archs, releases }).map((process): MoveLane => {
    const { consumer, arch, from } = process;
    const outcomes = releases.map((to) => outcomeText(model, outcomeAt, process, to));
    return { consumer: migrantName(consumer), arch, from, outcomes };
  });
  return { releases, lanes };
}

function outcomeText(model: Model, outcomeAt: OutcomeAt, process: Process, to: string): string {
  if (!isApplicable(model, process.consumer, to, process.arch)) return 'not-applicable';
  const { status, why } = outcomeAt(process, to);
  return why === null ? status : `${status} (${why})`;
}

/** Releases proper of mainline, the first and those that differ in some behaviour, on some architecture, from the one before. */
function whereBehaviourChanges(
  model: Model,
  predict: Prediction,
  archs: readonly string[],
): readonly string[] {
  const values = (release: string) =>
    JSON.stringify(
      archs.map((arch) =>
        [...model.behaviours.keys()].map((behaviour) => {
          const found = predict.effective(behaviour, placeAt(release, arch, {}));
          return found.known ? found.record.id : null;
        }),
      ),
    );
  let before = '';
  return (model.graph.members.get('mainline') ?? []).filter((release) => {
    if (isCandidate(release)) return false;
    const now = values(release);
    const differs = now !== before;
    before = now;
    return differs;
  });
}

/** A process of a consumer that was started at a release. */
interface Process {
  /** With its profile as it was computed there. */
  readonly consumer: Consumer;
  readonly arch: string;
  readonly from: string;
  /** What of its profile could not be computed there, in words; null where all could. */
  readonly unknown: string | null;
}

/** Lists the processes that can be started: one for each consumer, architecture and release at which it can run. */
function processesOf(may: {
  readonly model: Model;
  readonly predict: Prediction;
  readonly consumers: readonly Consumer[];
  readonly archs: readonly string[];
  readonly releases: readonly string[];
}): readonly Process[] {
  const { model, predict, consumers, archs, releases } = may;
  return consumers.flatMap((consumer) =>
    archs.flatMap((arch) =>
      releases
        .filter((from) => isApplicable(model, consumer, from, arch))
        .map((from) => startedAt(predict, consumer, from, arch)),
    ),
  );
}

/** Starts a process: computes the expressions of its profile, and names the first that cannot be computed. */
function startedAt(predict: Prediction, consumer: Consumer, from: string, arch: string): Process {
  const place = placeAt(from, arch, consumer.profile);
  const profile: Record<string, Scalar> = {};
  let unknown: string | null = null;
  for (const [name, value] of Object.entries(consumer.profile)) {
    if (typeof value !== 'string' || !value.startsWith('=')) {
      profile[name] = value;
      continue;
    }
    const worth = predict.worth(value.slice(1), place);
    if (worth.kind === 'value') profile[name] = worth.value;
    else unknown ??= `${name} at ${from} is not known`;
  }
  return { consumer: { ...consumer, profile }, arch, from, unknown };
}

/** What moves are told from. */
interface Moving {
  readonly model: Model;
  readonly valuesAt: ValuesAt;
  readonly outcomeAt: OutcomeAt;
}

function move({ model, valuesAt, outcomeAt }: Moving, process: Process, to: string): Migration {
  const { consumer, arch, from } = process;
  const base = {
    consumer: consumer.consumer,
    variant: consumer.variant,
    arch,
    from,
    to,
    profile: consumer.profile,
  };
  if (!isApplicable(model, consumer, to, arch))
    return { ...base, status: 'not-applicable', why: null, changes: [], evidence: [] };
  const [then, now] = [valuesAt(process, from), valuesAt(process, to)];
  const changes = [...model.behaviours.keys()].flatMap((behaviour, index) => {
    const [before, after] = [then[index]!, now[index]!];
    return before === after ? [] : [{ behaviour, before, after }];
  });
  const { status, why, decisive, needs } = outcomeAt(process, to);
  return {
    ...base,
    status,
    why,
    changes,
    evidence: decisive
      ? [decisive.event.id, ...(decisive.effective.known ? [decisive.effective.record.id] : [])]
      : restsOn(consumer, needs),
  };
}

/** How a process runs on at a release, and the need that decides it. */
interface MoveOutcome {
  readonly status: MigrationStatus;
  readonly why: string | null;
  readonly decisive: Need | undefined;
  readonly needs: readonly Need[];
}

type OutcomeAt = (process: Process, to: string) => MoveOutcome;

/**
 * Finds how processes run on. Where one was started matters for what its profile was computed to there, and for nothing else: what is found
 * for one holds for all of its consumer with that profile.
 */
function outcomesOf(model: Model, predict: Prediction): OutcomeAt {
  const known = new Map<string, (to: string) => MoveOutcome>();
  return (process, to) => {
    const { consumer, arch, unknown } = process;
    const key = JSON.stringify([migrantName(consumer), arch, consumer.profile, unknown]);
    return remembered(known, key, () => {
      const needsThere = needsAlong(model, predict, consumer, arch);
      return memoized((release: string) => outcomeOf(needsThere(release), unknown));
    })(to);
  };
}

function outcomeOf(needs: readonly Need[], unknown: string | null): MoveOutcome {
  const { status, decisive } = decided(needs, unknown !== null);
  const why = decisive === undefined ? unknown : reasonOf(decisive);
  return { status, why: status === 'works' ? null : why, decisive, needs };
}

/** Gives the values of all behaviours for a process at a release, in their order; null for what is not known. */
type ValuesAt = (process: Process, release: string) => readonly (Scalar | null)[];

/** Finds the values that processes find; those with one profile find the same. */
function valuesOf(model: Model, predict: Prediction): ValuesAt {
  const known = new Map<string, (release: string) => readonly (Scalar | null)[]>();
  return ({ consumer: { profile }, arch }, release) =>
    remembered(known, JSON.stringify([arch, profile]), () => {
      const place = placeAt('', arch, profile);
      const along = [...model.behaviours.keys()].map((behaviour) => predict.effectiveAlong(behaviour, place));
      return memoized((at: string) =>
        along.map((effectiveAt) => {
          const found = effectiveAt(at);
          return found.known ? found.value : null;
        }),
      );
    })(release);
}

function decided(
  needs: readonly Need[],
  isProfileUnknown: boolean,
): { readonly status: MigrationStatus; readonly decisive: Need | undefined } {
  const failing = needs.find((n) => n.state === 'fails' && n.otherwise === 'broken');
  if (failing) return { status: 'broken', decisive: failing };
  const open = needs.find((n) => n.state === 'unknown');
  if (isProfileUnknown || open) return { status: 'unknown', decisive: open };
  const slow = needs.find((n) => n.state === 'fails');
  return slow ? { status: 'degraded', decisive: slow } : { status: 'works', decisive: undefined };
}

function reasonOf({ behaviour, effective, why }: Need): string {
  return effective.known ? `${behaviour} is ${String(effective.value)} there: ${why}` : effective.why;
}

/** Where it works: what it needs and the records that give it; what is recorded of it where it needs nothing. */
function restsOn(consumer: Consumer, needs: readonly Need[]): readonly string[] {
  const found = needs.flatMap((n) => [n.event.id, ...(n.effective.known ? [n.effective.record.id] : [])]);
  if (found.length === 0 && consumer.event !== null) return [consumer.event.id];
  return [...new Set(found)];
}

/** Names a migration's consumer. */
export function migrantName(m: Pick<Migration, 'consumer' | 'variant'>): string {
  return consumerName(m.consumer, m.variant);
}
