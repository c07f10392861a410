import type { BuildRecord } from './buildability.ts';
import type { CandidateRange } from './range.ts';
import type { Tally } from './tally.ts';

/** Lists who was built and who was not among the nodes of the range. The ends of the search are taken for built. */
export function buildRecordOf(range: CandidateRange, tally: Tally, platform: string): BuildRecord {
  const { part } = range;
  const locals = (nodes: Iterable<number>): number[] =>
    [...nodes].map((node) => part.localOf[node]!).filter((local) => local >= 0);
  const untestable = [...tally.untestable.get(platform)!];
  const of = (kind: 'breakage' | 'isolated'): number[] =>
    locals(untestable.filter(([, each]) => each === kind).map(([node]) => node));
  const ends = range.bads.filter((node) => !tally.untestable.get(platform)!.has(node));
  const built = locals(new Set([...ends, ...tally.built.get(platform)!]));
  return { built, broken: of('breakage'), isolated: of('isolated') };
}
