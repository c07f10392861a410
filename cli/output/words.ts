import { optional } from '../../store/optional-text.ts';
import type { Stretch } from '../../queries/releases/stretches.ts';
import type { Failures } from '../../queries/outcomes/fisher.ts';
import type { Quiet } from '../../queries/regressions/regression.ts';
import type { CellStatus } from '../../queries/verdict/cell-status.ts';
import type { Rate } from '../../queries/outcomes/seen-result.ts';

/** What a status is called in running text. */
export const STATUS_WORD: Readonly<Record<CellStatus, string>> = {
  works: 'works',
  degraded: 'degraded',
  broken: 'broken',
  refuses: 'refuses to start',
  unknown: 'not known',
  conflict: 'evidence disagrees',
  'not-applicable': 'not there',
};

/** Writes a stretch of releases: `v6.19-rc1 … v7.0.9`, one release, or one from which it goes on. */
export function stretchText({ from, to }: Pick<Stretch, 'from' | 'to'>): string {
  if (to === null) return `${from} …`;
  return from === to ? from : `${from} … ${to}`;
}

/** The short ids of some events as plain text: at most this many, then how many more there are. */
export function shortIdsText(ids: readonly string[], most = 3): string {
  const few = ids.slice(0, most).map(shortId);
  return [...few, ...(ids.length > most ? [`+${ids.length - most}`] : [])].join(', ');
}

/** Shortens an event id, and the id in the address of a result in it. */
export function shortId(id: string): string {
  const [event, item] = id.split('#');
  return `${event!.slice(0, 8)}${optional('#', item)}`;
}

/** `12%`, `0.35%`, `< 0.01%`. */
export function chanceText(p: number): string {
  if (p < 0.0001) return '< 0.01%';
  return p >= 0.0995 ? `${Math.round(100 * p)}%` : `${(100 * p).toPrecision(2)}%`;
}

/** `2 of 9` runs failed. */
export function failuresText({ bad, good }: Failures): string {
  return `${bad} of ${bad + good}`;
}

/** How a flaky test fared after it failed last as often as it did. */
export function quietText({ from, usual, since, chance }: Quiet): string {
  return `failed in ${failuresText(since)} runs since ${from}, ${chanceText(chance)} likely by chance, as it had failed in ${failuresText(usual)} before`;
}

/** `pass`, `fail`, `2/3 pass`, with what says nothing: `1 inconclusive`. */
export function rateText({ good, bad, inconclusive }: Rate): string {
  const told = good + bad;
  const parts = [
    ...(told === 0 ? [] : told === 1 ? [good === 1 ? 'pass' : 'fail'] : [`${good}/${told} pass`]),
    ...(inconclusive === 0 ? [] : [`${inconclusive} inconclusive`]),
  ];
  return parts.join(', ') || '–';
}

/** Where a test ran, as far as it is told: `arm64, defconfig, gcc, qemu`. */
export function placeText({ arch, config, compiler, platform }: Place): string {
  return [arch, config, compiler, platform].filter((x) => x !== null).join(', ');
}

type Place = Readonly<Record<'arch' | 'config' | 'compiler' | 'platform', string | null>>;

/** What is to be known where no platform of one version is one of the other. */
export const PLATFORMS_APART =
  'No platform is on both sides, so nothing is compared: --any-platform compares whichever a test ran on.';
