import type { StoredEvent, TypedStoredEvent } from '../../store/events/event.ts';
import { isCandidate } from '../../store/names/release-name.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { optional } from '../../store/optional-text.ts';
import { didIt } from './suspects.ts';
import type { FoundRegression } from './found-regression.ts';

export type MilestoneName =
  'introduced' | 'released' | 'reported' | 'covered' | 'proposed' | 'merged' | 'backported';

/** One step of a regression on its way out and back. */
export interface Step {
  readonly milestone: MilestoneName;
  /** The line that a fix went to; null for what concerns all of them. */
  readonly line: string | null;
  /** The change that is spoken of; null where none is. */
  readonly change: string | null;
  /** Null: not known, or not yet, or never: `missing` and `says` tell which. */
  readonly at: string | null;
  /** Set where a line does not have the fix: it may still get it, or it ended. */
  readonly missing?: 'pending' | 'never';
  readonly release: string | null;
  /** Why it is this moment, or why it is not known. */
  readonly says: string;
  readonly evidence: readonly string[];
}

/** When the change was committed that did it. */
export function introducedAt(model: Model, { document: r }: FoundRegression): Step {
  const lead = r.suspects.find(didIt);
  const event = lead && model.changes.get(lead.change);
  const at = event?.payload.commitDate ?? null;
  return {
    milestone: 'introduced',
    line: null,
    change: lead?.change ?? null,
    at,
    release: r.firstBad[0] ?? null,
    says: !lead
      ? 'no change is named as culprit'
      : `${shortChange(lead.change)} ${lead.subject}${at === null ? ': its commit date is not recorded' : ' was committed'}`,
    evidence: event ? [event.id] : [],
  };
}

/** When the first release that is no candidate had it. */
export function releasedAt(model: Model, { document: r, stretch }: FoundRegression): Step {
  const { graph } = model;
  const first = stretch.releases.find((name) => !isCandidate(name)) ?? null;
  const node = first === null ? undefined : graph.releases.get(first);
  return {
    milestone: 'released',
    line: null,
    change: null,
    at: node?.date ?? null,
    release: first,
    says:
      first === null
        ? r.firstBad.length === 0
          ? 'no release that is recorded is named'
          : `only release candidates have it (first ${r.firstBad.join(', ')})`
        : `${first} is the first release with it, candidates aside`,
    evidence: node ? [node.event.id] : [],
  };
}

/** When somebody first said so. */
export function reportedAt(model: Model, { document: r, stretch }: FoundRegression): Step {
  const first = earliest(
    r.evidence
      .flatMap((id) => model.byId.get(id) ?? [])
      .filter((e) => e.type === 'BreakageClaimed' && e.payload.says !== 'works'),
  );
  return {
    milestone: 'reported',
    line: null,
    change: null,
    at: first?.knownAt ?? null,
    release: null,
    says: first
      ? `${first.type === 'BreakageClaimed' ? first.payload.by : 'somebody'} said so`
      : `nobody has reported ${stretch.behaviour}`,
    evidence: first ? [first.id] : r.evidence.slice(0, 1),
  };
}

/** When a fix was first posted: as somebody said, or as the message shows that became the change. */
export function proposedAt(model: Model, found: FoundRegression): Step {
  const { document: r, stretch } = found;
  const fixes = new Set(r.fixes.map((f) => f.change));
  const claimed = model
    .of('FixClaimed')
    .filter(({ payload: f }) =>
      f.change === undefined
        ? f.where === 'kernel' && f.behaviour === stretch.behaviour
        : fixes.has(model.graph.resolve(f.change)),
    );
  const posted = model
    .of('AliasRecorded')
    .filter(({ payload: a }) => a.how === 'posted' && fixes.has(model.graph.resolve(a.change)));
  // Of one moment, what somebody said of the posting tells more than the posting.
  const [claim, posting] = [earliest(claimed), earliest(posted)];
  const first =
    claim && posting ? (knownEnd(posting) < knownEnd(claim) ? posting : claim) : (claim ?? posting);
  const change = r.fixes[0] && model.changes.get(r.fixes[0].change);
  const authored = change?.payload.authorDate ?? null;
  const step = { milestone: 'proposed', line: null, change: null, release: null } as const;
  // Whoever wrote it had it before whoever told of it.
  if (first && (authored === null || knownEnd(first).slice(0, 10) <= authored.slice(0, 10)))
    return { ...step, at: first.knownAt, says: postedBy(first), evidence: [first.id] };
  const missing = noFix(found);
  return {
    ...step,
    at: first?.knownAt ?? authored,
    says: first
      ? postedBy(first)
      : r.fixes.length === 0
        ? missing.says
        : authored === null
          ? 'when the fix was written is not recorded'
          : 'the fix was written; when it was posted is not recorded',
    evidence: first ? [first.id] : change ? [change.id] : missing.evidence,
  };
}

