import type { TypedStoredEvent } from '../../store/events/event.ts';

/** A release in the graph. */
export interface ReleaseNode {
  readonly name: string;
  readonly line: string;
  readonly date: string | null;
  /** The release that it continues; null at a root. */
  readonly predecessor: string | null;
  /** What the kernel shows as its release, as far as that is known. */
  readonly uname: string | null;
  /** The upstream version that a distribution's own file shows, where it is known. */
  readonly signature: string | null;
  readonly event: TypedStoredEvent<'ReleaseRecorded'>;
}

/** A change on its way into a release. */
export interface Entry {
  readonly change: string;
  readonly release: string;
  readonly order: number;
  readonly reverted: boolean;
  readonly event: TypedStoredEvent<'ChangeEntered'> | TypedStoredEvent<'BackportRecorded'>;
}

/** A line of releases: mainline, `7.0.y`, a distribution. */
export interface Line {
  readonly line: string;
  readonly base: string | null;
  readonly ended: string | null;
  readonly complete: boolean;
  /** How kernel.org keeps it, where that is known. */
  readonly moniker: 'stable' | 'longterm' | null;
}
