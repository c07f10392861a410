import type { Verdict } from './verdict.ts';

/** The verdicts of releases, by what they share. */
interface SharedVerdicts {
  /** Of releases with evidence beside the records: a claim, a test or a bisect session. */
  readonly withEvidence: ReadonlyMap<string, Verdict>;
  /** Of other releases that do not share the verdict of their class. */
  readonly single: ReadonlyMap<string, Verdict>;
  /** Of whole classes, by their first release. */
  readonly ofClass: ReadonlyMap<string, Verdict>;
}

/**
 * The verdicts of a lane, by release. Releases of a class without further evidence have one verdict object where their guards answer the
 * same, and so have all releases without the interface. Its `release` is then the first of them.
 */
export class LaneVerdicts {
  readonly withEvidence: ReadonlyMap<string, Verdict>;
  private readonly classOf: (release: string) => string;
  private readonly shared: SharedVerdicts;
  private readonly absent: Verdict | undefined;

  /** @param absent the verdict of all other releases */
  constructor(classOf: (release: string) => string, shared: SharedVerdicts, absent: Verdict | undefined) {
    this.classOf = classOf;
    this.withEvidence = shared.withEvidence;
    this.shared = shared;
    this.absent = absent;
  }

  at(release: string): Verdict | undefined {
    return (
      this.withEvidence.get(release) ??
      this.shared.single.get(release) ??
      this.shared.ofClass.get(this.classOf(release)) ??
      this.absent
    );
  }
}
