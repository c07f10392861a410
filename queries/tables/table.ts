import { answersOf, type Answers } from '../regressions/answers.ts';
import type { TableCell, TableDocument } from './table-document.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import type { Consumer, Model } from '../model/model.ts';
import { selectArchs, selectConfig, selectConsumers, selectReleases } from '../model/select.ts';
import { isMadeFor } from '../verdict/presences.ts';
import type { LaneVerdicts } from '../verdict/lane-verdicts.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { didIt } from '../regressions/suspects.ts';

export interface TableOptions {
  /** As the user writes it: `v6.18..v7.1,7.0.y`. Without it, every release where a cell changes. */
  readonly releases?: string;
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
  /** `CONFIG_DEBUG_RSEQ=y,rseq_debug=on`; without it, the defaults. */
  readonly config?: string;
}

/** Answers: what does each consumer do on each release and architecture? */
export function table(model: Model, options: TableOptions = {}): TableDocument {
  const answers = answersOf(model);
  const consumers = selectConsumers(model, options.consumers);
  const archs = selectArchs(model, options.archs);
  const config = selectConfig(model, options.config);
  const isWhole = options.releases === undefined;
  const releases = isWhole
    ? whereSomethingChanges(answers, consumers, archs, config)
    : selectReleases(model, options.releases);
  const cells = consumers.flatMap((consumer) =>
    archs.flatMap((arch) =>
      isWhole
        ? cellsAlong(answers, answers.verdicts.along(consumer, arch, config), releases)
        : releases.map((release) => cell(answers, answers.verdicts.at(consumer, release, arch, config))),
    ),
  );
  return { schema: 'regline.table/1', asOf: model.view.asOf ?? null, releases, archs, cells };
}

/** The changes that a cell fares badly for, and those that mend it. */
export interface Blame {
  readonly culprits: readonly string[];
  readonly fixedBy: readonly string[];
}

const NO_BLAME: Blame = { culprits: [], fixedBy: [] };

/** Finds what a cell is blamed on: nothing where it fares well, which is most of them. */
export function blameOf(answers: Answers, verdict: Verdict): Blame {
  const { status, guard } = verdict;
  if (status !== 'broken' && status !== 'degraded' && guard === null) return NO_BLAME;
  const culprits = new Set<string>();
  const fixedBy = new Set<string>();
  for (const need of verdict.needs) {
    if (need.state !== 'fails' || !need.effective.known) continue;
    const { value, change } = need.effective;
    const regression = answers.regressionOf(need.behaviour, value, verdict);
    const did = regression?.document.suspects.filter(didIt) ?? [];
    // A regression that was merged has several culprits: each behaviour has its own.
    const own =
      regression?.stretch.behaviour === need.behaviour ? undefined : did.find((s) => s.change === change);
    const lead = (own ?? did[0])?.change ?? change;
    if (lead !== null) culprits.add(lead);
    for (const fix of regression?.document.fixes ?? []) fixedBy.add(fix.change);
  }
  return { culprits: [...culprits], fixedBy: [...fixedBy] };
}

/** Makes the cells of a lane; those that share a verdict differ in their release alone. */
function cellsAlong(answers: Answers, lane: LaneVerdicts, releases: readonly string[]): readonly TableCell[] {
  const made = new Map<Verdict, TableCell>();
  return releases.map((release) => {
    const verdict = lane.at(release)!;
    const known = made.get(verdict);
    if (known !== undefined) return { ...known, release };
    const own = { ...cell(answers, verdict), release };
    made.set(verdict, own);
    return own;
  });
}

/** Makes the document of one cell. */
export function cell(answers: Answers, verdict: Verdict): TableCell {
  const { consumer, release, arch, config, status, basis, confidence, reported, evidence, note } = verdict;
  const { culprits, fixedBy } = blameOf(answers, verdict);
  return {
    consumer: consumer.consumer,
    variant: consumer.variant,
    version: versionsOf(consumer),
    release,
    arch,
    config,
    status,
    basis,
    confidence,
    reported,
    culprits,
    fixedBy,
    evidence,
    note:
      [note, ...verdict.contradictions.map((c) => `contradicted (${c})`)]
        .filter((n) => n !== null)
        .join('; ') || null,
  };
}

function versionsOf(consumer: Consumer): string | null {
  const versions = consumer.event?.payload.versions;
  if (!versions) return null;
  const { from, to } = versions;
  return from === to ? (from ?? null) : `${from ?? ''}..${to ?? ''}`;
}

function isOther(now: CellStatus, then: CellStatus): boolean {
  return now !== then && now !== 'not-applicable' && then !== 'not-applicable';
}

/** The releases where some cell differs from its predecessor's, and the releases just before. */
function whereSomethingChanges(
  answers: Answers,
  consumers: readonly Consumer[],
  archs: readonly string[],
  config: string | null,
): readonly string[] {
  const { verdicts } = answers;
  const { graph } = verdicts.model;
  const lanes = consumers.flatMap((consumer) =>
    archs.filter((arch) => isMadeFor(consumer, arch)).map((arch) => verdicts.along(consumer, arch, config)),
  );
  const found = new Set<string>();
  for (const name of graph.order) {
    const previous = graph.releases.get(name)!.predecessor;
    if (previous === null) continue;
    const differs = lanes.some((lane) => {
      const now = lane.at(name)!;
      const then = lane.at(previous)!;
      return now !== then && isOther(now.status, then.status);
    });
    if (differs) {
      found.add(previous);
      found.add(name);
    }
  }
  if (found.size === 0 && graph.order.length > 0) found.add(graph.order.at(-1)!);
  return graph.inOrder(found);
}