/** What was posted is named where it is not the change that was taken in: a first form of it, say. */
function postedBy(event: TypedStoredEvent<'FixClaimed'> | TypedStoredEvent<'AliasRecorded'>): string {
  if (event.type === 'AliasRecorded') return 'the fix was posted';
  const { by, change, what } = event.payload;
  return change === undefined && what !== undefined
    ? `the fix was posted by ${by}: ${what}`
    : `the fix was posted by ${by}`;
}

/** Why there is no fix to tell of: nobody speaks of one, or whoever was broken was mended instead. */
function noFix({ document: { repairs } }: FoundRegression): Pick<Step, 'says' | 'evidence'> {
  if (repairs.length === 0) return { says: 'no fix is recorded', evidence: [] };
  const mended = repairs.map((x) => `${x.consumer}: ${x.what} (${x.status})`).join('; ');
  return { says: `no fix in the kernel is recorded; in ${mended}`, evidence: repairs.map((x) => x.event) };
}

/** When each fix was committed, and when each other line got it. */
export function mergedAt(model: Model, found: FoundRegression): readonly Step[] {
  const { document: r } = found;
  if (r.fixes.length === 0)
    return [
      {
        milestone: 'merged',
        line: null,
        change: null,
        at: null,
        release: null,
        ...noFix(found),
      },
    ];
  return r.fixes.flatMap((fix) => {
    const change = model.changes.get(fix.change);
    return Object.entries(fix.releases).map(([line, release]): Step => {
      const node = model.graph.releases.get(release);
      const entry = node && model.graph.contains(release).get(fix.change);
      const here = line === 'mainline';
      const lines = model.of('LineRecorded').filter(({ payload: l }) => l.line === line);
      const ending = lines.find(({ payload: l }) => l.ended !== undefined) ?? lines[0];
      const name = `${shortChange(fix.change)} ${fix.subject}`;
      return {
        milestone: here ? 'merged' : 'backported',
        line,
        change: fix.change,
        at: here ? (change?.payload.commitDate ?? node?.date ?? null) : (node?.date ?? null),
        release: node ? release : null,
        ...(node ? {} : { missing: release === 'never' ? ('never' as const) : ('pending' as const) }),
        says: !node
          ? howItIsMissed(name, line, release === 'never', ending?.payload.ended)
          : here
            ? `${name} was committed; ${release} of ${node.date ?? 'an unknown day'} is the first with it`
            : entry?.event.type === 'BackportRecorded'
              ? `${name} was backported`
              : `${line} had ${name} from its base`,
        evidence: [
          ...(here && change ? [change.id] : []),
          ...(entry ? [entry.event.id] : []),
          ...(node === undefined && ending ? [ending.id] : []),
        ],
      };
    });
  });
}

/** Why a line is without a fix: it ended, or it may still get it. */
function howItIsMissed(fix: string, line: string, hasEnded: boolean, ended: string | undefined): string {
  if (!hasEnded) return `${line} does not have ${fix} yet`;
  return `${line} ended${optional(' on ', ended)} without ${fix}`;
}

function earliest<E extends StoredEvent>(events: readonly E[]): E | undefined {
  return [...events].sort((a, b) =>
    knownEnd(a) < knownEnd(b) ? -1 : knownEnd(a) > knownEnd(b) ? 1 : a.id < b.id ? -1 : 1,
  )[0];
}
