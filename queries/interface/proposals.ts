import { newEvent, type NewEvent, type TypedStoredEvent } from '../../store/events/event.ts';
import { answersOf } from '../regressions/answers.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import { modelInThought, thoughtOf } from '../model/in-thought.ts';
import type { Consumer, Model } from '../model/model.ts';
import { QueryError } from '../model/query-error.ts';
import { isNot, selectArchs, selectConsumers, selectRelease } from '../model/select.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { grouped } from '../../store/grouping.ts';

type Proposal = TypedStoredEvent<'ProposalStated'>;

export interface ProposalOptions {
  /** The release on top of which the proposals are tried; without it the newest of mainline when the first was made. */
  readonly release?: string;
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
}

export interface ProposalCell {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  /** As the release is, without any proposal. */
  readonly before: CellStatus;
  readonly beforeEvidence: readonly string[];
  readonly predicted: CellStatus;
  readonly why: string | null;
  readonly evidence: readonly string[];
  /** With `--score`: what came true at the release where it was taken in. */
  readonly happened?: CellStatus;
  /** `overtaken`: it came out otherwise by a change of something that the proposal does not set. */
  readonly score?: 'right' | 'wrong' | 'open' | 'overtaken';
}

export interface ProposalColumn {
  readonly proposal: string;
  readonly title: string;
  readonly status: 'proposed' | 'accepted' | 'rejected';
  readonly by: string;
  readonly why: string | null;
  /** False where nobody wrote down what it sets: then nothing is predicted. */
  readonly described: boolean;
  readonly evidence: readonly string[];
  /** Where its outcome is seen: the first release of mainline with a record of what it sets, null before. */
  readonly outcomeAt: string | null;
  readonly cells: readonly ProposalCell[];
  readonly scores: Readonly<Record<NonNullable<ProposalCell['score']>, number>> | null;
}

export interface ProposalsDocument {
  readonly schema: 'regline.predictions/1';
  readonly asOf: string | null;
  readonly release: string;
  readonly proposals: readonly ProposalColumn[];
}

/**
 * Answers: what would each proposal do to each consumer? A proposal is tried as a change on top of a release; what it does
 * not set stays as it is. Only what was taken in can be scored: what was rejected was never tried.
 *
 * @throws QueryError where no proposal is recorded, or `release` is not one recorded release.
 */
export function proposals(model: Model, options: ProposalOptions = {}, score = false): ProposalsDocument {
  const heads = proposalHeads(model);
  if (heads.length === 0)
    throw new QueryError(`no proposal ${isNot(model)}`, { hint: 'docs/facts.md, section proposals' });
  const release =
    options.release === undefined
      ? newestAt(
          model,
          heads.flatMap((h) => h.events),
        )
      : selectRelease(model, options.release);
  const consumers = selectConsumers(model, options.consumers);
  const archs = selectArchs(model, options.archs);
  return {
    schema: 'regline.predictions/1',
    asOf: model.view.asOf ?? null,
    release,
    proposals: heads.map((head) => column(model, release, consumers, archs, head, score)),
  };
}

/** What was said of a proposal at last. */
export interface ProposalHead extends Pick<ProposalColumn, 'proposal' | 'title' | 'status' | 'by'> {
  readonly why: string | null;
  /** What it would set, as far as somebody wrote that down, by the statement `setsBy`. */
  readonly sets: NonNullable<Proposal['payload']['sets']>;
  readonly setsBy: Proposal;
  /** All statements of it, a decision behind what was proposed. */
  readonly events: readonly Proposal[];
}

const RANK = { proposed: 0, accepted: 1, rejected: 1 } as const;

/** Tells of each proposal what was said of it at last, and what it would set. */
export function proposalHeads(model: Model): readonly ProposalHead[] {
  const byName = grouped(model.of('ProposalStated'), (event) => event.payload.proposal);
  return [...byName.values()].map((events) => {
    const ordered = events.sort(
      (a, b) => RANK[a.payload.status] - RANK[b.payload.status] || (knownEnd(a) < knownEnd(b) ? -1 : 1),
    );
    const last = ordered.at(-1)!;
    const { proposal, title, status, by, why } = last.payload;
    const setsBy = [...ordered].reverse().find((e) => e.payload.sets !== undefined) ?? last;
    const sets = setsBy.payload.sets ?? [];
    return { proposal, title, status, by, why: why ?? null, sets, setsBy, events: ordered };
  });
}

