import type { Scalar } from '../../store/events/fields.ts';
import { claimReach, isAbout, type ClaimReach } from './claims.ts';
import type { Basis, CellStatus } from '../model/documents.ts';
import { consumerName, CONTRACT, type Consumer, type Model } from '../model/model.ts';
import { guardsOf, type GuardAnswer, type GuardAt } from './guards.ts';
import { needsAt, presenceOf, rootOf, type Need } from './needs.ts';
import { placeAt } from './place.ts';
import { prediction, type Prediction } from './prediction.ts';
import { standingOf, type Standing } from './standing.ts';
import { switchesOf } from '../model/switches.ts';
import { bearingsOf, countedAt, testedStatus, type CountedAt, type TestedStatus } from './tested.ts';

/** What the events say about one cell, and why. Derived, never stored. */
export interface Verdict {
  readonly consumer: Consumer;
  readonly release: string;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly confidence: 'verified' | 'concluded' | null;
  readonly reported: boolean;
  readonly needs: readonly Need[];
  /** The guard that fires, and what would happen without it. */
  readonly guard: { readonly says: string; readonly refuses: string; readonly without: CellStatus } | null;
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
  /** Ids of events (`ID#index` for results) that the status rests on. */
  readonly evidence: readonly string[];
  readonly contradictions: readonly string[];
  readonly note: string | null;
}

/** Gives verdicts on a model; keeps what it works out. */
export interface Verdicts {
  readonly model: Model;
  readonly predict: Prediction;
  readonly claims: readonly ClaimReach[];
  readonly counted: CountedAt;
  /** What a consumer needs at a place, and whether it has it: one list for all releases of a class. */
  needs(consumer: Consumer, release: string, arch: string, config?: string | null): readonly Need[];
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
  /** What the guards of a consumer say, whether it can be there or not; far cheaper than a verdict. */
  readonly guardAt: GuardAt;
}

/** One consumer on one architecture in one configuration, over all releases. */
interface Lane {
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly switches: Readonly<Record<string, Scalar>>;
  readonly records: LaneRecords;
  readonly verdicts: Map<string, Verdict>;
}

