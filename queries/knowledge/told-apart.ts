import type { Model } from '../model/model.ts';
import { answersOf } from '../regressions/answers.ts';
import type { Stretch } from '../releases/stretches.ts';
import { brokenApart, brokenWithEvidence, type BrokenAt } from '../regressions/broken-apart.ts';
import type { FoundRegression } from '../regressions/found-regression.ts';
import { brokenBy, configurations, type Configuration } from '../regressions/broken-by-switch.ts';
import { refusals } from '../regressions/refused-by-guards.ts';
import { proposedSplits } from '../regressions/proposed-splits.ts';
import { allArchs } from '../model/select.ts';
import { consumerName, type Consumer } from '../model/model.ts';
import type { ReachedAt } from './reach.ts';
import type { FaresOf } from '../tables/fares.ts';
import { shortChange } from '../../store/names/change-name.ts';
import { nameOf } from '../verdict/verdict.ts';

/** What `culprits` and `regressions` tell apart from regressions, a sentence each. */
export interface ToldApart {
  /** Guards that refuse, by the name of the consumer. */
  readonly guards: Readonly<Record<string, readonly string[]>>;
  /** What one switch away from its default breaks, by interface and switch. */
  readonly switches: Readonly<Record<string, readonly string[]>>;
  /** Failures that the rate of a flaky test explains, cells that are broken in no regression, and splits that are proposed. */
  readonly others: readonly string[];
}

/** Parts of what is told apart that another world says as this one does. */
export interface SparedApart {
  readonly before: Model;
  readonly said: ToldApart;
  /** Where consumers may fare otherwise. Null: everywhere. */
  readonly reached: ReachedAt | null;
  readonly others: boolean;
  /** How consumers fare in this world. */
  readonly fares: FaresOf | null;
}

/**
 * Tells what is apart from the regressions of a model.
 *
 * @param spared what another world says, of which only that is worked out anew which can be another; null: all
 */
export function toldApart(model: Model, spared: SparedApart | null = null): ToldApart {
  const { verdicts } = answersOf(model);
  const all = allArchs(model);
  const reached = spared?.reached ?? null;
  const isKept = (consumer: Consumer, config: string | null = null) =>
    reached !== null && (consumer.archs ?? all).every((arch) => reached(consumer, arch, config).size === 0);
  const guards = model.consumers.map((consumer): [string, readonly string[]] => {
    const name = nameOf(consumer);
    const kept = isKept(consumer) ? spared?.said.guards[name] : undefined;
    return [name, kept ?? refusals(verdicts, consumer).map(saysOf)];
  });
  const before = spared === null ? [] : configurations(answersOf(spared.before).verdicts);
  const asked = new Map(before.map((one) => [keyOf(one), one.asking]));
  const switches = configurations(verdicts).map((one): [string, readonly string[]] => {
    const key = keyOf(one);
    // Whoever asks for it no more may fare otherwise with it, too.
    const asking = [...one.asking, ...(asked.get(key) ?? [])];
    const kept = asking.every((consumer) => isKept(consumer) && isKept(consumer, one.part))
      ? spared?.said.switches[key]
      : undefined;
    return [
      key,
      kept ??
        brokenBy(verdicts, one).map(
          ({ id, title, affected, change }) =>
            `${id} ${title}: ${stretchesSaid(affected)}${change === null ? '' : `; since ${shortChange(change)}`}`,
        ),
    ];
  });
  return {
    guards: Object.fromEntries(guards),
    switches: Object.fromEntries(switches),
    others:
      spared?.others === true ? spared.said.others : othersOf(model, brokenIn(model, spared?.fares ?? null)),
  };
}

function brokenIn(model: Model, fares: FaresOf | null): BrokenAt {
  if (fares === null) return brokenWithEvidence(model);
  return (consumer, arch) => {
    const along = fares(consumer, arch);
    return model.graph.order.filter((release) => along.at(release)?.status === 'broken');
  };
}

/** All statements of what is told apart. */
export function allApart({ guards, switches, others }: ToldApart): readonly string[] {
  return [...Object.values(switches).flat(), ...Object.values(guards).flat(), ...others];
}

const keyOf = ({ interface: name, part }: Configuration) => `${name} ${part}`;

function saysOf({ document: { id, title, affected } }: FoundRegression): string {
  return `${id} ${title}: ${stretchesSaid(affected)}`;
}

function othersOf(model: Model, brokenAt: BrokenAt): readonly string[] {
  const { found, regressions } = answersOf(model);
  return [
    ...found.testsAlone.flaky.map((f) => {
      const where = [f.arch, f.compiler, f.platform].filter((x) => x !== null).join(', ');
      const rate = ({ bad, good }: typeof f.usual) => `${bad} of ${bad + good}`;
      return `${f.test} at ${f.releases.join(', ')} on ${where} failed in ${rate(f.since)} runs, as it had in ${rate(f.usual)}`;
    }),
    ...brokenApart(model, brokenAt).map(
      (b) =>
        `${consumerName(b.consumer, b.variant)} on ${b.arch} at ${stretchesSaid(b.affected)} is broken and in no regression (${b.why}): ${b.says}`,
    ),
    ...proposedSplits(model, regressions).map((p) => `${p.of} may be split into ${p.into.join(' and ')}`),
  ];
}

function stretchesSaid(affected: readonly Stretch[]): string {
  return affected.map(({ from, to }) => (from === to ? from : `${from}..${to ?? ''}`)).join(', ');
}
