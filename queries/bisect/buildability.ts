import type { Search } from './search.ts';

/** Gives the probability that each node of the range can be built and booted. */
export function testabilityOf(
  search: Search,
  built: ReadonlySet<number>,
  untestable: ReadonlyMap<number, 'breakage' | 'isolated'>,
): Float64Array {
  const { part } = search.range;
  const testable = new Float64Array(part.size).fill(1);
  for (const node of untestable.keys()) {
    const local = part.localOf[node]!;
    if (local >= 0 && !built.has(node)) testable[local] = 0;
  }
  return testable;
}
