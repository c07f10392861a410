import type { StoredEvent } from '../../store/events/event.ts';
import { sessionsOf } from '../recorded-sessions/session.ts';
import type { SuspectRole } from './regression.ts';
import { consumerName } from '../model/model.ts';
import { candidates } from '../releases/release-graph.ts';
import { placeAt } from '../verdict/place.ts';
import { shortChange } from '../../store/names/change-name.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import type { ViolationStretch } from '../verdict/violations.ts';
import { addTo } from '../../store/grouping.ts';

/** Kinds of evidence, strongest first. */
export const KINDS = ['bisect', 'record', 'fixes', 'claim', 'paths'] as const;
export type Kind = (typeof KINDS)[number];

/** A bisect result with a lower probability is no evidence against a change. */
const SURE = 0.95;

/** One piece of evidence for a suspect. */
export interface Evidence {
  readonly kind: Kind;
  /** Several of one kind from one author count once. */
  readonly author: string;
  readonly says: string;
  readonly event: StoredEvent;
}

/** The evidence on what caused a stretch of violations, by change. */
export interface Inquiry {
  readonly verdicts: Verdicts;
  readonly stretch: ViolationStretch;
  /** The changes between last good and first bad. */
  readonly possible: ReadonlySet<string>;
  /** The changes that the last good releases contain. */
  readonly before: ReadonlySet<string>;
  /** Names of the consumers and architectures that are affected. */
  readonly consumers: ReadonlySet<string>;
  readonly archs: ReadonlySet<string>;
  readonly evidence: Map<string, Evidence[]>;
  readonly against: Map<string, { says: string; event: StoredEvent }[]>;
  readonly roles: Map<string, SuspectRole>;
  /** The changes whose records are in force at the first bad releases. */
  readonly leads: Set<string>;
}

/** Gathers the evidence for and against each change that may have caused a stretch of violations. */
export function inquire(
  verdicts: Verdicts,
  stretch: ViolationStretch,
  lastGood: readonly string[],
  firstBad: readonly string[],
  fixes: readonly string[],
): Inquiry {
  const { graph } = verdicts.model;
  const possible = new Set<string>();
  const before = new Set<string>();
  for (const bad of firstBad) {
    const goods = lastGood.filter((good) => graph.isAncestor(good, bad));
    for (const change of goods.flatMap((good) => candidates(graph, good, bad))) possible.add(change);
    // Where it never worked, every change that entered with the first bad release is a candidate.
    if (goods.length === 0) for (const entry of graph.entriesAt(bad)) possible.add(entry.change);
    for (const good of goods) for (const change of graph.contains(good).keys()) before.add(change);
  }
  const inquiry: Inquiry = {
    verdicts,
    stretch,
    possible,
    before,
    consumers: new Set(stretch.violations.map((v) => consumerName(v.consumer.consumer, v.consumer.variant))),
    archs: new Set(stretch.violations.map((v) => v.arch)),
    evidence: new Map(),
    against: new Map(),
    roles: new Map(),
    leads: new Set(),
  };
  askRecords(inquiry, new Set(firstBad));
  askClaims(inquiry);
  askSearches(inquiry);
  askFixes(inquiry, fixes);
  // Paths are weak evidence: they are used only where there is no other.
  if (inquiry.leads.size === 0 && inquiry.evidence.size === 0) askPaths(inquiry);
  return inquiry;
}

function add(
  { verdicts, evidence, roles }: Inquiry,
  change: string,
  role: SuspectRole,
  item: Evidence,
): void {
  const name = verdicts.model.graph.resolve(change);
  // The same record comes up for each release and consumer that it breaks.
  const isKnown = evidence.get(name)?.some((e) => e.event.id === item.event.id && e.says === item.says);
  if (isKnown !== true) addTo(evidence, name, item);
  if (!roles.has(name) || (role !== 'culprit' && roles.get(name) === 'culprit' && item.kind !== 'record')) {
    roles.set(name, role);
  }
}

/** The change of the record in force at the first bad release is the culprit; changes that set what its condition needs are its preconditions. */
function askRecords(inquiry: Inquiry, firstBad: ReadonlySet<string>): void {
  const { verdicts, stretch, before, roles, leads } = inquiry;
  for (const { releases, arch, need, consumer } of stretch.violations) {
    const release = releases.find((name) => firstBad.has(name));
    if (release === undefined || !need.effective.known || need.effective.change === null) continue;
    const { record, change, operands } = need.effective;
    leads.add(change);
    roles.set(change, 'culprit');
    add(inquiry, change, 'culprit', {
      kind: 'record',
      author: record.source,
      says: `behaviour record: sets ${stretch.behaviour} to ${String(stretch.value)}${record.payload.archs ? ` on ${record.payload.archs.join(', ')}` : ''}`,
      event: record,
    });
    for (const operand of operands) {
      const worth = verdicts.predict.effective(operand, placeAt(release, arch, consumer.profile));
      if (!worth.known || worth.change === null || leads.has(worth.change)) continue;
      const role = before.has(worth.change) ? 'precondition' : 'latent';
      roles.set(worth.change, role);
      add(inquiry, worth.change, role, {
        kind: 'record',
        author: worth.record.source,
        says: `sets ${operand} to ${String(worth.value)}, which the culprit's record asks for`,
        event: worth.record,
      });
    }
  }
}

