import type { EventType } from '../../store/events/catalogue.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { contradictions, type Origins } from './contradictions.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { Regression } from '../regressions/regression.ts';
import type { Model } from '../model/model.ts';
import { diffMoments, type TableChange } from '../tables/table-diff.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { Contradiction } from './contradiction.ts';

export interface Learnt {
  readonly id: string;
  readonly type: EventType;
  readonly knownAt: string | null;
  readonly says: string;
  /** What several statements may be about: a change, what a change does to a behaviour, a consumer, a test; null of what stands alone. */
  readonly about: string | null;
}

export interface RegressionNews {
  readonly id: string;
  readonly title: string;
  /** What is new about it, one statement each. */
  readonly says: readonly string[];
  readonly evidence: readonly string[];
}

export interface KnowledgeDiffDocument {
  readonly schema: 'regline.diff/1';
  readonly from: string;
  readonly to: string;
  /** Statements that the later moment has and the earlier has not. */
  readonly learnt: readonly Learnt[];
  /** Decisions, of people (proposals taken or turned down) and in this log. */
  readonly decided: readonly Learnt[];
  /** Contradictions that only the later moment sees, and those that only the earlier saw. */
  readonly contradicted: readonly Contradiction[];
  readonly settled: readonly Contradiction[];
  readonly newRegressions: readonly RegressionNews[];
  readonly changedRegressions: readonly RegressionNews[];
  readonly fixed: readonly RegressionNews[];
  /** Regressions that the later moment does not see any more. */
  readonly withdrawn: readonly RegressionNews[];
  readonly newReleases: readonly string[];
  readonly verdicts: readonly TableChange[];
}

const DECISIONS: ReadonlySet<EventType> = new Set<EventType>([
  'EventRetracted',
  'DisputeSettled',
  'RegressionSplit',
  'RegressionMerged',
  'BisectConcluded',
]);
/** What is public by itself, and is told by the releases that it is in. */
const BACKGROUND: ReadonlySet<EventType> = new Set<EventType>(['ReleaseRecorded', 'MessageArchived']);

/** Answers: what was learnt, decided, contradicted and fixed between two moments? */
export function knowledgeDiff(
  earlier: Model,
  later: Model,
  origins: Origins = new Map(),
): KnowledgeDiffDocument {
  const fresh = [...later.counting.events]
    .filter((e) => !earlier.byId.has(e.id))
    .sort((a, b) => clock(a).localeCompare(clock(b), 'en') || (a.id < b.id ? -1 : 1));
  const decides = (e: StoredEvent) =>
    DECISIONS.has(e.type) || (e.type === 'ProposalStated' && e.payload.status !== 'proposed');
  const said = (e: StoredEvent): Learnt => ({
    id: e.id,
    type: e.type,
    knownAt: e.knownAt,
    says: describeEvent(inNamesOf(later, e)),
    about: aboutOf(inNamesOf(later, e)),
  });
  const [then, now] = [earlier, later].map((m) => contradictions(m, origins).contradictions);
  const key = (c: Contradiction) =>
    JSON.stringify([c.kind, (c.matter ?? c.about).split(' at ')[0], c.settledBy !== null]);
  const [thenKeys, nowKeys] = [then, now].map((list) => new Set(list!.map(key)));
  const [before, after] = [earlier, later].map(
    (m) => new Map(answersOf(m).regressions.map(({ document }) => [document.id, document])),
  );
  const newRegressions: RegressionNews[] = [];
  const changedRegressions: RegressionNews[] = [];
  const fixed: RegressionNews[] = [];
  for (const r of after!.values()) {
    const known = before!.get(r.id);
    const old = known === undefined ? undefined : renamed(later, known);
    const rests = (x: Regression) => [...x.evidence, ...[...x.announced, ...x.repairs].map((a) => a.event)];
    const evidence = rests(r).filter((id) => !(old !== undefined && rests(old).includes(id)));
    const fixes = newFixes(old, r);
    if (fixes.length > 0)
      fixed.push({
        id: r.id,
        title: r.title,
        says: fixes,
        evidence: [...fixEvidence(later, r), ...(r.fixes.length === 0 ? evidence : [])],
      });
    if (!old) newRegressions.push({ id: r.id, title: r.title, says: firstSays(r), evidence });
    else {
      const says = [...changesOf(old, r), ...namesOf(known!, old)];
      if (says.length > 0) changedRegressions.push({ id: r.id, title: r.title, says, evidence });
    }
  }
  const table = diffMoments(earlier, later);
  return {
    schema: 'regline.diff/1',
    from: table.from,
    to: table.to,
    learnt: fresh.filter((e) => !decides(e) && !BACKGROUND.has(e.type) && !isUnseenName(later, e)).map(said),
    decided: fresh.filter(decides).map(said),
    contradicted: now!.filter((c) => !thenKeys!.has(key(c))),
    settled: then!.filter((c) => !nowKeys!.has(key(c)) && !isContested(c, now!)),
    newRegressions,
    changedRegressions,
    fixed,
    withdrawn: [...before!.values()]
      .filter((r) => !after!.has(r.id))
      .map((r) => ({ id: r.id, title: r.title, says: ['it is not seen any more'], evidence: r.evidence })),
    newReleases: table.newReleases,
    verdicts: table.changes.filter((c) => c.before?.status !== c.after?.status),
  };
}

