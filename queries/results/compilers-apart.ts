import { configKey } from './result-index.ts';
import type { ResultIndex } from '../outcomes/results.ts';

/** The compilers with which the builds passed a test, and those with which they failed it. */
export interface CompilersApart {
  readonly passes: readonly string[];
  readonly fails: readonly string[];
}

/**
 * Tells whether builds that pass a test at a place and those that fail it differ in compiler, each of them: then no run there contradicts
 * another. Null where a compiler is on both sides, or is not told of one of them.
 */
export function compilersApart(
  results: ResultIndex,
  test: string,
  release: string,
  arch: string,
  config: string | null,
): CompilersApart | null {
  const here = (results.lanes(test) ?? []).flatMap(({ compiler, arch: on, config: built, seen }) => {
    const found = seen.find(({ version }) => version === release);
    return found && on === arch && configKey(built) === (config ?? '')
      ? [{ compiler, rate: found.rate }]
      : [];
  });
  const [passes, fails] = (['good', 'bad'] as const).map((side) => [
    ...new Set(here.filter(({ rate }) => rate[side] > 0).map(({ compiler }) => compiler)),
  ]) as [(string | null)[], (string | null)[]];
  const isTold = (side: readonly (string | null)[]): side is readonly string[] =>
    side.length > 0 && !side.includes(null);
  if (!isTold(passes) || !isTold(fails) || passes.some((compiler) => fails.includes(compiler))) return null;
  return { passes: [...passes].sort(), fails: [...fails].sort() };
}

/** `passes with gcc, fails with clang`. */
export function apartText({ passes, fails }: CompilersApart): string {
  return `passes with ${passes.join(', ')}, fails with ${fails.join(', ')}`;
}