/** What records say of a lane, by class of releases: the same for all consumers that need the same under the same circumstances. */
interface LaneRecords {
  readonly needs: Map<string, readonly Need[]>;
  readonly standings: Map<string, Standing>;
  /** How those standings are weighed, by what else is said of a cell. */
  readonly weighed: Map<Standing, Map<string, Weighed>>;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const claims = claimReach(model);
  const claimsAt = new Map<string, ClaimReach[]>();
  for (const claim of claims) {
    for (const release of claim.spokenOf) {
      const here = claimsAt.get(release);
      if (here) here.push(claim);
      else claimsAt.set(release, [claim]);
    }
  }
  const searched = new Set(model.of('BisectOutcomeRecorded').map((e) => e.payload.release));
  const counted = countedAt(model);
  const shared = new Map<string, LaneRecords>();
  const isAnyDirect = model.of('TestRecorded').some(({ payload }) => (payload.consumers ?? []).length > 0);
  const recordsOf = (consumer: Consumer, arch: string, switches: Lane['switches']): LaneRecords => {
    const place = placeAt('', arch, consumer.profile, switches);
    const asked = consumer.requirements.flatMap(({ id, payload: { behaviour, when } }) => [
      id,
      predict.circumstances(behaviour, place),
      when === undefined ? '' : predict.circumstances(when, place),
    ]);
    // The contract needs what is documented, and asks no profile; its switches are told apart as they are written.
    const own = consumer.consumer === CONTRACT || isAnyDirect ? consumer.is.join('\t') : '';
    const key = JSON.stringify([consumer.interface, arch, own, own === '' ? null : switches, asked]);
    const known = shared.get(key);
    if (known) return known;
    const made: LaneRecords = { needs: new Map(), standings: new Map(), weighed: new Map() };
    shared.set(key, made);
    return made;
  };
  const lanes = new Map<string, Map<Consumer, Map<string, Lane>>>();
  const laneOf = (consumer: Consumer, arch: string, config: string | null): Lane => {
    const known = lanes
      .get(config ?? '')
      ?.get(consumer)
      ?.get(arch);
    if (known) return known;
    const ofConfig = lanes.get(config ?? '') ?? new Map<Consumer, Map<string, Lane>>();
    lanes.set(config ?? '', ofConfig);
    const ofConsumer = ofConfig.get(consumer) ?? new Map<string, Lane>();
    ofConfig.set(consumer, ofConsumer);
    const switches = switchesOf(config);
    const made: Lane = {
      consumer,
      arch,
      config,
      switches,
      records: recordsOf(consumer, arch, switches),
      verdicts: new Map(),
    };
    ofConsumer.set(arch, made);
    return made;
  };
  const needsIn = (lane: Lane, first: string): readonly Need[] => {
    const known = lane.records.needs.get(first);
    if (known) return known;
    const { consumer, arch, switches } = lane;
    const made = needsAt(model, predict, consumer, first, arch, switches);
    lane.records.needs.set(first, made);
    return made;
  };
  const guardAt = guardsOf(model, predict);
  const bearingOf = bearingsOf(model);
  const standingIn = (lane: Lane, first: string): Standing => {
    const known = lane.records.standings.get(first);
    if (known) return known;
    const needs = needsIn(lane, first);
    const made = standingOf(needs, bearingOf(lane.consumer, needs, lane.arch));
    lane.records.standings.set(first, made);
    return made;
  };
  // What it says may name the release.
  const notFoundOutAt = (lane: Lane, first: string, release: string): Standing => {
    const key = `${release}\nnot found out`;
    const known = lane.records.standings.get(key);
    if (known) return known;
    const made = notFoundOut(model, standingIn(lane, first), lane, release);
    lane.records.standings.set(key, made);
    return made;
  };
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, config, switches } = lane;
    if (!(consumer.archs?.includes(arch) ?? true)) return absent(lane, release);
    const presence = presenceOf(model, consumer.interface, release, arch);
    if (presence === 'absent') return absent(lane, release);
    const first = predict.classOf(release);
    const standing = presence === 'there' ? standingIn(lane, first) : notFoundOutAt(lane, first, release);
    const said =
      claimsAt
        .get(release)
        ?.filter(
          ({ event }) =>
            (event.payload.archs?.includes(arch) ?? false) && isAbout(event, consumer, standing.behaviours),
        ) ?? NONE;
    const tested =
      model.results.hasRelease(release) || searched.has(release)
        ? testedStatus(model, counted, consumer, standing.bearing, release, config)
        : null;
    const guard = guardAt(consumer, release, arch, switches);
    const weighed = weighedIn(lane, release, standing, said, tested, guard);
    return new CellVerdict(lane, release, standing, weighed, said, tested, guard);
  };
  /** Cells of which the same is said fare alike; those of which somebody claims something are weighed one by one. */
  const weighedIn = (lane: Lane, release: string, standing: Standing, ...said: Said): Weighed => {
    const [claims, tested, guard] = said;
    if (claims.length > 0) return weigh(lane.config, release, standing, ...said);
    const byFace = lane.records.weighed.get(standing) ?? new Map<string, Weighed>();
    lane.records.weighed.set(standing, byFace);
    const face =
      guard === null
        ? (tested?.status ?? '')
        : JSON.stringify([tested?.status, guard.state, guard.says, guard.refuses, guard.why]);
    const known = byFace.get(face);
    if (known) return known;
    const made = weigh(lane.config, release, standing, ...said);
    byFace.set(face, made);
    return made;
  };
  return {
    model,
    predict,
    claims,
    counted,
    guardAt,
    needs: (consumer, release, arch, config = null) =>
      needsIn(laneOf(consumer, arch, config), predict.classOf(release)),
    at(consumer, release, arch, config = null) {
      const lane = laneOf(consumer, arch, config);
      const known = lane.verdicts.get(release);
      if (known) return known;
      const made = judge(lane, release);
      lane.verdicts.set(release, made);
      return made;
    },
  };
}

const NONE: readonly never[] = [];

/** What is said of a cell beside what records say. */
type Said = readonly [claims: readonly ClaimReach[], tested: TestedStatus | null, guard: GuardAnswer | null];

/** How all that is said of a cell weighs. */
type Weighed = Pick<
  Verdict,
  'status' | 'basis' | 'confidence' | 'reported' | 'guard' | 'contradictions' | 'note'
> & {
  /** What the status rests on, before a guard is asked. */
  readonly decides: 'tests' | 'claims' | 'records' | null;
};

/** Weighs what is said of a cell: tested before reported before predicted before inferred. */
function weigh(
  config: string | null,
  release: string,
  standing: Standing,
  ...[claims, tested, answer]: Said
): Weighed {
  const reportedStatus = statusOfClaims(strongest(claims, release, config));
  const levels: { status: CellStatus; basis: Basis; decides: Weighed['decides'] }[] = [];
  if (tested) levels.push({ status: tested.status, basis: 'tested', decides: 'tests' });
  if (reportedStatus) levels.push({ status: reportedStatus, basis: 'reported', decides: 'claims' });
  if (standing.basis !== null || standing.status === 'unknown') {
    levels.push({ status: standing.status, basis: standing.basis ?? 'inferred', decides: 'records' });
  }
  const best = levels.find((l) => l.status !== 'unknown') ?? levels[0];
  const contradictions = levels
    .filter((l) => best && l !== best && l.status !== best.status && l.status !== 'unknown')
    .map((l) => `${l.basis}: ${l.status}`);
  const guard = answer?.state === 'fires' ? answer : null;
  // Whoever was seen to run has passed its guard; else a guard that nobody can tell leaves the cell unknown.
  const untold = answer?.state === 'unknown' && best?.basis !== 'tested' && best?.basis !== 'reported';
  const status = answer?.state === 'disputed' ? 'conflict' : untold ? 'unknown' : (best?.status ?? 'unknown');
  const reported =
    claims.some(({ event }) => event.payload.says === 'broken' || event.payload.says === 'degraded') ||
    (tested !== null && (tested.status === 'broken' || tested.status === 'conflict'));
  const basis = status === 'unknown' ? null : (best?.basis ?? null);
  return {
    status: guard ? 'refuses' : status,
    basis: guard ? 'predicted' : basis,
    confidence: basis === null ? null : standing.isConcluded && basis !== 'tested' ? 'concluded' : 'verified',
    reported,
    guard: guard ? { says: guard.says, refuses: guard.refuses, without: status } : null,
    contradictions,
    note: guard
      ? status === 'works'
        ? 'would work without the guard'
        : `${status} without the guard`
      : answer !== null
        ? `${answer.says}: ${answer.why ?? 'not known'}`
        : standing.note,
    decides: best?.decides ?? null,
  };
}