/** Changes that people or trailers named as culprits, or said not to be. */
function askClaims(inquiry: Inquiry): void {
  const { verdicts, stretch, possible, consumers, archs, against, leads } = inquiry;
  const { model } = verdicts;
  const { graph } = model;
  for (const event of model.of('CulpritClaimed')) {
    const { change, role, method, behaviour, consumer, variant, archs: named, by } = event.payload;
    const accused = graph.resolve(change);
    const aboutIt =
      behaviour !== undefined
        ? behaviour === stretch.behaviour
        : consumer !== undefined
          ? consumers.has(consumerName(consumer, variant)) && (leads.has(accused) || possible.has(accused))
          : possible.has(accused) && role === 'merge';
    if (!aboutIt || (named !== undefined && !named.some((arch) => archs.has(arch)))) continue;
    // A claim that names a consumer and no behaviour is about a behaviour for which its suspect has a record, if any.
    if (behaviour === undefined && consumer !== undefined && !leads.has(accused)) {
      const elsewhere = [...model.setByChange].some(
        ([b, changes]) => b !== stretch.behaviour && changes.has(accused),
      );
      if (elsewhere) continue;
    }
    if (role === 'not-it') {
      against.set(accused, [
        ...(against.get(accused) ?? []),
        { says: `${by} says that it is not it`, event },
      ]);
      continue;
    }
    const kind = method === 'bisect' ? 'bisect' : method === 'fixes-trailer' ? 'fixes' : 'claim';
    const says = {
      bisect: 'bisect',
      'fixes-trailer': 'Fixes: trailer',
      analysis: 'analysis',
      statement: 'statement',
    };
    // A claim against a merge that names no behaviour is about everything that was merged.
    const what = behaviour === undefined && consumer === undefined ? ' on all that it brought' : '';
    add(inquiry, accused, role, {
      kind,
      author: by,
      says: `${says[method]} by ${by} (${event.source})${what}`,
      event,
    });
  }
}

/** The results of bisect sessions in this log. */
function askSearches(inquiry: Inquiry): void {
  const { verdicts, possible, consumers, archs } = inquiry;
  const { model } = verdicts;
  for (const { conclusions } of sessionsOf(model)) {
    for (const event of conclusions) {
      const { consumer, variant, arch, suspects, by, session } = event.payload;
      const [top] = suspects;
      const about =
        consumer !== undefined &&
        consumers.has(consumerName(consumer, variant)) &&
        (arch === undefined || archs.has(arch));
      if (!about || top === undefined || top.p < SURE || !possible.has(model.graph.resolve(top.change)))
        continue;
      const says = `bisect by ${by} (session ${session})`;
      add(inquiry, top.change, 'culprit', { kind: 'bisect', author: by, says, event });
    }
  }
}

/** Changes that the trailers of fixes name. */
function askFixes(inquiry: Inquiry, fixes: readonly string[]): void {
  const { verdicts, possible } = inquiry;
  const { model } = verdicts;
  for (const fix of fixes) {
    const event = model.changes.get(fix);
    for (const named of event?.payload.fixes ?? []) {
      const change = model.graph.resolve(named);
      if (!possible.has(change)) continue;
      add(inquiry, change, 'culprit', {
        kind: 'fixes',
        author: event!.payload.author ?? event!.source,
        says: `Fixes: trailer of ${shortChange(fix)}`,
        event: event!,
      });
    }
  }
}

/** Changes to the files that implement the behaviour. */
function askPaths(inquiry: Inquiry): void {
  const { verdicts, stretch, possible } = inquiry;
  const { model } = verdicts;
  const paths = model.behaviours.get(stretch.behaviour)?.payload.paths ?? [];
  for (const change of possible) {
    const event = model.changes.get(change);
    const hit = event?.payload.files?.find((file) => paths.some((p) => matchesPath(file, p)));
    if (event && hit !== undefined)
      add(inquiry, change, 'culprit', { kind: 'paths', author: 'paths', says: `changes ${hit}`, event });
  }
}

/** Paths may end in `*`, and a folder stands for what is in it. */
function matchesPath(file: string, pattern: string): boolean {
  if (pattern.includes('*')) {
    const [head = '', tail = ''] = pattern.split('*', 2);
    return file.startsWith(head) && file.endsWith(tail);
  }
  return file === pattern || file.startsWith(pattern.endsWith('/') ? pattern : `${pattern}/`);
}
