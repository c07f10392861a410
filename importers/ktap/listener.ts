import type { Line } from '../importer.ts';
import type { KernelFacts } from '../console/kernel-facts.ts';
import type { Pending } from './tree.ts';

export interface CrashSeen {
  readonly kind: string;
  readonly line: number;
  readonly excerpt: string;
}

/** What is told of a log while it is read. */
export interface Listener {
  result(pending: Pending): void;
  rejected(line: Line, reason: string): void;
  /** A kernel booted: what comes now is another run. */
  booted(facts: KernelFacts): void;
  learned(facts: KernelFacts): void;
  crashed(crash: CrashSeen): void;
  /** Results come after an oops: the kernel did not die. */
  survived(): void;
}
