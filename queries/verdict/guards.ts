import { namesIn } from '../../store/condition.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Scalar } from '../../store/events/fields.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import type { Worth } from './evaluate-condition.ts';
import type { Consumer, Model } from '../model/model.ts';
import { type Prediction } from './prediction.ts';
import { placeAt } from './place.ts';
import { within } from '../../store/grouping.ts';
import { memoized } from '../../store/memo.ts';

/** The answer of a guard that keeps its consumer from starting, or may do so. */
export interface GuardAnswer {
  readonly says: string;
  readonly refuses: string;
  readonly event: TypedStoredEvent<'ConsumerRecorded'>;
  /** `unknown`: what it checks is not recorded; `disputed`: sources disagree on whether this version has the guard. */
  readonly state: 'fires' | 'disputed' | 'unknown';
  readonly why: string | null;
}

const RANK = { fires: 0, disputed: 1, unknown: 2 } as const;

/** Evaluates the guards of one consumer on one architecture at a release; null where none fires or may fire. */
export type GuardAt = (release: string) => GuardAnswer | null;

/** Finds the guards of a consumer on an architecture with these switches; null where it has none. */
export type GuardsIn = (
  consumer: Consumer,
  arch: string,
  switches: Readonly<Record<string, Scalar>>,
) => GuardAt | null;

/**
 * Evaluates a consumer's own start-up checks exactly as the consumer does. This is the one place where version numbers are compared. The
 * strongest answer of its guards counts: one that fires, else one that is disputed, else one that is unknown.
 */
export function guardsOf(model: Model, predict: Prediction): GuardsIn {
  const shownAt = memoized((release: string) => versionShown(model, release));
  // Consumers copy guards from each other, and most releases show the version of another: few answers are computed.
  const worths = new Map<string, Map<string, Worth>>();
  const everywhere = new Map<Consumer, GuardAt>();
  const guardOf = (
    consumer: Consumer,
    event: GuardAnswer['event'],
    arch: string,
    switches: Parameters<GuardsIn>[2],
  ): GuardAt => {
    const { profile } = consumer;
    const guards = (event.payload.guards ?? []).map((guard) => {
      const circumstances = predict.circumstances(guard.refuses, placeAt('', arch, profile, switches));
      const known = within(worths, JSON.stringify([guard.refuses, arch, circumstances]));
      return { ...guard, known, answers: new Map<string, GuardAnswer>() };
    });
    const equivalent = predict.equivalence(
      guards.map(({ refuses }) => refuses),
      profile,
    );
    // By the class of releases, then by the version that is shown.
    const answersAt = new Map<string, Map<string, GuardAnswer | null>>();
    return (release) => {
      const { text, seen } = shownAt(release);
      const first = equivalent(predict.classOf(release));
      const here = within(answersAt, first);
      const before = here.get(text);
      if (before !== undefined) return before;
      let strongest: GuardAnswer | null = null;
      for (const { refuses, says, disputed, known, answers } of guards) {
        const key = `${text}\n${first}`;
        const worth =
          known.get(key) ?? predict.worth(refuses, placeAt(release, arch, profile, switches), seen);
        known.set(key, worth);
        if (worth.kind === 'value' && worth.value === false) continue;
        const state = worth.kind === 'unknown' ? 'unknown' : disputed === undefined ? 'fires' : 'disputed';
        if (strongest !== null && RANK[strongest.state] <= RANK[state]) continue;
        const why = worth.kind === 'unknown' ? worth.why : (disputed ?? null);
        // One object for all releases with the same answer: cells are compared by it.
        strongest = answers.get(`${state}\n${why ?? ''}`) ?? { says, refuses, event, state, why };
        answers.set(`${state}\n${why ?? ''}`, strongest);
      }
      here.set(text, strongest);
      return strongest;
    };
  };
  return (consumer, arch, switches) => {
    const { event } = consumer;
    if (event?.payload.guards === undefined) return null;
    const known = everywhere.get(consumer);
    if (known) return known;
    const made = guardOf(consumer, event, arch, switches);
    if (isSameEverywhere(model, consumer)) everywhere.set(consumer, made);
    return made;
  };
}

/** Whether the guards of a consumer check nothing but versions and its own profile: then all architectures and configurations share them. */
function isSameEverywhere(model: Model, { event, profile }: Consumer): boolean {
  const asked = (event?.payload.guards ?? []).flatMap(({ refuses }) => namesIn(model.condition(refuses)));
  return asked.every(({ name }) => {
    if (SEEN.has(name)) return true;
    const value = profile[name];
    return (
      !model.behaviours.has(name) &&
      value !== undefined &&
      !(typeof value === 'string' && value.startsWith('='))
    );
  });
}

const SEEN: ReadonlySet<string> = new Set(['uname', 'version_signature']);

/** What a program sees of the kernel's version, and a text that is equal for equal ones. */
interface VersionShown {
  readonly seen: Readonly<Record<string, Worth>>;
  readonly text: string;
}

function versionShown(model: Model, release: string): VersionShown {
  const seen = versionNames(model, release);
  return { seen, text: JSON.stringify(seen) };
}

/**
 * The names with which guards refer to the kernel's version: `uname` is the triple that uname(2) shows; `version_signature` the upstream
 * version in a distribution's own file, /proc/version_signature. A kernel that is no distribution's has no such file: its uname counts.
 */
function versionNames(model: Model, release: string): Readonly<Record<string, Worth>> {
  const node = model.graph.releases.get(release);
  const uname = version(node?.uname ?? null, 'what uname shows is not recorded');
  const signature = node?.signature ?? null;
  const own = signature === null && lineOfName(release) !== null;
  return {
    uname,
    version_signature: own
      ? uname
      : version(signature, `the version signature of ${release} is not recorded`),
  };
}

function version(text: string | null, why: string): Worth {
  const triple = text === null ? undefined : /^\d+\.\d+(\.\d+)?/.exec(text)?.[0];
  return triple === undefined
    ? { kind: 'unknown', why }
    : { kind: 'version', numbers: triple.split('.').map(Number) };
}
