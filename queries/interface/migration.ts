import type { Scalar } from '../../store/events/fields.ts';
import { isCandidate } from '../../store/names/release-name.ts';
import type { Consumer, Model } from '../model/model.ts';
import { consumerName } from '../model/model.ts';
import { needsAt, type Need } from '../verdict/needs.ts';
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
  const migrations: Migration[] = [];
  for (const consumer of selectConsumers(model, options.consumers)) {
    for (const arch of archs) {
      for (const from of releases) {
        if (!isApplicable(model, consumer, from, arch)) continue;
        const { profile, unknown } = fixedAt(predict, consumer, from, arch);
        for (const to of releases)
          migrations.push(move(model, predict, { ...consumer, profile }, arch, from, to, unknown));
      }
    }
  }
  return { schema: 'regline.migration/1', asOf: model.view.asOf ?? null, releases, migrations };
}

/** How every move of `migrate` without options fares: its status, and why it is that. */
export interface Fates {
  readonly releases: readonly string[];
  readonly lanes: readonly FateLane[];
}

/** How the moves of one consumer on one architecture fare from one release. */
export interface FateLane {
  readonly consumer: string;
  readonly arch: string;
  readonly from: string;
  /** Along the releases to which it moves. */
  readonly fates: readonly string[];
}

/** Writes down how every move of `migrate` without options fares. */
export function fatesOf(model: Model): Fates {
  const predict = prediction(model);
  const archs = selectArchs(model, undefined);
  const releases = whereBehaviourChanges(model, predict, archs);
  const lanes: FateLane[] = [];
  for (const consumer of model.consumers)
    for (const arch of archs) {
      // Where a process starts matters for what its profile was computed to there, and for nothing else.
      const known = new Map<string, readonly string[]>();
      for (const from of releases) {
        if (!isApplicable(model, consumer, from, arch)) continue;
        const { profile, unknown } = fixedAt(predict, consumer, from, arch);
        const key = JSON.stringify([profile, unknown]);
        const fates =
          known.get(key) ??
          releases.map((to) => {
            if (!isApplicable(model, consumer, to, arch)) return 'not-applicable';
            const { status, why } = fateAt(model, predict, { ...consumer, profile }, arch, to, unknown);
            return why === null ? status : `${status} (${why})`;
          });
        known.set(key, fates);
        lanes.push({ consumer: migrantName(consumer), arch, from, fates });
      }
    }
  return { releases, lanes };
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

/** Works the expressions of a profile out where the process starts; names the first that cannot be. */
function fixedAt(
  predict: Prediction,
  consumer: Consumer,
  release: string,
  arch: string,
): { readonly profile: Readonly<Record<string, Scalar>>; readonly unknown: string | null } {
  const place = placeAt(release, arch, consumer.profile);
  const profile: Record<string, Scalar> = {};
  let unknown: string | null = null;
  for (const [name, value] of Object.entries(consumer.profile)) {
    if (typeof value !== 'string' || !value.startsWith('=')) {
      profile[name] = value;
      continue;
    }
    const worth = predict.worth(value.slice(1), place);
    if (worth.kind === 'value') profile[name] = worth.value;
    else unknown ??= `${name} at ${release} is not known`;
  }
  return { profile, unknown };
}

function move(
  model: Model,
  predict: Prediction,
  consumer: Consumer,
  arch: string,
  from: string,
  to: string,
  unknown: string | null,
): Migration {
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
  const changes = [...model.behaviours.keys()].flatMap((behaviour) => {
    const value = (release: string) => {
      const found = predict.effective(behaviour, placeAt(release, arch, consumer.profile));
      return found.known ? found.value : null;
    };
    const [before, after] = [value(from), value(to)];
    return before === after ? [] : [{ behaviour, before, after }];
  });
  const { status, why, decisive, needs } = fateAt(model, predict, consumer, arch, to, unknown);
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

/** How a process with a profile fares at a release, and the need that decides it. */
function fateAt(
  model: Model,
  predict: Prediction,
  consumer: Consumer,
  arch: string,
  to: string,
  unknown: string | null,
): {
  readonly status: MigrationStatus;
  readonly why: string | null;
  readonly decisive: Need | undefined;
  readonly needs: readonly Need[];
} {
  const needs = needsAt(model, predict, consumer, to, arch);
  const failing = needs.find((n) => n.state === 'fails' && n.otherwise === 'broken');
  const open = needs.find((n) => n.state === 'unknown');
  const slow = needs.find((n) => n.state === 'fails');
  const [status, decisive]: readonly [MigrationStatus, Need | undefined] = failing
    ? ['broken', failing]
    : unknown !== null || open
      ? ['unknown', open]
      : slow
        ? ['degraded', slow]
        : ['works', undefined];
  const why =
    decisive === undefined
      ? unknown
      : decisive.effective.known
        ? `${decisive.behaviour} is ${String(decisive.effective.value)} there: ${decisive.why}`
        : decisive.effective.why;
  return { status, why: status === 'works' ? null : why, decisive, needs };
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
