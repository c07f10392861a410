import type { TypedStoredEvent } from '../store/events/event.ts';
import type { Model } from './model.ts';

/** What the builds of a CI are of, as far as their checkouts are known. */
export interface BuildPlace {
  readonly release?: string | undefined;
  readonly arch?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * Joins builds with their checkouts, whichever came first. An object that was sent again with more fields is taken field
 * by field: a later version fills in what an earlier one left out, and where both say something the later one counts.
 */
export function buildsOf(model: Model): ReadonlyMap<string, BuildPlace> {
  const checkouts = new Map<string, { release?: string | undefined }>();
  for (const { payload } of inOrder(model, 'CheckoutObserved'))
    checkouts.set(payload.checkout, { release: payload.release ?? checkouts.get(payload.checkout)?.release });
  const builds = new Map<string, BuildPlace & { readonly checkout: string }>();
  for (const { payload } of inOrder(model, 'BuildObserved')) {
    const before = builds.get(payload.build);
    builds.set(payload.build, {
      checkout: payload.checkout,
      arch: payload.arch ?? before?.arch,
      config: payload.config ?? before?.config,
    });
  }
  return new Map(
    [...builds].map(([id, { checkout, arch, config }]) => [
      id,
      { release: checkouts.get(checkout)?.release, arch, config },
    ]),
  );
}

/** All versions that were not retracted, oldest first. */
function inOrder<T extends 'CheckoutObserved' | 'BuildObserved'>(
  model: Model,
  type: T,
): readonly TypedStoredEvent<T>[] {
  const found = [...model.byId.values()].filter(
    (e) => e.type === type && !model.counting.retracted.has(e.id),
  ) as unknown as TypedStoredEvent<T>[];
  const key = (e: TypedStoredEvent<T>) =>
    `${String(e.payload.rev).padStart(9, '0')} ${e.knownAt ?? ''} ${e.id}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Runs whose failure is laid to something else than the kernel, by the origin's own ids. */
export function excusedRuns(model: Model): ReadonlySet<string> {
  const blames = new Map(model.of('NoteAdded').map(({ payload }) => [payload.about, payload.blames ?? []]));
  const excused = new Set<string>();
  for (const { payload } of model.of('OutcomeAttributed')) {
    if (payload.run === undefined || payload.absent === true) continue;
    const laidTo = payload.issue === undefined ? null : (blames.get(payload.issue) ?? []);
    if (laidTo === null || (laidTo.length > 0 && !laidTo.includes('code'))) excused.add(payload.run);
  }
  return excused;
}
