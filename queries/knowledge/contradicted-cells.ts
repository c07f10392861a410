import type { TypedStoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import { byName, named } from '../../store/by-name.ts';
import { grouped, within } from '../../store/grouping.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { Need } from '../verdict/needs.ts';
import { archsOf } from '../model/interfaces.ts';
import { archsSpokenOf } from '../verdict/spoken-archs.ts';
import { testsOf, type BearingTest, type TestedStatus } from '../verdict/tested.ts';
import { nameOf, type Verdict } from '../verdict/verdict.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { ReachedAt } from './reach.ts';
import type { Contradiction, ContradictionKind, ContradictionSide } from './contradiction.ts';
import { settledByRun } from './settling.ts';

/** What one kind of evidence says of a cell. */
interface Level extends ContradictionSide {
  readonly status: CellStatus;
}

/** Two levels that differ, with the cells in which they do. */
interface Differing {
  readonly kind: ContradictionKind;
  readonly levels: readonly Level[];
  readonly claim: TypedStoredEvent<'BreakageClaimed'> | null;
  readonly arch: string;
  readonly verdicts: Verdict[];
}

/** The releases at which something differs in cells, by consumer and architecture. */
export type DifferingCells = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The cells that differ in another world, and those that may fare otherwise in this one. */
export interface KnownCells {
  readonly cells: DifferingCells;
  readonly reached: ReachedAt;
}

/** Finds the cells in which tests, claims and predictions differ. */
export function differingCells(model: Model): DifferingCells {
  const testsFor = testsForOf(model);
  const found = byName<Record<string, string[]>>();
  for (const { consumer, arch, verdicts } of differingLanes(model, null)) {
    const releases = verdicts.filter((v) => pairs(testsFor, v).length > 0).map(({ release }) => release);
    if (releases.length > 0) (found[nameOf(consumer)] ??= byName())[arch] = releases;
  }
  return found;
}

interface DifferingLane {
  readonly consumer: Consumer;
  readonly arch: string;
  readonly verdicts: readonly Verdict[];
}

function differingLanes(model: Model, known: KnownCells | null): readonly DifferingLane[] {
  const { verdicts } = answersOf(model);
  const spoken = archsSpokenOf(model);
  return model.consumers.flatMap((consumer) =>
    (consumer.archs ?? archsOf(model, consumer.interface))
      .filter((arch) => spoken.has(arch))
      .map((arch) => ({ consumer, arch, verdicts: differingAlong(verdicts, consumer, arch, known) })),
  );
}

function differingAlong(
  verdicts: Verdicts,
  consumer: Consumer,
  arch: string,
  known: KnownCells | null,
): readonly Verdict[] {
  const differs = ({ contradictions, status }: Verdict) => contradictions.length > 0 || status === 'conflict';
  if (known === null) return [...verdicts.along(consumer, arch).withEvidence.values()].filter(differs);
  const reached = known.reached(consumer, arch);
  const elsewhere = named(named(known.cells, nameOf(consumer)), arch) ?? [];
  const at = (release: string) => verdicts.at(consumer, release, arch);
  return [
    ...elsewhere.filter((release) => !reached.has(release)).map(at),
    ...[...reached].map(at).filter(differs),
  ];
}

/**
 * Tests, claims and predictions of cells that differ. What differs alike, at several releases or for who embeds a consumer, is told once.
 *
 * @param known what another world has said of cells that fare the same in this one: they are not looked for again
 */
export function cellContradictions(model: Model, known: KnownCells | null = null): readonly Contradiction[] {
  const testsFor = testsForOf(model);
  const differing = grouped(
    differingLanes(model, known).flatMap(({ verdicts }) => verdicts),
    ({ release }) => release,
  );
  const found = new Map<string, Differing>();
  for (const release of model.graph.order) {
    for (const verdict of differing.get(release) ?? []) {
      const { arch } = verdict;
      for (const { kind, levels, claim } of pairs(testsFor, verdict)) {
        const key = JSON.stringify([kind, arch, levels.map((l) => [l.says, l.evidence])]);
        const known = found.get(key);
        if (known) known.verdicts.push(verdict);
        else found.set(key, { kind, levels, claim, arch, verdicts: [verdict] });
      }
    }
  }
  return [...found.values()].map((d) => told(model, d));
}

function told(model: Model, { kind, levels, claim, arch, verdicts }: Differing): Contradiction {
  const at = [...new Set(verdicts.map((v) => v.release))];
  const names = [...new Set(verdicts.map((v) => consumerName(v.consumer.consumer, v.consumer.variant)))];
  // What is said of a consumer is said of all that embed it: it is named, they are counted.
  const named =
    claim?.payload.consumer === undefined
      ? null
      : consumerName(claim.payload.consumer, claim.payload.variant);
  const about =
    named !== null && names.includes(named)
      ? `${named}${names.length > 1 ? ` and ${names.length - 1} that embed it` : ''}`
      : names.join(', ');
  return {
    kind,
    about: `${about} on ${arch} at ${at.join(', ')}`,
    sides: levels.map(({ says, evidence }) => ({ says, evidence })),
    ...settledByRun(model, { ...inQuestion(verdicts[0]!, claim, named), version: at[0]!, arch }),
    settledBy: null,
  };
}

/** The behaviours that fail by the records, or the one that the claim names; else nothing tells but the consumer itself. */
function inQuestion(
  verdict: Verdict,
  claim: TypedStoredEvent<'BreakageClaimed'> | null,
  named: string | null,
): { readonly behaviours: readonly string[]; readonly consumer: string } {
  const failing = failingNeeds(verdict).map((n) => n.behaviour);
  const behaviour = claim?.payload.behaviour;
  return {
    behaviours: failing.length > 0 ? failing : behaviour === undefined ? [] : [behaviour],
    consumer: named ?? consumerName(verdict.consumer.consumer, verdict.consumer.variant),
  };
}

function failingNeeds({ needs }: Verdict): readonly Need[] {
  return needs.filter((n) => n.state === 'fails' && n.effective.known);
}

function pairs(
  testsFor: TestsFor,
  verdict: Verdict,
): readonly Pick<Differing, 'kind' | 'levels' | 'claim'>[] {
  const strong = verdict.claims.filter(
    ({ event, evidence }) => evidence.has(verdict.release) && event.payload.says !== 'not-a-regression',
  );
  const claims = strong.map(({ event }) => ({
    event,
    status: event.payload.says as CellStatus,
    says: describeEvent(event),
    evidence: [event.id],
  }));
  const { tested } = verdict;
  const result: Pick<Differing, 'kind' | 'levels' | 'claim'>[] = [];
  const [first] = claims;
  const other = claims.find((c) => c.status !== first!.status);
  if (first && other)
    result.push({ kind: 'claim-claim', levels: [first, other].map(levelOf), claim: first.event });
  const predicted = predictedLevel(verdict);
  if (tested) {
    const claim = claims.find((c) => c.status !== tested.status);
    if (claim && tested.status !== 'conflict')
      result.push({
        kind: 'claim-observation',
        levels: [testedLevel(tested), levelOf(claim)],
        claim: claim.event,
      });
    // Tests of behaviours are set against the records of these; here is what was tried of the consumer itself.
    if (predicted && predicted.status !== tested.status && isTriedItself(testsFor, verdict))
      result.push({ kind: 'prediction-observation', levels: [testedLevel(tested), predicted], claim: null });
  } else if (predicted && first && first.status !== predicted.status) {
    result.push({ kind: 'claim-prediction', levels: [levelOf(first), predicted], claim: first.event });
  }
  return result;
}

/** Which results it rests on is found out where somebody asks: most cells are tested, and few tests contradict anything. */
function testedLevel({ status, failing, passing, evidence }: TestedStatus): Level {
  const says = failing.length > 0 ? `tests fail: ${failing.join(', ')}` : `tests pass: ${passing.join(', ')}`;
  return { status, says, evidence };
}

function levelOf({ status, says, evidence }: Level): Level {
  return { status, says, evidence };
}

/** What records alone give, where it is another status than the one that counts. */
function predictedLevel(verdict: Verdict): Level | null {
  const text = verdict.contradictions.find((c) => /^(predicted|inferred): /.test(c));
  if (text === undefined) return null;
  const status = text.split(': ')[1] as CellStatus;
  const failing = failingNeeds(verdict);
  // What a consumer needs itself and by what it embeds is one reason.
  const why = new Set(
    failing.map((n) => `${n.behaviour} is ${n.effective.known ? String(n.effective.value) : '?'}`),
  );
  const decisive = failing.length > 0 ? failing : verdict.needs;
  return {
    status,
    says: `the records say ${status}${why.size > 0 ? `: ${[...why].join('; ')}` : ''}`,
    evidence: [...new Set(decisive.flatMap((n) => (n.effective.known ? [n.effective.record.id] : [])))],
  };
}

/** The tests that bear on a consumer with these needs, looked for once: what it needs is one list at most releases. */
type TestsFor = (consumer: Consumer, needs: readonly Need[], arch: string) => readonly BearingTest[];

function testsForOf(model: Model): TestsFor {
  const known = new Map<readonly Need[], Map<Consumer, readonly BearingTest[]>>();
  return (consumer, needs, arch) => {
    const byConsumer = within(known, needs);
    const found = byConsumer.get(consumer) ?? testsOf(model, consumer, needs, arch);
    byConsumer.set(consumer, found);
    return found;
  };
}

/** Whether a test of the consumer, or a search, is among what decided. */
function isTriedItself(testsFor: TestsFor, { consumer, needs, arch, tested }: Verdict): boolean {
  const said = new Set([...(tested?.failing ?? []), ...(tested?.passing ?? [])]);
  for (const { event, isDirect } of testsFor(consumer, needs, arch))
    if (!isDirect) said.delete(event.payload.test);
  return said.size > 0;
}
