import type { Json } from '../../store/canonical-json.ts';
import type { TypedStoredEvent } from '../../store/events/event.ts';

/** Who ran the tests of a run, and on what machine, as a row keeps it: a run is large, and of those that disagree nothing else is asked. */
export interface WhoRan {
  readonly origin: string;
  readonly platform?: string;
  /** By index, of the results that came from another machine. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** Draws from a run who ran its tests. */
export function whoRan({ payload: { origin, platform, results } }: TypedStoredEvent<'RunObserved'>): Json {
  const elsewhere: Record<string, string> = {};
  for (const [index, result] of results.entries())
    if (result.platform !== undefined && result.platform !== platform) elsewhere[index] = result.platform;
  return {
    origin,
    ...(platform === undefined ? {} : { platform }),
    ...(Object.keys(elsewhere).length === 0 ? {} : { elsewhere }),
  };
}

/** Names who had a result, with the machine where it is known. */
export function originOf({ origin, platform, elsewhere }: WhoRan, index: number): string {
  const machine = elsewhere?.[index] ?? platform;
  return machine === undefined ? origin : `${origin} (${machine})`;
}
