import type { Line } from '../importer.ts';
import type { KernelFacts } from '../console/kernel-facts.ts';
import type { Pending } from './tree.ts';

export interface CrashSeen {
  readonly kind: string;
  readonly line: number;
  readonly excerpt: string;
}

/** Receives the results of a log while it is read. */
export interface Listener {
  result(pending: Pending): void;
  rejected(line: Line, reason: string): void;
  /** A kernel booted: the following results are from another run. */
  booted(facts: KernelFacts): void;
  learned(facts: KernelFacts): void;
  crashed(crash: CrashSeen): void;
  /** Results came after an oops: the kernel did not crash. */
  survived(): void;
}
