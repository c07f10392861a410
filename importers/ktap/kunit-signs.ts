import type { Structure } from './structure.ts';

/** The context of a line. */
export interface Place {
  /** Whether it is a message of the kernel. */
  readonly kernel: boolean;
  /** Whether it has no `# ` before it. */
  readonly isTop: boolean;
  readonly inProgram: boolean;
}

/** Recognises the results of KUnit by their form, for they do not name it. */
export class KunitSigns {
  seen = false;
  private tap14 = false;
  /** Whether the structure just before named what may be a suite of KUnit. */
  private maybeSuite = false;

  /** Reads a line that may match a rule; null where it is no structural line of TAP. */
  read(structure: Structure | null, { kernel, isTop, inProgram }: Place): void {
    if (structure?.kind === 'version') {
      if (!isTop || inProgram) return;
      if (kernel || structure.isKtap) this.seen = true;
      else this.tap14 ||= structure.is14;
      return;
    }
    // KUnit before KTAP indents the name of a suite and puts its plan first; who else writes TAP 14 does not do both.
    if (this.maybeSuite && structure?.kind === 'plan') this.seen = true;
    this.maybeSuite = false;
    if (structure?.kind !== 'subtest') return;
    if (kernel) this.seen = true;
    this.maybeSuite = this.tap14 && structure.isIndented && !inProgram;
  }
}
