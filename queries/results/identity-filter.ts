import { archOf } from '../../store/names/arch-name.ts';
import type { SeenResult } from '../outcomes/seen-result.ts';

/** Which pairs are made: asked of the identity, before anything is compared. */
export interface IdentityFilter {
  readonly tests?: readonly string[];
  readonly archs?: readonly string[];
  readonly configs?: readonly string[];
  readonly platforms?: readonly string[];
  readonly origins?: readonly string[];
  /** Platforms are not told apart: what ran on one is compared with what ran on any other. */
  readonly anyPlatform?: boolean;
}

/** Tells whether a result is one of those that are asked for. */
function fits(filter: IdentityFilter, r: SeenResult): boolean {
  const isOne = (wanted: readonly string[] | undefined, value: string | null) =>
    wanted === undefined || (value !== null && wanted.some((w) => matches(w, value)));
  return (
    isOne(filter.tests, r.test) &&
    isOne(spelt(filter.archs), r.arch) &&
    isOne(filter.configs, r.config) &&
    isOne(filter.platforms, r.platform) &&
    isOne(filter.origins, r.origin)
  );
}

/** Architectures as they are asked for, and by the kernel's names. */
function spelt(archs: readonly string[] | undefined): readonly string[] | undefined {
  return archs?.flatMap((arch) => [arch, archOf(arch) ?? arch]);
}

/** Gives the results that are asked for, without their platforms where these are not told apart. */
export function chosen<R extends SeenResult>(filter: IdentityFilter, results: readonly R[]): readonly R[] {
  const found = results.filter((r) => fits(filter, r));
  return filter.anyPlatform === true ? found.map((r) => ({ ...r, platform: null })) : found;
}

/** Tells whether a name is the wanted one, in which a `*` stands for anything. */
export function matches(wanted: string, value: string): boolean {
  if (!wanted.includes('*')) return wanted === value;
  const parts = wanted.split('*');
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const next = index === parts.length - 1 ? value.length - part.length : value.indexOf(part, at);
    if (next < at || (index === 0 && next !== 0) || !value.startsWith(part, next)) return false;
    at = next + part.length;
  }
  return true;
}
