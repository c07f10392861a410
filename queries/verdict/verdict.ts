import type { Scalar } from '../../store/events/fields.ts';
import { claimReach, isAbout, type ClaimReach } from './claims.ts';
import type { Basis, CellStatus } from '../model/documents.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { guardsOf, type GuardAnswer } from './guards.ts';
import { needsAt, presenceOf, rootOf, type Need } from './needs.ts';
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
}

/** One consumer on one architecture in one configuration, over all releases. */
interface Lane {
  readonly consumer: Consumer;
  readonly arch: string;
  readonly config: string | null;
  readonly switches: Readonly<Record<string, Scalar>>;
  /** These by class of releases. */
  readonly needs: Map<string, readonly Need[]>;
  readonly standings: Map<string, Standing>;
  /** What records alone give. */
  readonly plain: Map<string, Verdict>;
  readonly verdicts: Map<string, Verdict>;
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
    const made: Lane = {
      consumer,
      arch,
      config,
      switches: switchesOf(config),
      needs: new Map(),
      standings: new Map(),
      plain: new Map(),
      verdicts: new Map(),
    };
    ofConsumer.set(arch, made);
    return made;
  };
  const needsIn = (lane: Lane, first: string): readonly Need[] => {
    const known = lane.needs.get(first);
    if (known) return known;
    const { consumer, arch, switches } = lane;
    const made = needsAt(model, predict, consumer, first, arch, switches);
    lane.needs.set(first, made);
    return made;
  };
  const guardAt = guardsOf(model, predict);
  const bearingOf = bearingsOf(model);
  const standingWith = ({ consumer, arch }: Lane, needs: readonly Need[]): Standing =>
    standingOf(needs, bearingOf(consumer, needs, arch));
  const standingIn = (lane: Lane, first: string): Standing => {
    const known = lane.standings.get(first);
    if (known) return known;
    const made = standingWith(lane, needsIn(lane, first));
    lane.standings.set(first, made);
    return made;
  };
  const judge = (lane: Lane, release: string): Verdict => {
    const { consumer, arch, config, switches } = lane;
    if (!(consumer.archs?.includes(arch) ?? true)) return absent(lane, release);
    const presence = presenceOf(model, consumer.interface, release, arch);
    if (presence === 'absent') return absent(lane, release);
    const first = predict.classOf(release);
    const isThere = presence === 'there';
    const standing = isThere
      ? standingIn(lane, first)
      : notFoundOut(model, standingIn(lane, first), lane, release);
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
    if (said.length > 0 || tested !== null || guard !== null || !isThere)
      return weigh(lane, release, standing, said, tested, guard);
    // A release of which nobody says anything by itself fares like the others of its class.
    const plain = lane.plain.get(first) ?? weigh(lane, first, standing, [], null, null);
    lane.plain.set(first, plain);
    return first === release ? plain : { ...plain, release };
  };
  return {
    model,
    predict,
    claims,
    counted,
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

/** Weighs what is said of a cell: tested before reported before predicted before inferred. */
function weigh(
  { consumer, arch, config }: Lane,
  release: string,
  standing: Standing,
  claims: readonly ClaimReach[],
  tested: TestedStatus | null,
  answer: GuardAnswer | null,
): Verdict {
  const strong = config === null ? claims.filter(({ evidence }) => evidence.has(release)) : [];
  const reportedStatus = statusOfClaims(strong);
  const levels: { status: CellStatus; basis: Basis; events: () => readonly string[] }[] = [];
  if (tested) levels.push({ status: tested.status, basis: 'tested', events: () => tested.evidence });
  if (reportedStatus) {
    levels.push({ status: reportedStatus, basis: 'reported', events: () => strong.map((c) => c.event.id) });
  }
  if (standing.basis !== null || standing.status === 'unknown') {
    levels.push({
      status: standing.status,
      basis: standing.basis ?? 'inferred',
      events: () => standing.evidence,
    });
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
  let evidence: readonly string[] | null = null;
  return {
    consumer,
    release,
    arch,
    config,
    status: guard ? 'refuses' : status,
    basis: guard ? 'predicted' : basis,
    confidence: basis === null ? null : standing.isConcluded && basis !== 'tested' ? 'concluded' : 'verified',
    reported,
    needs: standing.needs,
    guard: guard ? { says: guard.says, refuses: guard.refuses, without: status } : null,
    claims,
    tested,
    // Most cells are asked how they fare, and few what that rests on.
    get evidence() {
      if (evidence) return evidence;
      const found = evidenceOf(answer ? [answer.event.id] : [], best?.events() ?? [], strong);
      // Who needs nothing rests on what is recorded of it.
      evidence = found.length > 0 || consumer.event === null ? found : [consumer.event.id];
      return evidence;
    },
    contradictions,
    note: guard
      ? status === 'works'
        ? 'would work without the guard'
        : `${status} without the guard`
      : answer !== null
        ? `${answer.says}: ${answer.why ?? 'not known'}`
        : standing.note,
  };
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
