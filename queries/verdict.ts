import type { StoredEvent } from '../store/events/event.ts';
import { claimReach, isAbout, type ClaimReach } from './claims.ts';
import type { Basis, CellStatus } from './documents.ts';
import { consumerName, type Consumer, type Model } from './model.ts';
import { isApplicable, needsAt, type Need } from './needs.ts';
import { prediction, type Prediction } from './prediction.ts';
import { guardAt } from './guards.ts';
import { switchesOf } from './switches.ts';
import { testedStatus, type TestedStatus } from './tested.ts';

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
  /** What a consumer needs at a place, and whether it has it. */
  readonly needs: (
    consumer: Consumer,
    release: string,
    arch: string,
    config?: string | null,
  ) => readonly Need[];
  at(consumer: Consumer, release: string, arch: string, config?: string | null): Verdict;
}

/** Makes the verdicts of a model. */
export function verdicts(model: Model): Verdicts {
  const predict = prediction(model);
  const claims = claimReach(model);
  const claimsAt = new Map<string, ClaimReach[]>();
  for (const claim of claims)
    for (const release of claim.spokenOf) claimsAt.set(release, [...(claimsAt.get(release) ?? []), claim]);
  const needsMemo = new Map<Consumer, Map<string, readonly Need[]>>();
  const needs: Verdicts['needs'] = (consumer, release, arch, config = null) => {
    const own = needsMemo.get(consumer) ?? new Map<string, readonly Need[]>();
    needsMemo.set(consumer, own);
    // Releases of one class hold the same changes and statements, so what is needed is met alike.
    const key = `${predict.classOf(release)}\n${arch}\n${config ?? ''}`;
    const known = own.get(key);
    if (known) return known;
    const made = needsAt(model, predict, consumer, release, arch, switchesOf(config));
    own.set(key, made);
    return made;
  };
  const heard = heardOf(model);
  const memo = new Map<Consumer, Map<string, Verdict>>();
  const saysSomething = (consumer: Consumer, release: string, arch: string, config: string | null) =>
    heard.has(release) ||
    claimsAbout(claimsAt.get(release) ?? [], consumer, arch, needs(consumer, release, arch, config)).length >
      0 ||
    guardAt(model, predict, consumer, release, arch, config) !== null;
  /** A release of which nobody says anything by itself fares like the others of its class. */
  const like = (
    own: Map<string, Verdict>,
    consumer: Consumer,
    release: string,
    arch: string,
    config: string | null,
  ): Verdict => {
    const first = predict.classOf(release);
    const alone =
      first === release ||
      !isApplicable(model, consumer, release, arch) ||
      !isApplicable(model, consumer, first, arch) ||
      saysSomething(consumer, release, arch, config) ||
      saysSomething(consumer, first, arch, config);
    if (alone) return judge(self, claimsAt.get(release) ?? [], consumer, release, arch, config);
    const key = `${first}\n${arch}\n${config ?? ''}`;
    const same = own.get(key) ?? judge(self, [], consumer, first, arch, config);
    own.set(key, same);
    return { ...same, release };
  };
  const self: Verdicts = {
    model,
    predict,
    claims,
    needs,
    at(consumer, release, arch, config = null) {
      const own = memo.get(consumer) ?? new Map<string, Verdict>();
      memo.set(consumer, own);
      const key = `${release}\n${arch}\n${config ?? ''}`;
      const known = own.get(key);
      if (known) return known;
      const made = like(own, consumer, release, arch, config);
      own.set(key, made);
      return made;
    },
  };
  return self;
}

/** The releases of which test results or outcomes of searches speak. */
function heardOf(model: Model): ReadonlySet<string> {
  const heard = new Set<string>();
  for (const { payload } of model.of('TestRecorded'))
    for (const { release } of model.results.placesOf(payload.test)) heard.add(release);
  for (const { payload } of model.of('BisectOutcomeRecorded'))
    if (payload.release !== undefined) heard.add(payload.release);
  return heard;
}

function claimsAbout(
  claims: readonly ClaimReach[],
  consumer: Consumer,
  arch: string,
  needs: readonly Need[],
): readonly ClaimReach[] {
  if (claims.length === 0) return claims;
  const behaviours = needs.map((n) => n.behaviour);
  return claims.filter(
    ({ event }) => (event.payload.archs?.includes(arch) ?? false) && isAbout(event, consumer, behaviours),
  );
}

