import { addTo, within } from '../../store/grouping.ts';
import type { Regression } from './regression.ts';
import type { CellStatus } from '../verdict/cell-status.ts';
import type { Consumer, Model } from '../model/model.ts';
import { connected, stretchesOf } from '../releases/stretches.ts';
import { archsOf } from '../model/interfaces.ts';
import { presenceIn } from '../verdict/presences.ts';
import { nameOf } from '../verdict/verdict.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { releasesOf, violationsOver, type Violation, type ViolationStretch } from '../verdict/violations.ts';
import { NOT_MENDED, type FoundRegression } from './found-regression.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom } from './regression-id.ts';

/** A cell in which a guard fires, and what would be without it. */
interface Refused {
  readonly release: string;
  readonly without: CellStatus;
}

/** Stretches of releases on which a guard of a consumer fires. */
export function refusals(verdicts: Verdicts, consumer: Consumer): readonly FoundRegression[] {
  const { model } = verdicts;
  const { event } = consumer;
  if (!event?.payload.guards) return [];
  const archs = consumer.archs ?? archsOf(model, consumer.interface);
  const byGuard = new Map<string, Map<string, Refused[]>>();
  const lanes = archs.map((arch) => ({
    arch,
    guardAt: verdicts.guardAt(consumer, arch),
    presenceAt: presenceIn(model, consumer.interface, arch),
  }));
  for (const release of model.graph.order) {
    for (const { arch, guardAt, presenceAt } of lanes) {
      // Most cells it lets pass: they need not be judged.
      if (guardAt?.(release)?.state !== 'fires' || presenceAt(release) === 'absent') continue;
      const { guard } = verdicts.at(consumer, release, arch);
      if (guard) addTo(within(byGuard, guard.says), arch, { release, without: guard.without });
    }
  }
  return [...byGuard].flatMap(([says, byArch]) => {
    const fired = { consumer, says, cells: [...byArch.values()].flat() };
    const violations = [...byArch].map(([arch, there]): Violation => ({
      consumer,
      arch,
      need: noNeed(consumer, event),
      releases: there.map((v) => v.release),
    }));
    return connected(model, releasesOf(violations)).map((releases, index) =>
      refusal(model, fired, violationsOver(violations, releases), { releases, occurrence: index + 1 }),
    );
  });
}

/** A guard of a consumer, and all cells in which it fires. */
interface FiredGuard {
  readonly consumer: Consumer;
  readonly says: string;
  readonly cells: readonly Refused[];
}

function refusal(
  model: Model,
  { consumer, says, cells: fired }: FiredGuard,
  violations: readonly Violation[],
  { releases, occurrence }: Pick<ViolationStretch, 'releases' | 'occurrence'>,
): FoundRegression {
  const inside = new Set(releases);
  const archs = violations.map((v) => v.arch);
  const cells = fired.filter((v) => inside.has(v.release));
  const needless = cells.filter((v) => v.without === 'works').length;
  const first = releases[0]!;
  const before = model.graph.releases.get(first)?.predecessor ?? null;
  const document: Regression = {
    id: idFrom([consumer.interface, 'guard', nameOf(consumer), says, occurrence]),
    aliases: [],
    opened: 'guard',
    title: `${nameOf(consumer)} ${says.startsWith('refuses') ? says : `refuses ${says}`} on ${archs.join(', ')}${needless > 0 ? `; needlessly in ${needless} of ${cells.length} cells` : ''}`,
    behaviour: null,
    archs,
    consumers: [consumer.consumer],
    contract: 'kept',
    observed: before === null ? 'unknown' : 'broken',
    lastGood: before === null ? [] : [before],
    firstBad: [first],
    affected: stretchesOf(model, inside),
    suspects: [],
    ...NOT_MENDED,
    kind: 'refuses',
    reported: false,
    evidence: [consumer.event!.id],
  };
  const stretch = {
    interface: consumer.interface,
    behaviour: '',
    value: says,
    otherwise: 'broken',
    occurrence,
    releases,
    violations,
  } as const;
  return { document, stretch, excluded: [] };
}
