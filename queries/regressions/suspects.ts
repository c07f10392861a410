import type { StoredEvent } from '../../store/events/event.ts';
import type { Suspect, SuspectRole } from '../model/documents.ts';
import { sessionsOf } from '../bisect-session/session.ts';
import { consumerName, type Model } from '../model/model.ts';
import { placeAt, shortChange } from '../verdict/prediction.ts';
import { candidates } from '../releases/release-graph.ts';
import type { Verdicts } from '../verdict/verdict.ts';
import type { ViolationStretch } from '../verdict/violations.ts';

/** Kinds of evidence, strongest first; they are compared in this order, and the weights keep that order in the score. */
const KINDS = ['bisect', 'record', 'fixes', 'claim', 'paths'] as const;
type Kind = (typeof KINDS)[number];
const WEIGHT: Readonly<Record<Kind, number>> = { bisect: 16, record: 8, fixes: 4, claim: 2, paths: 1 };

/** A search that is less sure than this names nobody. */
const SURE = 0.95;

interface Evidence {
  readonly kind: Kind;
  /** Several of one kind from one author count once. */
  readonly author: string;
  readonly says: string;
  readonly event: StoredEvent;
}

export interface Ranking {
  readonly suspects: readonly Suspect[];
  /** Changes that were named and cannot be it, with the reason. */
  readonly excluded: readonly { readonly change: string; readonly reason: string }[];
  readonly events: readonly StoredEvent[];
}

/**
 * Ranks who may have done it. The record in force at the first bad release names the culprit; suspects lie among the
 * candidates between last good and first bad, and what is named but lies elsewhere is excluded with the reason.
 */
