import type { RateModel } from '../rates/flakiness.ts';
import type { VersionGraph } from '../graph/graph.ts';
import type { PathHistory } from '../graph/path-history.ts';

/** A search for the change behind one or several regressions. Treat it as frozen: work is remembered by identity. */
export interface Problem {
  readonly graph: VersionGraph;
  /** Names of versions that are known to be good; more than one is fine, and so are versions on other branches. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** Whether the versions between went from good to bad, or (a search for a fix) from bad to good. */
  readonly direction?: 'introduced' | 'fixed';
  readonly regressions: readonly Regression[];
  /** How likely a suspect of a test that may lie has to be before it is the answer, between a half and one (see `certaintyOf`). */
  readonly certainty?: number;
  readonly firstParent?: boolean;
  /** The paths that the search is limited to, as git's own choice needs to know them; other choices go by `roles`. */
  readonly paths?: PathHistory;
  /** What makes candidates more or less likely. A candidate may have several factors. */
  readonly factors?: readonly SuspectFactor[];
  /** Builds known to be equal (by tree hash or build signature): a name of the build for each version that has one. */
  readonly builds?: ReadonlyMap<string, string>;
  /** Versions that can only be suspects, not be tested, or the other way round (see `crossAxes`). */
  readonly roles?: VersionRoles;
  /** Versions with a name that people use; preferred where little is lost. */
  readonly tags?: ReadonlySet<string>;
}

/** One test on one platform, whose first bad version is searched. */
export interface Regression {
  readonly key: string;
  /** What a build is made for: an architecture, perhaps with a configuration. */
  readonly platform: string;
  readonly rates: RateModel;
}

/** Something that speaks for or against one candidate. */
export interface SuspectFactor {
  readonly version: string;
  /** How many times as likely as without it; 0 rules the candidate out for good. */
  readonly factor: number;
  readonly why: string;
  /** The regression it is about; all of them when left out. */
  readonly regression?: string;
}

/** Who can be what. Both by node of the graph. */
export interface VersionRoles {
  readonly suspect: Uint8Array;
  readonly testable: Uint8Array;
}

/** What a run, or a failed attempt at one, said. Given in the order in which it happened; retracted ones left out. */
export type Outcome = RunOutcome | SkipOutcome;

export interface RunOutcome {
  readonly verdict: 'good' | 'bad';
  readonly version: string;
  readonly regression: string;
  /** Names the boot (machine and boot number): runs of one boot are not independent and count as three at most. */
  readonly boot?: string;
  /** How many runs with this verdict; 1 when left out. */
  readonly runs?: number;
  /** Built with a change on top that mends the build: tells of the regression, and nothing of whether the version can be built. */
  readonly patched?: boolean;
}

export interface SkipOutcome {
  readonly verdict: 'skip';
  readonly version: string;
  readonly platform: string;
  /**
   * `build` and `boot` tell of a breakage that may span a range; `isolated` of this version alone (one member of a
   * range that the user skips, say); `infrastructure` tells nothing, and the version may be tried again.
   */
  readonly reason: 'build' | 'boot' | 'isolated' | 'infrastructure';
}

/** Costs in any one unit, for instance minutes. */
export interface Costs {
  readonly build: number;
  readonly boot: number;
  readonly run: number;
}

export interface DecideOptions {
  /** How many versions can be tested at once; 1 when left out. */
  readonly machines?: number;
  readonly costs?: Costs;
  /** Versions whose build is at hand, beside those that were tested already. */
  readonly cached?: ReadonlySet<string>;
  /** Probes that somebody is running now: chosen already. */
  readonly underWay?: readonly { readonly version: string; readonly platform: string }[];
  readonly chooser?: 'information' | 'git';
  /** How many suspects to list at most; 20 when left out. */
  readonly listed?: number;
  /**
   * Whether a search for a regression, too, tests where the culprit's branch left the history of the good ends: it may have
   * left it while something older was broken. A search for a fix always does.
   */
  readonly checkBases?: boolean;
}