function judge(
  { model, predict, needs: needsOf }: Verdicts,
  claimsHere: readonly ClaimReach[],
  consumer: Consumer,
  release: string,
  arch: string,
  config: string | null,
): Verdict {
  const cell = { consumer, release, arch, config };
  if (!isApplicable(model, consumer, release, arch)) {
    return {
      ...cell,
      ...empty,
      status: 'not-applicable',
      evidence: consumer.event ? [consumer.event.id] : [],
    };
  }
  const needs = needsOf(consumer, release, arch, config);
  const predicted = predictedStatus(needs);
  const claims = claimsAbout(claimsHere, consumer, arch, needs);
  const strong = config === null ? claims.filter(({ evidence }) => evidence.has(release)) : [];
  const reportedStatus = statusOfClaims(strong);
  const tested = testedStatus(model, consumer, needs, release, arch, config);
  const levels: { status: CellStatus; basis: Basis; events: readonly string[] }[] = [];
  if (tested) levels.push({ status: tested.status, basis: 'tested', events: tested.evidence });
  if (reportedStatus) {
    levels.push({ status: reportedStatus, basis: 'reported', events: strong.map((c) => c.event.id) });
  }
  const inForce = predicted.decisive.flatMap((n) =>
    n.effective.known ? [n.effective.record, n.event] : [n.event],
  );
  if (predicted.basis !== null || predicted.status === 'unknown') {
    levels.push({ status: predicted.status, basis: predicted.basis ?? 'inferred', events: ids(inForce) });
  }
  const best = levels.find((l) => l.status !== 'unknown') ?? levels[0];
  const contradictions = levels
    .filter((l) => best && l !== best && l.status !== best.status && l.status !== 'unknown')
    .map((l) => `${l.basis}: ${l.status}`);
  const answer = guardAt(model, predict, consumer, release, arch, config);
  const guard = answer?.state === 'fires' ? answer : null;
  // Whoever was seen to run has passed its guard; else a guard that nobody can tell leaves the cell unknown.
  const untold = answer?.state === 'unknown' && best?.basis !== 'tested' && best?.basis !== 'reported';
  const status = answer?.state === 'disputed' ? 'conflict' : untold ? 'unknown' : (best?.status ?? 'unknown');
  const reported =
    claims.some(({ event }) => event.payload.says === 'broken' || event.payload.says === 'degraded') ||
    (tested !== null && (tested.status === 'broken' || tested.status === 'conflict'));
  const unsure = inForce.some((e) => 'confidence' in e.payload && e.payload.confidence === 'concluded');
  const basis = status === 'unknown' ? null : (best?.basis ?? null);
  return {
    ...cell,
    status: guard ? 'refuses' : status,
    basis: guard ? 'predicted' : basis,
    confidence: basis === null ? null : unsure && basis !== 'tested' ? 'concluded' : 'verified',
    reported,
    needs,
    guard: guard ? { says: guard.says, refuses: guard.refuses, without: status } : null,
    claims,
    tested,
    evidence: [
      ...new Set([
        ...(answer ? [answer.event.id] : []),
        ...(best?.events ?? []),
        ...strong.map((c) => c.event.id),
      ]),
    ],
    contradictions,
    note:
      answer === null || guard
        ? noteOf(needs, guard ? status : null)
        : `${answer.says}: ${answer.why ?? 'not known'}`,
  };
}

const empty = {
  basis: null,
  confidence: null,
  reported: false,
  needs: [],
  guard: null,
  claims: [],
  tested: null,
  contradictions: [],
  note: null,
} as const;

/** A failing need that breaks decides; else anything unknown; else a failing need that degrades. */
function predictedStatus(needs: readonly Need[]): {
  readonly status: CellStatus;
  readonly basis: Basis | null;
  readonly decisive: readonly Need[];
} {
  const broken = needs.filter((n) => n.state === 'fails' && n.otherwise === 'broken');
  if (broken.length > 0) return { status: 'broken', basis: weakest(broken), decisive: broken };
  const unknown = needs.filter((n) => n.state === 'unknown');
  if (unknown.length > 0) return { status: 'unknown', basis: null, decisive: unknown };
  const degraded = needs.filter((n) => n.state === 'fails');
  if (degraded.length > 0) return { status: 'degraded', basis: weakest(degraded), decisive: degraded };
  const present = needs.filter((n) => n.state === 'holds');
  if (needs.length > 0 && present.length === 0)
    return { status: 'not-applicable', basis: 'predicted', decisive: needs };
  return { status: 'works', basis: needs.length === 0 ? 'inferred' : weakest(present), decisive: present };
}

/** For a broken consumer one sound reason is enough; for a working one the weakest of its needs speaks. */
function weakest(needs: readonly Need[]): Basis {
  const bases = needs.map((n) => (n.effective.known ? n.effective.basis : 'inferred'));
  const broken = needs.every((n) => n.state === 'fails');
  if (broken) return bases.includes('predicted') ? 'predicted' : 'inferred';
  return bases.includes('inferred') ? 'inferred' : 'predicted';
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

function noteOf(needs: readonly Need[], without: CellStatus | null): string | null {
  if (without !== null)
    return without === 'works' ? 'would work without the guard' : `${without} without the guard`;
  const failing = needs.filter((n) => n.state === 'fails');
  if (failing.length > 0) {
    return failing
      .map((n) => `${n.behaviour} is ${n.effective.known ? String(n.effective.value) : '?'}`)
      .join('; ');
  }
  const unknown = needs.find((n) => n.state === 'unknown');
  return unknown && !unknown.effective.known ? `${unknown.behaviour}: ${unknown.effective.why}` : null;
}

function ids(events: readonly StoredEvent[]): readonly string[] {
  return [...new Set(events.map((e) => e.id))];
}

/** Names the consumer of a verdict, with its variant. */
export function nameOf(consumer: Consumer): string {
  return consumerName(consumer.consumer, consumer.variant);
}
