import type { Regression } from './regression.ts';
import type { Consumer } from '../model/model.ts';
import { stretchesOf } from '../releases/stretches.ts';
import { asksForSwitch } from '../verdict/needs.ts';
import type { Verdicts } from '../verdict/verdicts.ts';
import { violationStretches, type ViolationStretch } from '../verdict/violations.ts';
import { NOT_MENDED, type FoundRegression } from './found-regression.ts';
import { regressionId } from './regression-id.ts';
import { titleOf } from './regression-title.ts';
import { regressionOver } from './regressions.ts';

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

/** Tells in full what a switch breaks. */
export function inFull(verdicts: Verdicts, { stretch, id, title, change }: BrokenBySwitch): FoundRegression {
  const { model } = verdicts;
  const made = regressionOver(verdicts, stretch);
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
      ...NOT_MENDED,
      reported: made.document.evidence.some((eventId) => {
        const event = model.byId.get(eventId);
        return event?.type === 'BreakageClaimed' && event.payload.behaviour === stretch.behaviour;
      }),
    },
  };
}
