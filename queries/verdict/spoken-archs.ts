import type { Model } from '../model/model.ts';

/** The architectures of which a claim, a test or a search speaks: on others records stand alone. */
export function archsSpokenOf(model: Model): ReadonlySet<string> {
  return new Set([
    ...model.of('BreakageClaimed').flatMap((e) => e.payload.archs ?? []),
    ...model.results.archs(),
    ...model.of('BisectStarted').flatMap((e) => e.payload.regressions.flatMap((r) => r.arch ?? [])),
  ]);
}
