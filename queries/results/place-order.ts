import type { Model } from '../model/model.ts';
import type { ResultPlace } from '../outcomes/results.ts';

/** Places with results in the order of their releases; those of versions that nobody recorded come last. */
export function inReleaseOrder(
  { graph }: Pick<Model, 'graph'>,
  places: readonly ResultPlace[],
): readonly ResultPlace[] {
  if (places.length < 2) return places;
  const order = new Map(graph.order.map((name, index) => [name, index]));
  const orderOf = ({ release }: ResultPlace) => order.get(release) ?? order.size;
  return [...places].sort((a, b) => orderOf(a) - orderOf(b));
}