/** What was known of a regression, with its changes by the names that they have later: a posting becomes a commit. */
function renamed({ graph }: Model, r: Regression): Regression {
  const now = <T extends { readonly change: string }>(list: readonly T[]): readonly T[] =>
    list.map((x) => ({ ...x, change: graph.resolve(x.change) }));
  return { ...r, suspects: now(r.suspects), fixes: now(r.fixes), companions: now(r.companions) };
}

function namesOf(old: Regression, now: Regression): readonly string[] {
  return old.fixes.flatMap(({ change }, index) => {
    const name = now.fixes[index]!.change;
    return name === change ? [] : [`the fix ${shortChange(change)} is ${shortChange(name)}`];
  });
}

/** A statement about a change, by the name that the change had: whoever wrote it down later may have written the hash of the commit. */
function inNamesOf({ graph }: Model, event: StoredEvent): StoredEvent {
  const { change } = event.payload as { readonly change?: string };
  if (change === undefined) return event;
  const name = graph.resolve(change);
  if (name === change || !name.startsWith('<')) return event;
  // The same type of event; only the name in it is another.
  return { ...event, payload: { ...event.payload, change: name } } as StoredEvent;
}

/** Says of a posting which commit it is, of which nothing has shown that it is there. */
function isUnseenName({ graph }: Model, event: StoredEvent): boolean {
  return event.type === 'AliasRecorded' && graph.resolve(event.payload.change) === event.payload.alias;
}

function aboutOf(e: StoredEvent): string | null {
  switch (e.type) {
    case 'ChangeRecorded':
    case 'AliasRecorded':
    case 'ChangeEntered':
    case 'ChangeMerged':
    case 'BackportRecorded':
      return e.payload.change;
    case 'BehaviourSet':
      return `${e.payload.change ?? ''} ${e.payload.behaviour}`;
    case 'ConsumerRecorded':
    case 'RequirementStated':
    case 'FieldUseStated':
    case 'MitigationStated':
      return e.payload.consumer;
    case 'TestRecorded':
    case 'CoverageChanged':
      return e.payload.test;
    default:
      return null;
  }
}

function clock(e: StoredEvent): string {
  return e.knownAt ?? e.recordedAt;
}

/** What stands against something else by now, as a statement in a dispute that was declared since, is not settled. */
function isContested({ sides }: Contradiction, now: readonly Contradiction[]): boolean {
  const open = new Set(
    now.filter((c) => c.settledBy === null).flatMap((c) => c.sides.flatMap((s) => s.evidence)),
  );
  return sides.some((side) => side.evidence.some((id) => open.has(id)));
}

