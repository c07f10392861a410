import { bestProbe } from './chooser.ts';
import type { ProbeMarket, ScoredProbe } from './probe-market.ts';

/** A probe for one machine. */
export interface PlacedProbe {
  readonly platform: string;
  readonly probe: ScoredProbe;
}

interface Taken {
  readonly platform: string;
  readonly entries: readonly number[];
}

/**
 * Picks probes for several machines at once. Each is the best given the ones before and those under way (joint
 * information: what the others are about to tell is worth nothing twice); then each is picked once more given all
 * others, which mends a first choice that was made for a single machine.
 */
export function probesForMachines(
  markets: ReadonlyMap<string, ProbeMarket>,
  machines: number,
  underWay: readonly Taken[],
): PlacedProbe[] {
  const placed: PlacedProbe[] = [];
  while (placed.length < machines) {
    const next = bestPlaced(markets, [...underWay, ...placed.map(takenBy)]);
    if (next === null) return placed;
    placed.push(next);
  }
  if (machines === 1) return placed;
  for (let i = 0; i < placed.length; i++) {
    const others = placed.filter((_, index) => index !== i).map(takenBy);
    const better = bestPlaced(markets, [...underWay, ...others]);
    if (better !== null) placed[i] = better;
  }
  return placed;
}

function takenBy({ platform, probe }: PlacedProbe): Taken {
  return { platform, entries: probe.local < 0 ? [] : [probe.local] };
}

function bestPlaced(markets: ReadonlyMap<string, ProbeMarket>, taken: readonly Taken[]): PlacedProbe | null {
  let best: PlacedProbe | null = null;
  for (const [platform, market] of markets) {
    const here = taken.filter((each) => each.platform === platform).map((each) => each.entries);
    const probe = bestProbe(market, here);
    if (probe !== null && (best === null || probe.score > best.probe.score)) best = { platform, probe };
  }
  return best;
}
