import type { Range } from '../../store/events/fields.ts';
import type { Problems } from './document.ts';
import type { Draft } from './drafts.ts';
import type { ReleaseGraph } from './release-graph.ts';
import { addTo } from '../../store/grouping.ts';

/** What a record of `sets` says, as its schema gives it. */
interface Setting {
  readonly behaviour: string;
  readonly value: unknown;
  readonly change?: string;
  readonly at?: readonly Range[];
  readonly archs?: readonly string[];
  readonly when?: string;
  readonly order: number;
}

/** Refuses records that say different things of one behaviour at one place, unless a dispute names both. */
export function lintContradictions(drafts: readonly Draft[], graph: ReleaseGraph, problems: Problems): void {
  const disputes = drafts
    .filter((d) => d.type === 'StatementDisputed')
    .map((d) => new Set(d.payload.statements as string[]));
  const disputed = (a: Draft, b: Draft) =>
    disputes.some((of) => (of.has(a.base) || of.has(a.stream)) && (of.has(b.base) || of.has(b.stream)));
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    if (draft.type !== 'BehaviourSet') continue;
    const { behaviour, change } = draft.payload as unknown as Setting;
    const name = `${behaviour} ${change ?? ''}`;
    addTo(groups, name, draft);
  }
  for (const group of groups.values()) {
    group.forEach((later, index) => {
      for (const earlier of group.slice(0, index)) {
        const what = conflict(earlier, later, graph);
        if (!what || disputed(earlier, later)) continue;
        const { file, line } = earlier.place(['value']);
        const where = line === undefined ? file : `${file}:${line}`;
        problems.add(later.place(['value']), `${what} (${earlier.key}, ${where})`, hintFor(earlier, later));
      }
    });
  }
}

function hintFor(a: Draft, b: Draft): string {
  return a.base === b.base
    ? 'keep one of the two cases'
    : 'correct one of them, write them as cases of one record, or add a record under "disputes" that names both';
}

function conflict(a: Draft, b: Draft, graph: ReleaseGraph): string | null {
  const x = a.payload as unknown as Setting;
  const y = b.payload as unknown as Setting;
  if (!overlap(x.archs, y.archs)) return null;
  const sameWhen = normal(x.when) === normal(y.when);
  if (x.at && y.at && !x.at.some((r) => y.at!.some((s) => graph.overlap(r, s)))) return null;
  if (sameWhen) {
    if (x.value === y.value) return null;
    return `contradicts a record that gives ${x.behaviour} the value ${JSON.stringify(x.value)} at the same place`;
  }
  // Records of one change under different conditions have no order between them: which is tried first?
  return x.change !== undefined && a.base !== b.base && x.order === y.order && x.value !== y.value
    ? `another record has a case of the same change for ${x.behaviour} with the same place in the order`
    : null;
}

/** Two lists of architectures have one in common; no list means all. */
function overlap(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return !a || !b || a.some((arch) => b.includes(arch));
}

function normal(when: string | undefined): string {
  return (when ?? '').replace(/\s+/g, ' ').trim();
}