/** The claims that are evidence for a release; a configuration that is no default is spoken of by none. */
function strongest(
  claims: readonly ClaimReach[],
  release: string,
  config: string | null,
): readonly ClaimReach[] {
  return config === null ? claims.filter(({ evidence }) => evidence.has(release)) : [];
}

/** A verdict of one cell: how it weighs is shared with other cells, and what it rests on is written out when it is asked for. */
class CellVerdict implements Verdict {
  readonly release: string;
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly status: CellStatus;
  readonly claims: readonly ClaimReach[];
  readonly tested: TestedStatus | null;
  private readonly weighed: Weighed;
  private readonly standing: Standing;
  private readonly answer: GuardAnswer | null;
  private cited: readonly string[] | null = null;

  constructor(
    { consumer, arch, config }: Lane,
    release: string,
    standing: Standing,
    weighed: Weighed,
    ...said: Said
  ) {
    this.consumer = consumer;
    this.release = release;
    this.arch = arch;
    this.config = config;
    this.status = weighed.status;
    this.weighed = weighed;
    this.standing = standing;
    [this.claims, this.tested, this.answer] = said;
  }

  get basis(): Basis | null {
    return this.weighed.basis;
  }

  get confidence(): Verdict['confidence'] {
    return this.weighed.confidence;
  }

  get reported(): boolean {
    return this.weighed.reported;
  }

  get needs(): readonly Need[] {
    return this.standing.needs;
  }

  get guard(): Verdict['guard'] {
    return this.weighed.guard;
  }

  get contradictions(): readonly string[] {
    return this.weighed.contradictions;
  }

  get note(): string | null {
    return this.weighed.note;
  }

  get evidence(): readonly string[] {
    this.cited ??= this.cite();
    return this.cited;
  }

  private cite(): readonly string[] {
    const strong = strongest(this.claims, this.release, this.config);
    const best = {
      tests: () => this.tested?.evidence ?? [],
      claims: () => strong.map((c) => c.event.id),
      records: () => this.standing.evidence,
      none: () => [],
    }[this.weighed.decides ?? 'none']();
    const found = evidenceOf(this.answer ? [this.answer.event.id] : [], best, strong);
    // Who needs nothing rests on what is recorded of it.
    return found.length > 0 || this.consumer.event === null ? found : [this.consumer.event.id];
  }
}

/** Each event once; where records alone speak, their list is shared by all cells of a class. */
function evidenceOf(
  guard: readonly string[],
  best: readonly string[],
  strong: readonly ClaimReach[],
): readonly string[] {
  if (guard.length === 0 && strong.length === 0) return best;
  return [...new Set([...guard, ...best, ...strong.map((c) => c.event.id)])];
}

/** How a consumer stands where nobody has found out whether the architecture had the interface yet. */
function notFoundOut(model: Model, standing: Standing, { consumer, arch }: Lane, release: string): Standing {
  const event = model.interfaces.get(consumer.interface);
  const since = event?.payload.archs?.find((a) => a.arch === arch)?.since;
  const isAdrift = since !== undefined && rootOf(model, since) !== rootOf(model, release);
  return {
    ...standing,
    status: 'unknown',
    basis: null,
    evidence: event ? [event.id] : [],
    note: isAdrift
      ? `what ${release} continues is not recorded`
      : `since when ${arch} has ${consumer.interface} is not known`,
  };
}

/** The verdict where the interface is not there, or the consumer is not. */
function absent({ consumer, arch, config }: Lane, release: string): Verdict {
  return {
    consumer,
    release,
    arch,
    config,
    status: 'not-applicable',
    basis: null,
    confidence: null,
    reported: false,
    needs: [],
    guard: null,
    claims: [],
    tested: null,
    evidence: consumer.event ? [consumer.event.id] : [],
    contradictions: [],
    note: null,
  };
}

function statusOfClaims(claims: readonly ClaimReach[]): CellStatus | null {
  const said = new Set(
    claims.flatMap(({ event }): CellStatus[] => {
      const { says } = event.payload;
      return says === 'not-a-regression' ? [] : [says];
    }),
  );
  if (said.size === 0) return null;
  return said.size === 1 ? [...said][0]! : 'conflict';
}

/** Names the consumer of a verdict, with its variant. */
export function nameOf(consumer: Consumer): string {
  return consumerName(consumer.consumer, consumer.variant);
}
