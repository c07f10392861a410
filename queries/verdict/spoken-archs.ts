import type { Model } from '../model/model.ts';

/** The architectures for which there are claims, tests or bisect sessions: on others only records are evidence. */
export function archsSpokenOf(model: Model): ReadonlySet<string> {
  return new Set([
    ...model.of('BreakageClaimed').flatMap((e) => e.payload.archs ?? []),
    ...model.results.archs(),
    ...model.of('BisectStarted').flatMap((e) => e.payload.regressions.flatMap((r) => r.arch ?? [])),
  ]);
}
