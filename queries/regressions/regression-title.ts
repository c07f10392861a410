import { consumerName, type Consumer, type Model } from '../model/model.ts';
import type { ViolationStretch } from '../verdict/violations.ts';
import { isMadeFor } from '../verdict/presences.ts';
import type { FoundRegression } from './found-regression.ts';
import { addTo } from '../../store/grouping.ts';
import { optional } from '../../store/optional-text.ts';

/** The first bad releases of a consumer on an architecture. */
export type FirstBadOf = (consumer: Consumer, arch: string) => ReadonlySet<string>;

/** Says what a regression is about, in short: the value that breaks, where records opened it, else its title. */
export function shortTitle({ document: r, stretch }: FoundRegression): string {
  return r.opened === 'records' ? valueText(stretch) : r.title;
}

function valueText({ behaviour, value }: ViolationStretch): string {
  return `${behaviour} = ${String(value)}`;
}

/**
 * Titles a stretch: what breaks whom, where and since when. Where all of them fail at the same places, these are said
 * once; else each is told with its own, for a list of consumers beside a list of architectures would accuse every pair.
 *
 * @param circumstance what has to be so besides, such as a switch that is on
 */
export function titleOf(
  model: Model,
  stretch: ViolationStretch,
  firstBadOf: FirstBadOf,
  circumstance?: string,
): string {
  const placesOf = placesByName(model, stretch, firstBadOf);
  const whole = new Set([...placesOf.values()].flatMap((places) => places.map((p) => p.since)));
  const [since = ''] = whole.size === 1 ? whole : [];
  const texts = new Map([...placesOf].map(([name, places]) => [name, placesText(places, whole.size > 1)]));
  const [same] = texts.values();
  const isSame = [...texts.values()].every((text) => text === same);
  const who = isSame
    ? `${listOf([...texts.keys()])} ${same ?? ''}`
    : listOf([...texts].map(([name, text]) => `${name} (${text})`));
  const verb = stretch.otherwise === 'degraded' ? 'degrades' : 'breaks';
  return `${valueText(stretch)} ${verb} ${who}${optional(' with ', circumstance)}${since === '' ? '' : ` since ${since}`}`;
}

interface Place {
  readonly arch: string;
  readonly since: string;
}

/** By name of who fails: on which architectures, and since which releases there. */
function placesByName(
  model: Model,
  stretch: ViolationStretch,
  firstBadOf: FirstBadOf,
): ReadonlyMap<string, readonly Place[]> {
  const failing = new Map<Consumer, Set<string>>();
  for (const { consumer, arch } of stretch.violations) {
    const archs = failing.get(consumer) ?? new Set<string>();
    failing.set(consumer, archs);
    archs.add(arch);
  }
  const first = new Map<string, Map<string, Set<string>>>();
  for (const { consumer, arch } of stretch.violations) {
    const name = nameThere(model, failing, consumer, arch);
    const byArch = first.get(name) ?? new Map<string, Set<string>>();
    first.set(name, byArch);
    byArch.set(arch, new Set([...(byArch.get(arch) ?? []), ...firstBadOf(consumer, arch)]));
  }
  return new Map(
    [...first].map(([name, byArch]) => [
      name,
      [...byArch].map(([arch, releases]) => ({ arch, since: model.graph.inOrder(releases).join(', ') })),
    ]),
  );
}

/**
 * The name of who fails there. The bare name says that the main form fails, or, where there is none, all variants; else the variant is
 * named, and of several variants without a main form how many they are: the bare name would accuse the others too.
 */
function nameThere(
  model: Model,
  archs: ReadonlyMap<Consumer, ReadonlySet<string>>,
  failing: Consumer,
  arch: string,
): string {
  const forms = model.consumers.filter((c) => c.consumer === failing.consumer);
  const fails = (c: Consumer) => archs.get(c)?.has(arch) === true;
  const main = forms.find((c) => c.variant === null);
  const name = consumerName(failing.consumer, failing.variant);
  if (main !== undefined) return fails(main) ? failing.consumer : name;
  const there = forms.filter((c) => isMadeFor(c, arch));
  const failed = there.filter(fails).length;
  if (failed === there.length) return failing.consumer;
  return failed === 1 ? name : `${failed} of ${there.length} variants of ${failing.consumer}`;
}

/** Says on which architectures, with the releases since which they fail where these differ. */
function placesText(places: readonly Place[], withSince: boolean): string {
  if (!withSince) return `on ${listOf(places.map((p) => p.arch))}`;
  const bySince = new Map<string, string[]>();
  for (const { arch, since } of places) addTo(bySince, since, arch);
  return [...bySince]
    .map(([since, archs]) => `on ${listOf(archs)}${since === '' ? '' : ` since ${since}`}`)
    .join(', ');
}

function listOf(names: readonly string[]): string {
  const few = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${few} and ${names.length - 4} more` : few;
}
