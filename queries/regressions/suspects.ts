import type { StoredEvent } from '../../store/events/event.ts';
import type { Suspect, SuspectRole } from './regression.ts';
import type { Model } from '../model/model.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { ViolationStretch } from '../verdict/violations.ts';
import { inquire, KINDS, type Inquiry, type Kind } from './suspect-evidence.ts';

/** Kinds of evidence are compared in their order; the weights keep that order in the score. */
const WEIGHT: Readonly<Record<Kind, number>> = { bisect: 16, record: 8, fixes: 4, claim: 2, paths: 1 };

export interface Ranking {
  readonly suspects: readonly Suspect[];
  /** Changes that were named but cannot be the cause, with the reason. */
  readonly excluded: readonly { readonly change: string; readonly reason: string }[];
  readonly events: readonly StoredEvent[];
}

/**
 * Ranks the changes that may be the cause. The record in force at the first bad release names the culprit. Suspects are among the
 * candidates between last good and first bad; changes that were named but lie elsewhere are excluded, with the reason.
 */
export function rankSuspects(
  verdicts: Verdicts,
  stretch: ViolationStretch,
  lastGood: readonly string[],
  firstBad: readonly string[],
  fixes: readonly string[],
): Ranking {
  const inquiry = inquire(verdicts, stretch, lastGood, firstBad, fixes);
  const { evidence, possible, before } = inquiry;
  const excluded: { change: string; reason: string }[] = [];
  const listed: { suspect: Omit<Suspect, 'rank'>; key: readonly number[] }[] = [];
  for (const change of evidence.keys()) {
    const role = roleOf(inquiry, change);
    if (role === 'precondition' || possible.has(change)) listed.push(judged(inquiry, change, role));
    else {
      const reason = before.has(change)
        ? 'the last good release contains it'
        : 'the first bad release does not contain it';
      excluded.push({ change, reason });
    }
  }
  listed.sort((a, b) => compareKeys(a.key, b.key) || (a.suspect.change < b.suspect.change ? -1 : 1));
  return {
    suspects: listed.map(({ suspect }, index) => ({ ...suspect, rank: index + 1 })),
    excluded,
    events: [...evidence.values()].flat().map((e) => e.event),
  };
}

function roleOf({ verdicts, roles }: Inquiry, change: string): SuspectRole {
  if (verdicts.model.changes.get(change)?.payload.merge === true) return 'merge';
  return roles.get(change) ?? 'culprit';
}

/** The evidence for and against one suspect, and the key by which it is ranked. */
function judged(
  { verdicts, evidence, against, roles }: Inquiry,
  change: string,
  role: SuspectRole,
): { readonly suspect: Omit<Suspect, 'rank'>; readonly key: readonly number[] } {
  const items = evidence.get(change) ?? [];
  const counts = KINDS.map((kind) => new Set(items.filter((e) => e.kind === kind).map((e) => e.author)).size);
  const rivals = [...evidence].flatMap(([other, theirs]) =>
    other === change || roles.get(other) !== 'culprit' || role !== 'culprit'
      ? []
      : theirs
          .filter((e) => e.kind === 'bisect' || e.kind === 'fixes')
          .map((e) => ({ says: `${e.says} names ${shortChange(other)}`, event: e.event })),
  );
  return {
    key: [ROLE_ORDER.indexOf(role), ...counts.map((n) => -n)],
    suspect: {
      change,
      subject: subjectOf(verdicts.model, change),
      role,
      score: KINDS.reduce((sum, kind, i) => sum + (counts[i]! > 0 ? WEIGHT[kind] : 0), 0),
      for: cited(items),
      against: cited([...rivals, ...(against.get(change) ?? [])]),
    },
  };
}

/** Lists each statement once, with the event that makes it. */
function cited(items: readonly { readonly says: string; readonly event: StoredEvent }[]): readonly string[] {
  return [...new Set(items.map(({ says, event }) => `${says} [${event.id.slice(0, 8)}]`))];
}

/** Tells whether a suspect is the cause itself, by mistake or by design. */
export function didIt({ role }: Pick<Suspect, 'role'>): boolean {
  return role === 'culprit' || role === 'by-design';
}

/** Causes come before changes that only contributed. */
export const ROLE_ORDER: readonly SuspectRole[] = ['culprit', 'by-design', 'merge', 'latent', 'precondition'];

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const step = a[i]! - b[i]!;
    if (step !== 0) return step;
  }
  return 0;
}

/** The subject of a change; for one that is not merged yet, of its posting; empty where none is recorded. */
export function subjectOf(model: Model, change: string): string {
  return model.changes.get(change)?.payload.subject ?? postedAs(model, change) ?? '';
}

function postedAs(model: Model, change: string): string | undefined {
  const postings = model
    .of('AliasRecorded')
    .filter(({ payload: a }) => a.how === 'posted' && model.graph.resolve(a.change) === change)
    .map(({ payload: a }) => a.alias);
  const subjects = model
    .of('MessageArchived')
    .filter(({ payload: m }) => m.messageId !== undefined && postings.includes(m.messageId))
    .flatMap(({ payload: m }) => m.subject ?? []);
  // Which patch of how many it is belongs to the mail.
  return subjects.sort()[0]?.replace(/^(?:\[[^\]]*\]\s*)+/, '');
}