export function rankSuspects(
  verdicts: Verdicts,
  stretch: ViolationStretch,
  lastGood: readonly string[],
  firstBad: readonly string[],
  fixes: readonly string[],
): Ranking {
  const { model, predict } = verdicts;
  const { graph } = model;
  const possible = new Set<string>();
  const before = new Set<string>();
  for (const bad of firstBad) {
    const goods = lastGood.filter((good) => graph.isAncestor(good, bad));
    for (const change of goods.flatMap((good) => candidates(graph, good, bad))) possible.add(change);
    // Where it never worked, whatever came with the first bad release is a candidate.
    if (goods.length === 0) for (const entry of graph.entriesAt(bad)) possible.add(entry.change);
    for (const good of goods) for (const change of graph.contains(good).keys()) before.add(change);
  }
  const evidence = new Map<string, Evidence[]>();
  const roles = new Map<string, SuspectRole>();
  const add = (change: string, role: SuspectRole, item: Evidence) => {
    const name = graph.resolve(change);
    evidence.set(name, [...(evidence.get(name) ?? []), item]);
    if (!roles.has(name) || (role !== 'culprit' && roles.get(name) === 'culprit' && item.kind !== 'record')) {
      roles.set(name, role);
    }
  };
  const leads = new Set<string>();
  const first = new Set(firstBad);
  for (const { releases, arch, need, consumer } of stretch.violations) {
    const release = releases.find((name) => first.has(name));
    if (release === undefined || !need.effective.known || need.effective.change === null) continue;
    const { record, change, operands } = need.effective;
    if (!leads.has(change) || !(evidence.get(change) ?? []).some((e) => e.event.id === record.id)) {
      leads.add(change);
      roles.set(change, 'culprit');
      add(change, 'culprit', {
        kind: 'record',
        author: record.source,
        says: `behaviour record: sets ${stretch.behaviour} to ${String(stretch.value)}${record.payload.archs ? ` on ${record.payload.archs.join(', ')}` : ''}`,
        event: record,
      });
    }
    for (const operand of operands) {
      const worth = predict.effective(operand, placeAt(release, arch, consumer.profile));
      if (!worth.known || worth.change === null || leads.has(worth.change)) continue;
      const role = before.has(worth.change) ? 'precondition' : 'latent';
      if ((evidence.get(worth.change) ?? []).some((e) => e.event.id === worth.record.id)) continue;
      roles.set(worth.change, role);
      add(worth.change, role, {
        kind: 'record',
        author: worth.record.source,
        says: `sets ${operand} to ${String(worth.value)}, which the culprit's record asks for`,
        event: worth.record,
      });
    }
  }
  const consumers = new Set(
    stretch.violations.map((v) => consumerName(v.consumer.consumer, v.consumer.variant)),
  );
  const archs = new Set(stretch.violations.map((v) => v.arch));
  const against = new Map<string, { says: string; event: StoredEvent }[]>();
  for (const event of model.of('CulpritClaimed')) {
    const { change, role, method, behaviour, consumer, variant, archs: named, by } = event.payload;
    const named_ = graph.resolve(change);
    const aboutIt =
      behaviour !== undefined
        ? behaviour === stretch.behaviour
        : consumer !== undefined
          ? consumers.has(consumerName(consumer, variant)) && (leads.has(named_) || possible.has(named_))
          : possible.has(named_) && role === 'merge';
    if (!aboutIt || (named !== undefined && !named.some((arch) => archs.has(arch)))) continue;
    // A claim that names a consumer and no behaviour is about the behaviour that its suspect has a record for, if any.
    if (behaviour === undefined && consumer !== undefined && !leads.has(named_)) {
      const elsewhere = [...model.setByChange].some(
        ([b, changes]) => b !== stretch.behaviour && changes.has(named_),
      );
      if (elsewhere) continue;
    }
    if (role === 'not-it') {
      against.set(named_, [...(against.get(named_) ?? []), { says: `${by} says that it is not it`, event }]);
      continue;
    }
    const kind = method === 'bisect' ? 'bisect' : method === 'fixes-trailer' ? 'fixes' : 'claim';
    const says = {
      bisect: 'bisect',
      'fixes-trailer': 'Fixes: trailer',
      analysis: 'analysis',
      statement: 'statement',
    };
    add(named_, role, { kind, author: by, says: `${says[method]} by ${by} (${event.source})`, event });
  }
  for (const { conclusions } of sessionsOf(model)) {
    for (const event of conclusions) {
      const { consumer, variant, arch, suspects, by, session } = event.payload;
      const [top] = suspects;
      const about =
        consumer !== undefined &&
        consumers.has(consumerName(consumer, variant)) &&
        (arch === undefined || archs.has(arch));
      if (!about || top === undefined || top.p < SURE || !possible.has(graph.resolve(top.change))) continue;
      const says = `bisect by ${by} (session ${session})`;
      add(top.change, 'culprit', { kind: 'bisect', author: by, says, event });
    }
  }
  for (const fix of fixes) {
    const event = model.changes.get(fix);
    for (const named of event?.payload.fixes ?? []) {
      const change = graph.resolve(named);
      if (!possible.has(change)) continue;
      add(change, 'culprit', {
        kind: 'fixes',
        author: event!.payload.author ?? event!.source,
        says: `Fixes: trailer of ${shortChange(fix)}`,
        event: event!,
      });
    }
  }
  if (leads.size === 0 && evidence.size === 0) {
    const paths = model.behaviours.get(stretch.behaviour)?.payload.paths ?? [];
    for (const change of possible) {
      const event = model.changes.get(change);
      const hit = event?.payload.files?.find((file) => paths.some((p) => matchesPath(file, p)));
      if (event && hit !== undefined)
        add(change, 'culprit', { kind: 'paths', author: 'paths', says: `changes ${hit}`, event });
    }
  }
  const excluded: { change: string; reason: string }[] = [];
  const listed: { suspect: Omit<Suspect, 'rank'>; key: readonly number[] }[] = [];
  for (const [change, items] of evidence) {
    let role = roles.get(change) ?? 'culprit';
    if (model.changes.get(change)?.payload.merge === true) role = 'merge';
    if (role !== 'precondition' && !possible.has(change)) {
      excluded.push({
        change,
        reason: before.has(change)
          ? 'the last good release contains it'
          : 'the first bad release does not contain it',
      });
      continue;
    }
    const counts = KINDS.map(
      (kind) => new Set(items.filter((e) => e.kind === kind).map((e) => e.author)).size,
    );
    const rivals = [...evidence].flatMap(([other, theirs]) =>
      other === change || roles.get(other) !== 'culprit' || role !== 'culprit'
        ? []
        : theirs
            .filter((e) => e.kind === 'bisect' || e.kind === 'fixes')
            .map((e) => ({ says: `${e.says} names ${shortChange(other)}`, event: e.event })),
    );
    listed.push({
      key: [ROLE_ORDER.indexOf(role), ...counts.map((n) => -n)],
      suspect: {
        change,
        subject: model.changes.get(change)?.payload.subject ?? '',
        role,
        score: KINDS.reduce((sum, kind, i) => sum + (counts[i]! > 0 ? WEIGHT[kind] : 0), 0),
        for: [...new Set(items.map((e) => `${e.says} [${e.event.id.slice(0, 8)}]`))],
        against: [
          ...new Set(
            [...rivals, ...(against.get(change) ?? [])].map((r) => `${r.says} [${r.event.id.slice(0, 8)}]`),
          ),
        ],
      },
    });
  }
  listed.sort((a, b) => compareKeys(a.key, b.key) || (a.suspect.change < b.suspect.change ? -1 : 1));
  return {
    suspects: listed.map(({ suspect }, index) => ({ ...suspect, rank: index + 1 })),
    excluded,
    events: [...evidence.values()].flat().map((e) => e.event),
  };
}

/** Tells whether a suspect is held to have done it itself, as a fault or by design. */
export function didIt({ role }: Pick<Suspect, 'role'>): boolean {
  return role === 'culprit' || role === 'by-design';
}

const ROLE_ORDER: readonly SuspectRole[] = ['culprit', 'by-design', 'merge', 'latent', 'precondition'];

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const step = a[i]! - b[i]!;
    if (step !== 0) return step;
  }
  return 0;
}

/** Paths may end in `*`, and a folder stands for what is in it. */
function matchesPath(file: string, pattern: string): boolean {
  if (pattern.includes('*')) {
    const [head = '', tail = ''] = pattern.split('*', 2);
    return file.startsWith(head) && file.endsWith(tail);
  }
  return file === pattern || file.startsWith(pattern.endsWith('/') ? pattern : `${pattern}/`);
}

/** Names all changes that a model knows, for messages and completion. */
export function subjectOf(model: Model, change: string): string {
  return model.changes.get(change)?.payload.subject ?? '';
}
