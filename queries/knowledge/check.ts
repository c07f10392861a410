import { answersOf } from '../regressions/answers.ts';
import type { Basis, CellStatus } from '../verdict/cell-status.ts';
import { consumerName, type Consumer, type Model } from '../model/model.ts';
import { isApplicable } from '../verdict/presences.ts';
import { QueryError } from '../model/query-error.ts';
import {
  allArchs,
  selectArchs,
  selectConfig,
  selectConsumers,
  selectRelease,
  selectReleases,
} from '../model/select.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { hasCell } from '../verdict/violations.ts';

export interface CheckOptions {
  /** As `table` takes them: names, ranges, lines. */
  readonly releases: string;
  readonly archs?: readonly string[];
  readonly consumers?: readonly string[];
  readonly config?: string;
  /** A release: what was just as bad there is known, and does not fail the check. */
  readonly baseline?: string;
}

/** Why a check fails. `unknown` is a reason of its own: what nobody knows never passes. */
export type CheckReason = 'broken' | 'refuses' | 'conflict' | 'unknown' | 'new-regression';

export interface CheckFinding {
  /** `degraded` stands only under what is known: it fails no check. */
  readonly reason: CheckReason | 'degraded';
  readonly consumer: string;
  readonly variant: string | null;
  readonly release: string;
  readonly arch: string;
  readonly status: CellStatus;
  /** How the cell fares at the baseline; null without one. */
  readonly before: CellStatus | null;
  readonly basis: Basis | null;
  /** What of the cell makes it so. */
  readonly note: string | null;
  readonly says: string;
  /** Ids of the regressions that the cell is part of. */
  readonly regressions: readonly string[];
  readonly evidence: readonly string[];
}

export interface CheckDocument {
  readonly schema: 'regline.check/1';
  readonly asOf: string | null;
  readonly ok: boolean;
  readonly baseline: string | null;
  /** How many cells were judged; cells where the interface is absent are none. */
  readonly cells: number;
  /** How many of the cells that work rest on what: a prediction passes a check, and nobody tried it. */
  readonly works: Readonly<Record<Basis, number>>;
  /** Where consumers that were asked for are as well, and which were not judged, for nobody named them. */
  readonly otherArchs: readonly string[];
  /** What fails the check. */
  readonly reasons: readonly CheckFinding[];
  /** Just as bad at the baseline, or only degraded: said, and no reason to fail. */
  readonly known: readonly CheckFinding[];
}

/**
 * Answers: will this release break whom one cares for? With a baseline only what is worse than there fails. A cell that
 * nobody knows anything of fails with the reason `unknown`, at the baseline or not.
 *
 * @throws QueryError for names that are not recorded, and where no cell is left to judge.
 */
export function check(model: Model, options: CheckOptions): CheckDocument {
  const answers = answersOf(model);
  const { verdicts } = answers;
  const releases = selectReleases(model, options.releases);
  const consumers = selectConsumers(model, options.consumers);
  const archs = selectArchs(model, options.archs);
  const config = selectConfig(model, options.config);
  const baseline = options.baseline === undefined ? null : selectRelease(model, options.baseline);
  const reasons: CheckFinding[] = [];
  const known: CheckFinding[] = [];
  let cells = 0;
  const works = { tested: 0, reported: 0, predicted: 0, inferred: 0 };
  for (const release of releases) {
    for (const consumer of consumers) {
      for (const arch of archs) {
        if (!isApplicable(model, consumer, release, arch)) continue;
        const now = verdicts.at(consumer, release, arch, config);
        if (now.status === 'not-applicable') continue;
        cells += 1;
        if (now.status === 'works') {
          works[now.basis ?? 'inferred'] += 1;
          continue;
        }
        const then = baseline === null ? null : verdicts.at(consumer, baseline, arch, config);
        const parts = answers.regressions.filter(({ stretch }) =>
          hasCell(stretch.violations, consumer, release, arch),
        );
        const finding = {
          consumer: consumer.consumer,
          variant: consumer.variant,
          release,
          arch,
          status: now.status,
          before: then?.status ?? null,
          basis: now.basis,
          note: now.note,
          says: saying(consumer, now),
          regressions: parts.map(({ document }) => document.id),
          evidence: now.evidence,
        };
        const reason = reasonOf(now, then);
        if (reason === null) known.push({ ...finding, reason: failing(now.status) ?? 'degraded' });
        else reasons.push({ ...finding, reason });
      }
    }
  }
  if (cells === 0) {
    throw new QueryError(
      'nothing to check: nobody who was asked for is on these architectures and releases',
      {
        hint: "regline table shows where it is; regline check --tests '*' judges tests",
      },
    );
  }
  return {
    schema: 'regline.check/1',
    asOf: model.view.asOf ?? null,
    ok: reasons.length === 0,
    baseline,
    cells,
    works,
    otherArchs:
      options.archs === undefined
        ? allArchs(model).filter(
            (arch) =>
              !archs.includes(arch) &&
              consumers.some((c) => releases.some((release) => isApplicable(model, c, release, arch))),
          )
        : [],
    reasons,
    known,
  };
}

function failing(status: CellStatus): CheckReason | null {
  return status === 'broken' || status === 'refuses' || status === 'conflict' || status === 'unknown'
    ? status
    : null;
}

/** Null where the cell is no reason to fail. */
function reasonOf(now: Verdict, then: Verdict | null): CheckReason | null {
  const reason = failing(now.status);
  if (reason === null || reason === 'unknown' || then === null) return reason;
  const before = new Set(failures(then));
  const worse = failures(now).some((f) => !before.has(f)) || then.status !== now.status;
  if (!worse) return null;
  return reason === 'broken' && then.status === 'works' ? 'new-regression' : reason;
}

/** What is wrong in a cell, one word each: equal words at two releases are the same trouble. */
function failures(verdict: Verdict): readonly string[] {
  return [
    ...verdict.needs
      .filter((n) => n.state === 'fails' && n.otherwise === 'broken')
      .map((n) => `${n.behaviour}=${n.effective.known ? String(n.effective.value) : '?'}`),
    ...(verdict.guard ? [`guard ${verdict.guard.says}`] : []),
    ...(verdict.tested?.failing ?? []).map((test) => `test ${test}`),
  ];
}

function saying(consumer: Consumer, verdict: Verdict): string {
  const name = consumerName(consumer.consumer, consumer.variant);
  const note = verdict.note === null ? '' : `: ${verdict.note}`;
  const basis = verdict.basis === null ? '' : ` (${verdict.basis})`;
  return `${name} on ${verdict.release}, ${verdict.arch}: ${verdict.status}${basis}${note}`;
}