function firstSays(r: Regression): readonly string[] {
  const [lead] = r.suspects;
  return [
    r.reported ? 'reported' : 'nobody has reported it',
    lead ? `led by ${shortChange(lead.change)} ${lead.subject}` : 'nobody is suspected',
    ...remediesIn(r),
  ];
}

/** The fixes that are known or announced, and repairs of whoever is broken, without those that an earlier moment knew. */
function remediesIn(r: Regression, old?: Regression): readonly string[] {
  return [
    ...r.fixes
      .filter((f) => old?.fixes.some((o) => o.change === f.change) !== true)
      .map((f) => `a fix is known: ${`${shortChange(f.change)} ${f.subject}`.trim()}`),
    ...r.announced
      .filter((a) => old?.announced.some((o) => o.event === a.event) !== true)
      .map((a) => `a fix is announced: ${a.says} (${a.status}, ${a.by})`),
    ...r.repairs
      .filter((x) => old?.repairs.some((o) => o.event === x.event) !== true)
      .map((x) => `in ${x.consumer}: ${x.what} (${x.status})`),
  ];
}

/** Lines in which a fix has arrived, or tests pass again, as the earlier moment did not have it. */
function newFixes(old: Regression | undefined, r: Regression): readonly string[] {
  const passes = Object.entries(r.passesAgain ?? {}).flatMap(([line, release]) =>
    old?.passesAgain?.[line] === undefined ? [`passes again in ${line} since ${release}`] : [],
  );
  const fixes = r.fixes.flatMap((fix) => {
    const before = old?.fixes.find((f) => f.change === fix.change)?.releases ?? {};
    return Object.entries(fix.releases).flatMap(([line, release]) =>
      release === 'pending' || release === 'never' || before[line] === release
        ? []
        : [`fixed in ${line} by ${shortChange(fix.change)} since ${release}`],
    );
  });
  return [...passes, ...fixes];
}

function fixEvidence(model: Model, r: Regression): readonly string[] {
  const changes = new Set(r.fixes.map((f) => f.change));
  return [...model.graph.order.flatMap((name) => model.graph.entriesAt(name))]
    .filter((e) => changes.has(e.change))
    .map((e) => e.event.id);
}

/** Tells what is said otherwise of a regression that two models have. */
export function changesOf(old: Regression, r: Regression): readonly string[] {
  const says: string[] = [];
  const added = (what: string, a: readonly string[], b: readonly string[]) => {
    const more = b.filter((x) => !a.includes(x));
    const less = a.filter((x) => !b.includes(x));
    if (more.length > 0) says.push(`also ${what} ${more.join(', ')}`);
    if (less.length > 0) says.push(`no longer ${what} ${less.join(', ')}`);
  };
  added('on', old.archs, r.archs);
  added('of', old.consumers, r.consumers);
  const [was, is] = [old.suspects[0]?.change, r.suspects[0]?.change];
  if (was !== is)
    says.push(
      `led by ${is === undefined ? 'nobody' : shortChange(is)}, not by ${was === undefined ? 'nobody' : shortChange(was)}`,
    );
  const named = r.suspects.filter((s) => !old.suspects.some((o) => o.change === s.change)).slice(0, 4);
  for (const s of named) if (s.change !== is) says.push(`also named: ${shortChange(s.change)} (${s.role})`);
  if (!old.reported && r.reported) says.push('it was reported');
  if (old.contract !== r.contract) says.push(`documented contract ${r.contract}, not ${old.contract}`);
  says.push(...remediesIn(r, old));
  const never = (x: Regression) =>
    x.fixes.flatMap((f) =>
      Object.entries(f.releases).flatMap(([line, at]) => (at === 'never' ? [line] : [])),
    );
  for (const line of never(r).filter((l) => !never(old).includes(l)))
    says.push(`${line} ended without the fix`);
  return says;
}
