import { addTo, within } from '../../store/grouping.ts';
import type { CellStatus, Regression } from '../model/documents.ts';
import type { Consumer, Model } from '../model/model.ts';
import { asksForSwitch } from '../verdict/needs.ts';
import { archsOf, presenceIn } from '../verdict/presences.ts';
import { noNeed } from './opened-by-claims.ts';
import { idFrom, regressionId } from './regression-id.ts';
import { titleOf } from './regression-title.ts';
import { describe } from './regressions.ts';
import { nameOf } from '../verdict/verdict.ts';
import { type Verdicts } from '../verdict/verdicts.ts';
import { connected, stretchesOf } from '../releases/stretches.ts';
import {
  releasesOf,
  violationsOver,
  violationStretches,
  type Violation,
  type ViolationStretch,
} from '../verdict/violations.ts';
import type { FoundRegression } from './found-regression.ts';

/** What is no regression in the default configuration: guards that refuse, and what other configurations break. */
export function listedApart(verdicts: Verdicts): readonly FoundRegression[] {
  const { consumers } = verdicts.model;
  return [
    ...consumers.flatMap((consumer) => refusals(verdicts, consumer)),
    ...configurations(verdicts)
      .flatMap((configuration) => brokenBy(verdicts, configuration))
      .map((found) => inFull(verdicts, found)),
  ];
}

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
    const fired = [...byArch.values()].flat();
    const violations = [...byArch].map(([arch, there]): Violation => ({
      consumer,
      arch,
      need: noNeed(consumer, event),
      releases: there.map((v) => v.release),
    }));
    return connected(model, releasesOf(violations)).map((releases, index) =>
      refusal(model, consumer, says, releases, violationsOver(violations, releases), fired, index + 1),
    );
  });
}

function refusal(
  model: Model,
  consumer: Consumer,
  says: string,
  releases: readonly string[],
  violations: readonly Violation[],
  fired: readonly Refused[],
  occurrence: number,
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
    fixes: [],
    companions: [],
    announced: [],
    repairs: [],
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

/** One switch of an interface away from its default, and who asks for it. */
export interface Configuration {
  readonly interface: string;
  /** `CONFIG_DEBUG_RSEQ=y` */
  readonly part: string;
  readonly asking: readonly Consumer[];
}

/** All configurations that are one switch away from the default. */
export function configurations({ model, predict }: Verdicts): readonly Configuration[] {
  return [...model.interfaces.values()].flatMap(({ payload }) =>
    (payload.switches ?? []).flatMap(({ switch: name, values, default: usual }) => {
      const asking = model.consumers.filter(
        (c) => c.interface === payload.interface && asksForSwitch(model, predict, c, name),
      );
      return values
        .filter((v) => v !== usual)
        .map((value) => ({ interface: payload.interface, part: `${name}=${String(value)}`, asking }));
    }),
  );
}

/** A stretch that one switch away from its default breaks, told in short. */
export interface BrokenBySwitch {
  readonly stretch: ViolationStretch & { readonly part: string };
  readonly id: string;
  readonly title: string;
  readonly affected: Regression['affected'];
  /** The change whose record is in force at its first release; null where none is. */
  readonly change: string | null;
}

/** What one switch away from its default breaks that the default does not. */
export function brokenBy(verdicts: Verdicts, { part, asking }: Configuration): readonly BrokenBySwitch[] {
  const { model } = verdicts;
  const stretches = violationStretches(verdicts, asking, (consumer, arch) => {
    const usual = verdicts.needsIn(consumer, arch);
    const other = verdicts.needsIn(consumer, arch, part);
    return (release) => {
      const failing = usual(release).filter((n) => n.state === 'fails');
      return failing.length === 0
        ? other(release)
        : other(release).filter((n) => !failing.some((u) => u.behaviour === n.behaviour));
    };
  });
  return stretches.map((bare) => {
    const stretch = { ...bare, part };
    const first = stretch.releases[0]!;
    const lead = stretch.violations.find((v) => v.releases.includes(first))?.need.effective;
    return {
      stretch,
      id: regressionId(stretch),
      title: titleOf(model, stretch, () => new Set([first]), part),
      affected: stretchesOf(model, new Set(stretch.releases)),
      change: lead?.known === true ? lead.change : null,
    };
  });
}

/** The same, told in full. */
function inFull(verdicts: Verdicts, { stretch, id, title, change }: BrokenBySwitch): FoundRegression {
  const { model } = verdicts;
  const made = describe(verdicts, stretch);
  // Edges and fixes were asked with the defaults, under which nothing is wrong: they are asked here instead.
  const first = stretch.releases[0]!;
  const before = model.graph.releases.get(first)?.predecessor ?? null;
  return {
    ...made,
    document: {
      ...made.document,
      id,
      title,
      kind: 'configuration',
      lastGood: before === null ? [] : [before],
      firstBad: [first],
      suspects: made.document.suspects.filter((s) => s.change === change),
      fixes: [],
      companions: [],
      announced: [],
      repairs: [],
      reported: made.document.evidence.some((eventId) => {
        const event = model.byId.get(eventId);
        return event?.type === 'BreakageClaimed' && event.payload.behaviour === stretch.behaviour;
      }),
    },
  };
}