function column(
  model: Model,
  release: string,
  consumers: readonly Consumer[],
  archs: readonly string[],
  { proposal, title, status, by, why, sets, setsBy, events: ordered }: ProposalHead,
  score: boolean,
): ProposalColumn {
  const last = ordered.at(-1)!;
  const base = answersOf(model).verdicts;
  const tried =
    sets.length === 0
      ? null
      : answersOf(modelInThought(model, [], thoughtOf(model, changeOf(last, sets, release))));
  const outcomeAt =
    status === 'accepted'
      ? outcomeRelease(
          model,
          sets.map((s) => s.behaviour),
          knownEnd(ordered[0]!),
        )
      : null;
  const cells: ProposalCell[] = [];
  for (const consumer of consumers) {
    for (const arch of archs) {
      const before = base.at(consumer, release, arch);
      if (before.status === 'not-applicable') continue;
      const twin = tried?.verdicts.model.consumers.find(
        (c) => c.is[0] === consumer.is[0] && c.interface === consumer.interface,
      );
      const after = twin && tried ? tried.verdicts.at(twin, release, arch) : null;
      const predicted = after?.status ?? 'unknown';
      const cell: ProposalCell = {
        consumer: consumer.consumer,
        variant: consumer.variant,
        arch,
        before: before.status,
        beforeEvidence: before.evidence,
        predicted,
        why: after ? after.note : 'nobody has written down what the proposal sets',
        // What the proposal would set is no event: the proposal stands for it.
        evidence: [...new Set((after?.evidence ?? []).map((id) => (model.byId.has(id) ? id : setsBy.id)))],
      };
      if (!score) cells.push(cell);
      else {
        const came = outcomeAt === null ? null : base.at(consumer, outcomeAt, arch);
        cells.push({ ...cell, happened: came?.status ?? 'unknown', score: scoreOf(after, came, sets) });
      }
    }
  }
  const count = (s: ProposalCell['score']) => cells.filter((c) => c.score === s).length;
  return {
    proposal,
    title,
    status,
    by,
    why,
    described: sets.length > 0,
    evidence: ordered.map((e) => e.id),
    outcomeAt,
    cells,
    scores: score
      ? {
          right: count('right'),
          wrong: count('wrong'),
          open: count('open'),
          overtaken: count('overtaken'),
        }
      : null,
  };
}

/** Compares what was predicted with what came; a need that the proposal does not speak of and that changed is not its merit or fault. */
function scoreOf(
  predicted: Verdict | null,
  came: Verdict | null,
  sets: readonly { readonly behaviour: string }[],
): NonNullable<ProposalCell['score']> {
  if (predicted === null || came === null) return 'open';
  if (predicted.status === 'unknown' || came.status === 'unknown') return 'open';
  if (predicted.status === came.status) return 'right';
  const state = new Map(came.needs.map((n) => [n.event.id, n.state]));
  const differing = predicted.needs.filter((n) => state.get(n.event.id) !== n.state);
  const own = differing.some((n) => sets.some((s) => s.behaviour === n.behaviour));
  return differing.length > 0 && !own ? 'overtaken' : 'wrong';
}

/** The proposal as a change that enters the release behind everything else. */
function changeOf(
  event: Proposal,
  sets: NonNullable<Proposal['payload']['sets']>,
  release: string,
): readonly NewEvent[] {
  const change = `<${event.payload.proposal.replace(/[<>\s]/g, '-')}@in-thought>`;
  const said = { knownAt: event.knownAt, source: event.source, locator: 'in thought' };
  const common = { confidence: 'concluded', rev: 1, note: 'in thought' } as const;
  return [
    newEvent({
      ...said,
      type: 'ChangeRecorded',
      stream: `thought/${change}`,
      payload: { ...common, change, subject: event.payload.title },
    }),
    newEvent({
      ...said,
      type: 'ChangeEntered',
      stream: `thought/${change}.entered`,
      payload: { ...common, change, release, order: 1_000_000 },
    }),
    ...sets.map(({ behaviour, value, archs, when, order }, index) =>
      newEvent({
        ...said,
        type: 'BehaviourSet',
        stream: `thought/${change}.${index}`,
        payload: {
          ...common,
          behaviour,
          value,
          change,
          elsewhere: 'unchanged' as const,
          order,
          ...(archs === undefined ? {} : { archs }),
          ...(when === undefined ? {} : { when }),
        },
      }),
    ),
  ];
}

function newestAt(model: Model, events: readonly Proposal[]): string {
  const first = events.map(knownEnd).sort()[0]!.slice(0, 10);
  const out = (model.graph.members.get('mainline') ?? []).filter((name) => {
    const { date } = model.graph.releases.get(name)!;
    return date !== null && date.slice(0, 10) <= first;
  });
  const release = out.at(-1);
  if (release === undefined)
    throw new QueryError('no release is recorded from before the proposals', { hint: 'add --release' });
  return release;
}

/** The first release of mainline in which a change with a record for one of these behaviours entered after a day. */
function outcomeRelease(model: Model, behaviours: readonly string[], since: string): string | null {
  const changes = new Set(behaviours.flatMap((b) => [...(model.setByChange.get(b)?.keys() ?? [])]));
  return (
    (model.graph.members.get('mainline') ?? []).find(
      (name) =>
        (model.graph.releases.get(name)!.date ?? '') >= since.slice(0, 10) &&
        model.graph.entriesAt(name).some((e) => changes.has(e.change)),
    ) ?? null
  );
}
