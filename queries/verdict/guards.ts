import { namesIn } from '../../store/condition.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Scalar } from '../../store/events/fields.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import type { Worth } from './evaluate-condition.ts';
import type { Consumer, Model } from '../model/model.ts';
import { type Prediction } from './prediction.ts';
import { placeAt } from './place.ts';
import { within } from '../../store/grouping.ts';

/** A guard that does not let its consumer start, or may not. */
export interface GuardAnswer {
  readonly says: string;
  readonly refuses: string;
  readonly event: TypedStoredEvent<'ConsumerRecorded'>;
  /** `unknown`: what it looks at is not recorded; `disputed`: sources disagree on whether this version has it. */
  readonly state: 'fires' | 'disputed' | 'unknown';
  readonly why: string | null;
}

const RANK = { fires: 0, disputed: 1, unknown: 2 } as const;

/** Asks the guards of one consumer on one architecture, release by release; null where none speaks. */
export type GuardAt = (release: string) => GuardAnswer | null;

/** Finds what to ask of a consumer on an architecture with these switches; null where it has no guards. */
export type GuardsIn = (
  consumer: Consumer,
  arch: string,
  switches: Readonly<Record<string, Scalar>>,
) => GuardAt | null;

/**
 * Asks a consumer's own check at start whether it refuses a kernel, exactly as the consumer asks: the one place where version numbers are
 * compared. The strongest answer of its guards counts: one that fires, else one that is disputed, else one that cannot be told.
 */
export function guardsOf(model: Model, predict: Prediction): GuardsIn {
  const shown = new Map<string, Shown>();
  const shownAt = (release: string): Shown => {
    const known = shown.get(release) ?? whatIsShown(model, release);
    shown.set(release, known);
    return known;
  };
  // Consumers copy guards from each other, and most releases show the version of another: few answers are worked out.
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
    const like = predict.likeness(
      guards.map(({ refuses }) => refuses),
      profile,
    );
    // By the class of releases, then by what is seen.
    const said = new Map<string, Map<string, GuardAnswer | null>>();
    return (release) => {
      const { text, seen } = shownAt(release);
      const first = like(predict.classOf(release));
      const here = within(said, first);
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
        // One answer for all releases at which it is the same: it tells cells apart by itself.
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

/** Whether the guards of a consumer look at nothing but versions and what it is itself: then all architectures and configurations share them. */
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

/** What a program sees of the kernel's version, and a text that tells it from others. */
interface Shown {
  readonly seen: Readonly<Record<string, Worth>>;
  readonly text: string;
}

function whatIsShown(model: Model, release: string): Shown {
  const seen = whatItSees(model, release);
  return { seen, text: JSON.stringify(seen) };
}

/**
 * What a program can read of the kernel's version: `uname` is the triple that uname(2) shows; `version_signature` the upstream version that
 * a distribution's own file tells. A kernel that is no distribution's has no such file, and shows nothing but its uname.
 */
function whatItSees(model: Model, release: string): Readonly<Record<string, Worth>> {
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
