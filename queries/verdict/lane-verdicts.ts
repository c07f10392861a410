import type { Verdict } from './verdict.ts';

/**
 * The verdicts of a lane, by release. Releases of a class of which nobody speaks have one and the same verdict where guards say the same of
 * them, and so have all at which the interface is not there: that of the first of them, which holds for all, though its `release` is not
 * theirs.
 */
export class LaneVerdicts {
  /** Those of releases of which a claim, a test or a search may speak. */
  readonly spokenOf: ReadonlyMap<string, Verdict>;
  private readonly classOf: (release: string) => string;
  private readonly toldApart: ReadonlyMap<string, Verdict>;
  private readonly ofClass: ReadonlyMap<string, Verdict>;
  private readonly absent: Verdict | undefined;

  /**
   * @param toldApart those of releases that are told apart within their class
   * @param ofClass those of whole classes, by the first release
   * @param absent that of all other releases
   */
  constructor(
    classOf: (release: string) => string,
    spokenOf: ReadonlyMap<string, Verdict>,
    toldApart: ReadonlyMap<string, Verdict>,
    ofClass: ReadonlyMap<string, Verdict>,
    absent: Verdict | undefined,
  ) {
    this.classOf = classOf;
    this.spokenOf = spokenOf;
    this.toldApart = toldApart;
    this.ofClass = ofClass;
    this.absent = absent;
  }

  at(release: string): Verdict | undefined {
    return (
      this.spokenOf.get(release) ??
      this.toldApart.get(release) ??
      this.ofClass.get(this.classOf(release)) ??
      this.absent
    );
  }
}
