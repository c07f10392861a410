import { grouped, within } from '../../store/grouping.ts';
import { answersOf } from './answers.ts';
import { describeEvent } from '../model/describe-event.ts';
import type { Consumer, Model } from '../model/model.ts';
import { archsOf } from '../model/interfaces.ts';
import { archsSpokenOf } from '../verdict/spoken-archs.ts';
import { SEARCH } from '../verdict/tested.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { stretchesOf, type Stretch } from '../releases/stretches.ts';

/**
 * Why a cell that is broken is in no regression: `flaky`: the rate of a test explains the failure; `never-passed`: the tests that fail did
 * not pass before; `known`: they fail since a regression that is known, and the records say that it was over there; `claim`: somebody
 * claims it, and records, or the regression that explains the claim, say otherwise; `search`: a search saw it, and nothing else.
 */
export type WhyApart = 'flaky' | 'never-passed' | 'known' | 'claim' | 'search';

/** Cells of a consumer on an architecture that are broken and in no regression, for one reason. */
export interface BrokenApart {
  readonly consumer: string;
  readonly variant: string | null;
  readonly arch: string;
  readonly affected: readonly Stretch[];
  readonly why: WhyApart;
  /** Which tests fail, or what is claimed. */
  readonly says: string;
  readonly evidence: readonly string[];
}

/** Gives the releases at which a consumer is broken on an architecture in the default configuration. */
export type BrokenAt = (consumer: Consumer, arch: string) => readonly string[];

/**
 * Finds the cells that are broken and in no regression, in the default configuration: what records find broken is always in one.
 *
 * @param brokenAt tells which are broken, where somebody knows it
 */
export function brokenApart(
  model: Model,
  brokenAt: BrokenAt = brokenWithEvidence(model),
): readonly BrokenApart[] {
  const { verdicts, regressions } = answersOf(model);
  const covered = new Map<Consumer, Map<string, Set<string>>>();
  for (const { stretch } of regressions)
    for (const { consumer, arch, releases } of stretch.violations) {
      const byArch = within(covered, consumer);
      const here = byArch.get(arch) ?? new Set<string>();
      byArch.set(arch, here);
      for (const release of releases) here.add(release);
    }
  const whyOf = reasonsOf(model);
  const spoken = archsSpokenOf(model);
  return model.consumers.flatMap((consumer) =>
    (consumer.archs ?? archsOf(model, consumer.interface))
      .filter((arch) => spoken.has(arch))
      .flatMap((arch) => {
        const here = covered.get(consumer)?.get(arch);
        const broken = model.graph
          .inOrder(brokenAt(consumer, arch).filter((release) => here?.has(release) !== true))
          .map((release) => verdicts.at(consumer, release, arch));
        const byReason = grouped(broken, (verdict) => JSON.stringify(whyOf(verdict)));
        return [...byReason].map(([reason, cells]): BrokenApart => ({
          consumer: consumer.consumer,
          variant: consumer.variant,
          arch,
          affected: stretchesOf(model, new Set(cells.map(({ release }) => release))),
          ...(JSON.parse(reason) as Reason),
          evidence: [...new Set(cells.flatMap(({ evidence }) => evidence))],
        }));
      }),
  );
}

/** Looks at the releases alone of which a claim or a test speaks. */
export function brokenWithEvidence(model: Model): BrokenAt {
  const { verdicts } = answersOf(model);
  return (consumer, arch) =>
    [...verdicts.along(consumer, arch).withEvidence.values()]
      .filter(({ status }) => status === 'broken')
      .map(({ release }) => release);
}

type Reason = Pick<BrokenApart, 'why' | 'says'>;

function reasonsOf(model: Model): (verdict: Verdict) => Reason {
  const { flaky, explained } = answersOf(model).found.testsAlone;
  const key = (test: string, arch: string, release: string) => `${test}\n${arch}\n${release}`;
  const byRate = new Set(flaky.flatMap((f) => f.releases.map((release) => key(f.test, f.arch, release))));
  const since = new Map(
    explained.flatMap(({ test, arch, releases, by }) =>
      releases.map((release) => [key(test, arch, release), by.document.id]),
    ),
  );
  return ({ tested, claims, release, arch }) => {
    if (tested === null) {
      const broken = claims.filter((c) => c.event.payload.says === 'broken' && c.evidence.has(release));
      return { why: 'claim', says: broken.map(({ event }) => describeEvent(event)).join('; ') };
    }
    const failing = tested.failing.filter((name) => name !== SEARCH);
    if (failing.length === 0) return { why: 'search', says: 'a search saw it fail' };
    const says = `${failing.join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`;
    const ids = failing.flatMap((test) => since.get(key(test, arch, release)) ?? []);
    if (ids.length > 0) return { why: 'known', says: `${says} since ${[...new Set(ids)].join(', ')}` };
    const isChance = failing.every((test) => byRate.has(key(test, arch, release)));
    return isChance ? { why: 'flaky', says } : { why: 'never-passed', says };
  };
}
