import type { Structure } from './structure.ts';

/** Where a line stands. */
export interface Place {
  /** Whether the kernel said it. */
  readonly kernel: boolean;
  /** Whether no `# ` stands before it. */
  readonly isTop: boolean;
  readonly inProgram: boolean;
}

/** Tells by how results are written whether they are KUnit's: nothing in them says so. */
export class KunitSigns {
  seen = false;
  private tap14 = false;
  /** Whether the structure just before named what may be a suite of KUnit. */
  private maybeSuite = false;

  /** Reads a line that any rule may be about; null where it has no structure. */
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
