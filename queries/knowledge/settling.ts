import type { Model } from '../model/model.ts';

/** Names the one test to run for a behaviour at a place: a recorded test that exercises it, else the consumer itself. */
export function testFor(
  model: Model,
  behaviours: readonly string[],
  arch: string | null,
  consumer: string | null = null,
): string {
  const found = model
    .of('TestRecorded')
    .filter(({ payload: t }) => arch === null || (t.archs?.includes(arch) ?? true))
    .filter(
      ({ payload: t }) =>
        (t.behaviours ?? []).some((b) => behaviours.includes(b)) ||
        (consumer !== null && (t.consumers ?? []).some((c) => c.consumer === consumer)),
    )
    // The narrower a test, the more its outcome says.
    .sort(
      (a, b) =>
        (a.payload.behaviours?.length ?? 0) - (b.payload.behaviours?.length ?? 0) ||
        (a.payload.test < b.payload.test ? -1 : 1),
    );
  if (found[0]) return `run ${found[0].payload.test}`;
  return consumer === null ? `try ${behaviours.join(', ')}` : `run ${consumer}`;
}
