import { proposalHeads } from '../interface/proposals.ts';
import { ownership } from '../interface/ownership.ts';
import type { Model } from '../model/model.ts';
import { coverageStated, type CoverageEntry } from './coverage.ts';

/** What a model says beside its verdicts and regressions, a sentence each, so that two models can be held against each other. */
export interface ToldStatements {
  readonly coverage: readonly string[];
  readonly ownership: readonly string[];
  readonly proposals: readonly string[];
}

/** Tells what `coverage`, `ownership` and `predictions` state. */
export function toldStatements(model: Model): ToldStatements {
  const { entries, unknown } = coverageStated(model);
  const { fields, conflicts } = ownership(model);
  return {
    coverage: [...entries.map(entrySays), ...unknown.map((u) => `not known: ${u.says}`)],
    ownership: [
      ...fields.flatMap((f) => [
        `${f.interface}: ${f.field} belongs to the ${f.owner}`,
        ...f.uses.map((u) => `${u.consumer} ${USE[u.use]} ${f.field}${since(u.since)}`),
      ]),
      ...conflicts.flatMap((c) => [
        `${c.consumers.join(' and ')}: ${c.why}${since(c.since.join(', ') || null)}`,
        ...c.mitigations.map((m) => `${c.consumers.join(' and ')}: ${m.mitigation} (${m.gives})`),
      ]),
    ],
    proposals: proposalHeads(model).map(
      (p) =>
        `${p.proposal} (${p.status}, ${p.by}): ${p.title}${p.sets.length > 0 ? '' : '; what it would set is not written down'}`,
    ),
  };
}

const USE = { reads: 'reads', writes: 'writes', 'relies-on': 'relies on' } as const;
const STATE: Readonly<Record<CoverageEntry['state'], string>> = {
  began: 'runs',
  seen: 'was seen to run',
  stopped: 'stopped to run',
  'not-run': 'does not run',
  inconclusive: 'ran without an outcome',
};

function entrySays(e: CoverageEntry): string {
  const where = [e.arch, e.tree].filter((x) => x !== null).join(', ');
  const until = e.until === null ? '' : ` until ${e.until.slice(0, 10)}`;
  return `${e.ci} ${STATE[e.state]} ${e.test}${where === '' ? '' : ` on ${where}`}${since(e.since?.slice(0, 10) ?? null)}${until}`;
}

function since(moment: string | null): string {
  return moment === null ? '' : ` since ${moment}`;
}
