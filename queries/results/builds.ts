import type { TypedStoredEvent } from '../../store/events/event.ts';
import { kernelArch } from '../../store/names/arch-name.ts';
import type { Model } from '../model/model.ts';
import { addTo } from '../../store/grouping.ts';

/** What the builds of a CI are of, as far as their checkouts are known. */
export interface BuildPlace {
  readonly release?: string | undefined;
  readonly arch?: string | undefined;
  readonly config?: string | undefined;
  /** Which compiler it was, without its version: a newer one builds the same kernel. */
  readonly compiler?: 'clang' | 'gcc' | undefined;
  readonly commit?: string | undefined;
  readonly tree?: string | undefined;
}

/**
 * Joins builds with their checkouts, whichever came first. An object that was sent again with more fields is taken field
 * by field: a later version fills in what an earlier one left out, and where both say something the later one counts.
 */
export function buildsOf(model: Model): ReadonlyMap<string, BuildPlace> {
  const checkouts = new Map(
    versionsOf(model, 'CheckoutObserved', (c) => c.checkout).map(([id, versions]) => [
      id,
      {
        release: lastSaid(versions, (c) => c.release),
        commit: lastSaid(versions, (c) => c.commit),
        tree: lastSaid(versions, (c) => c.tree),
      },
    ]),
  );
  return new Map(
    versionsOf(model, 'BuildObserved', (b) => b.build).map(([id, versions]) => [
      id,
      {
        ...checkouts.get(lastSaid(versions, (b) => b.checkout) ?? ''),
        arch: lastSaid(versions, (b) => (b.arch === undefined ? undefined : kernelArch(b.arch))),
        config: lastSaid(versions, (b) => b.config),
        compiler: lastSaid(versions, (b) => compilerOf(b.compiler)),
      },
    ]),
  );
}

/** `Debian clang version 17.0.6`, `gcc-14`, `aarch64-linux-gnu-gcc (GCC) 12.2`. */
function compilerOf(text: string | undefined): 'clang' | 'gcc' | undefined {
  if (text === undefined) return undefined;
  return /clang|llvm/i.test(text) ? 'clang' : /gcc/i.test(text) ? 'gcc' : undefined;
}

type Place = 'CheckoutObserved' | 'BuildObserved';

/** The versions of each object that were not retracted. */
function versionsOf<T extends Place>(
  model: Model,
  type: T,
  idOf: (payload: TypedStoredEvent<T>['payload']) => string,
): readonly (readonly [id: string, versions: readonly TypedStoredEvent<T>[]])[] {
  const found = new Map<string, TypedStoredEvent<T>[]>();
  for (const event of model.byId.values()) {
    if (event.type !== type || model.counting.retracted.has(event.id)) continue;
    const typed = event as unknown as TypedStoredEvent<T>;
    const id = idOf(typed.payload);
    addTo(found, id, typed);
  }
  return [...found];
}

/** What the highest version says that says anything; undefined where versions of equal order do not agree. */
function lastSaid<T extends Place, S extends string>(
  versions: readonly TypedStoredEvent<T>[],
  say: (payload: TypedStoredEvent<T>['payload']) => S | undefined,
): S | undefined {
  let top = '';
  let said: S | undefined;
  for (const { payload, knownAt } of versions) {
    const value = say(payload);
    if (value === undefined) continue;
    const order = `${String(payload.rev).padStart(9, '0')} ${knownAt ?? ''}`;
    if (order < top) continue;
    said = order === top && said !== value ? undefined : value;
    top = order;
  }
  return said;
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
