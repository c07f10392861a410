import { answersOf } from '../regressions/answers.ts';
import type { Origins } from './contradictions.ts';
import { coverage } from './coverage.ts';
import { knownEnd } from '../../store/log/known-by.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { Regression } from '../regressions/regression.ts';
import { knowledgeDiff, type RegressionNews } from './knowledge-diff.ts';
import { consumerName, type Model } from '../model/model.ts';
import { selectArchs } from '../model/select.ts';
import type { RanTest } from '../results/who-runs.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { optional } from '../../store/optional-text.ts';
import { isMendedOutside } from '../regressions/fixes.ts';
import { openLines } from '../regressions/open-lines.ts';
import { didIt } from '../regressions/suspects.ts';
import { hasEnded } from '../releases/stretches.ts';

export interface Unknown {
  readonly says: string;
  readonly evidence: readonly string[];
}

export interface WeeklyReportDocument {
  readonly schema: 'regline.report/1';
  readonly since: string;
  readonly until: string;
  readonly new: readonly RegressionNews[];
  readonly changed: readonly RegressionNews[];
  readonly resolved: readonly RegressionNews[];
  /** Neither new nor changed nor resolved: still there. */
  readonly open: readonly RegressionNews[];
  /** What nobody knows yet. */
  readonly unknown: readonly Unknown[];
  readonly contradictions: readonly Unknown[];
}

/**
 * Answers: what does a week's mail about the regressions have to say?
 *
 * @param ran who ran tests, as results show it that the later model sees
 */
export function weeklyReport(
  earlier: Model,
  later: Model,
  origins: Origins = new Map(),
  ran: readonly RanTest[] = [],
): WeeklyReportDocument {
  const diff = knowledgeDiff(earlier, later, origins);
  const told = new Set([...diff.newRegressions, ...diff.changedRegressions, ...diff.fixed].map((r) => r.id));
  // A line that ended without the fix will not get one: nothing there is open any more.
  const openIn = (r: Regression) =>
    openLines(r).filter((line) => (later.graph.lines.get(line)?.ended ?? null) === null);
  const open = answersOf(later).regressions.filter(
    ({ document: r, stretch }) =>
      r.kind === 'regression' && !told.has(r.id) && openIn(r).length > 0 && !isMendedOutside(later, stretch),
  );
  return {
    schema: 'regline.report/1',
    since: diff.from,
    until: diff.to,
    new: diff.newRegressions,
    changed: diff.changedRegressions.filter((r) => !diff.fixed.some((f) => f.id === r.id)),
    resolved: [...diff.fixed, ...diff.withdrawn],
    open: open.map(({ document: r }) => ({
      id: r.id,
      title: r.title,
      ...stillOpen(later, r, openIn(r)),
    })),
    unknown: [...unknowns(later), ...coverageUnknowns(later, ran)],
    contradictions: diff.contradicted.map((c) => ({
      says: `${c.about}: ${c.sides.map((s) => s.says).join(' / ')}`,
      evidence: [...new Set(c.sides.flatMap((s) => s.evidence))],
    })),
  };
}

/** The lines that are open, each with what was last said of a fix there. */
function stillOpen(
  model: Model,
  r: Regression,
  lines: readonly string[],
): Omit<RegressionNews, 'id' | 'title'> {
  const fixes = new Set(r.fixes.map((f) => f.change));
  const last = (line: string) =>
    model
      .of('FixClaimed')
      .filter(
        ({ payload: f }) =>
          f.line === line && f.change !== undefined && fixes.has(model.graph.resolve(f.change)),
      )
      .sort((a, b) => (knownEnd(a) < knownEnd(b) ? -1 : 1))
      .at(-1);
  const said = lines.map((line) => ({ line, event: last(line) }));
  return {
    says: [
      `open in ${said
        .map(({ line, event: e }) =>
          e === undefined ? line : `${line} (${e.knownAt?.slice(0, 10) ?? 'some day'} ${describeEvent(e)})`,
        )
        .join(', ')}`,
    ],
    evidence: [...said.flatMap(({ event }) => event?.id ?? []), ...r.evidence.slice(0, 4)],
  };
}

/** Regressions that no test is known to show, tests of which nobody knows whether anybody runs them, and what else is not said of who runs what. */
function coverageUnknowns(model: Model, ran: readonly RanTest[]): readonly Unknown[] {
  const { gaps, unknown } = coverage(model, { ran });
  const kinds = new Map(answersOf(model).regressions.map(({ document: r }) => [r.id, r]));
  const untested = gaps
    .filter((g) => g.tests.length === 0 && kinds.get(g.regression)?.kind === 'regression')
    .map((g) => ({
      says: `${g.regression}: which test would show it`,
      evidence: kinds.get(g.regression)!.evidence.slice(0, 4),
    }));
  return [...untested, ...unknown];
}

/** What nobody knows yet: regressions without a culprit or a report, and cells of the newest releases. */
function unknowns(model: Model): readonly Unknown[] {
  const { regressions, verdicts } = answersOf(model);
  const found: Unknown[] = [];
  for (const { document: r } of regressions) {
    if (r.kind !== 'regression') continue;
    if (!r.suspects.some(didIt)) {
      const merge = r.suspects.find((s) => s.role === 'merge');
      const within =
        merge === undefined ? '' : ` (the merge ${shortChange(merge.change)} is named, no change in it)`;
      found.push({ says: `${r.id}: which change did it${within}`, evidence: r.evidence.slice(0, 4) });
    }
    if (!r.reported)
      found.push({ says: `${r.id}: whether anybody has met it`, evidence: r.evidence.slice(0, 4) });
  }
  return [...found, ...unknownCells(model, verdicts)];
}

/** Cells of the newest release of each line that goes on, together where one thing is not known of several. */
function unknownCells(model: Model, verdicts: Verdicts): readonly Unknown[] {
  const found = new Map<
    string,
    { why: string | null; names: Set<string>; at: Set<string>; archs: Set<string>; evidence: Set<string> }
  >();
  for (const [line, members] of model.graph.members) {
    const release = members.at(-1);
    if (release === undefined || hasEnded(model, line)) continue;
    for (const consumer of model.consumers) {
      const open = selectArchs(model, undefined).flatMap((arch) => {
        const verdict = verdicts.at(consumer, release, arch);
        return verdict.status === 'unknown' ? [{ arch, verdict }] : [];
      });
      if (open.length === 0) continue;
      const name = consumerName(consumer.consumer, consumer.variant);
      const why = open[0]!.verdict.note;
      const archs = open.map((o) => o.arch);
      const key = why === null ? `${name}\n${release}` : `${why}\n${archs.join()}`;
      const known = found.get(key) ?? {
        why,
        names: new Set<string>(),
        at: new Set<string>(),
        archs: new Set(archs),
        evidence: new Set<string>(),
      };
      found.set(key, known);
      known.names.add(name);
      known.at.add(release);
      for (const id of open.flatMap((o) => o.verdict.evidence)) known.evidence.add(id);
    }
  }
  return [...found.values()].map(({ why, names, at, archs, evidence }) => ({
    says: `${[...names].join(', ')} on ${[...at].join(', ')}, ${[...archs].join(', ')}${optional(': ', why)}`,
    evidence: [...evidence],
  }));
}
