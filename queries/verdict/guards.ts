import type { TypedStoredEvent } from '../../store/events/event.ts';
import type { Scalar } from '../../store/events/fields.ts';
import { namesIn } from '../../store/condition.ts';
import { lineOfName } from '../../store/names/release-name.ts';
import type { Worth } from './evaluate-condition.ts';
import type { Consumer, Model } from '../model/model.ts';
import { type Prediction } from './prediction.ts';
import { placeAt } from './place.ts';

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

/** Asks a consumer's guards at a place; null where none speaks. */
export type GuardAt = (
  consumer: Consumer,
  release: string,
  arch: string,
  switches: Readonly<Record<string, Scalar>>,
) => GuardAnswer | null;

/**
 * Asks a consumer's own check at start whether it refuses a kernel, exactly as the consumer asks: the one place where version numbers are
 * compared. The strongest answer of its guards counts: one that fires, else one that is disputed, else one that cannot be told.
 */
export function guardsOf(model: Model, predict: Prediction): GuardAt {
  const shown = new Map<string, Readonly<Record<string, Worth>>>();
  const whatIsSeen = (release: string) => {
    const known = shown.get(release) ?? whatItSees(model, release);
    shown.set(release, known);
    return known;
  };
  // Most guards look at nothing but the version: what they say of a release is the same for all who have them.
  const ofVersion = new Map<string, Map<string, Worth> | null>();
  const byRelease = (refuses: string) => {
    const known = ofVersion.get(refuses);
    if (known !== undefined) return known;
    const isOfVersion = namesIn(model.condition(refuses)).every(({ name }) => SEEN.has(name));
    const made = isOfVersion ? new Map<string, Worth>() : null;
    ofVersion.set(refuses, made);
    return made;
  };
  return (consumer, release, arch, switches) => {
    const event = consumer.event;
    if (event?.payload.guards === undefined) return null;
    const seen = whatIsSeen(release);
    let strongest: GuardAnswer | null = null;
    for (const { refuses, says, disputed } of event.payload.guards) {
      const said = byRelease(refuses);
      const worth =
        said?.get(release) ??
        predict.worth(refuses, placeAt(release, arch, consumer.profile, switches), seen);
      said?.set(release, worth);
      if (worth.kind === 'value' && worth.value === false) continue;
      const state = worth.kind === 'unknown' ? 'unknown' : disputed === undefined ? 'fires' : 'disputed';
      const why = worth.kind === 'unknown' ? worth.why : (disputed ?? null);
      if (strongest === null || RANK[state] < RANK[strongest.state])
        strongest = { says, refuses, event, state, why };
    }
    return strongest;
  };
}

/** The names by which a guard asks for what it sees. */
const SEEN: ReadonlySet<string> = new Set(['uname', 'version_signature']);

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
