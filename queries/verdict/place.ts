import type { Scalar } from '../../store/events/fields.ts';

/** Where a value is asked for: a release, an architecture, switches that differ from their defaults, a profile. */
export interface Place {
  readonly release: string;
  readonly arch: string;
  readonly switches: Readonly<Record<string, Scalar>>;
  readonly profile: Readonly<Record<string, Scalar>>;
}

/** Makes a place; switches that are not given have their defaults. */
export function placeAt(
  release: string,
  arch: string,
  profile: Readonly<Record<string, Scalar>> = {},
  switches: Readonly<Record<string, Scalar>> = {},
): Place {
  return { release, arch, switches, profile };
}
