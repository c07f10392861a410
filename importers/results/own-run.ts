import type { Outcome, Result } from '../../store/events/observation.ts';
import { sha256 } from '../../store/identity.ts';

/** What tells one run from all others, whichever file tells of it: the runner's own folder of it, or the lab's. */
export interface OwnRun {
  /** `ltp-4kt7QCVelH`, `/result/ltp/…/2`: made anew for each run. */
  readonly name: string;
  /** Whether the kernel's log repeats here what the tests wrote into a log of their own. */
  readonly isCopy: boolean;
}

const TIES = 256;
/** Outcomes of tests of which a file does not say how they ended: a log that broke off has them where another goes on. */
const UNSAID: ReadonlySet<Outcome> = new Set<Outcome>(['miss', 'unknown']);

/**
 * Ranks what a file tells of a run among other files of it, as the revision of one statement: who tells how more tests ended counts, then
 * the log that the tests wrote, and of two that are alike in that always the same one. Both stay in the log; a run counts once.
 *
 * @param sha256 of the file, 64 hex digits
 */
export function revisionOf({ isCopy }: OwnRun, results: readonly Result[], fileSha256: string): number {
  const ended = results.filter(({ outcome }) => !UNSAID.has(outcome)).length;
  const told = ended * 2 + (isCopy ? 0 : 1);
  return 1 + told * TIES + parseInt(fileSha256.slice(0, 2), 16);
}

/** The part of a statement's key that names such a run. */
export function keyOfOwnRun({ name }: OwnRun): string {
  return `own-${sha256(name).slice(0, 32)}`;
}
