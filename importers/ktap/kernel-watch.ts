import { LONGEST_EXCERPT } from '../results/limits.ts';
import { parseBanner, parseCrash, parseMachine } from '../console/kernel-facts.ts';
import type { Listener } from './listener.ts';

/** Reads the kernel's own messages between the lines of tests: its version, its machine, and crashes. */
export class KernelWatch {
  private readonly listener: Listener;
  private readonly ends: () => void;
  private oops = false;

  /** `ends` is called when another kernel boots, before its facts are taken. */
  constructor(listener: Listener, ends: () => void) {
    this.listener = listener;
    this.ends = ends;
  }

  /** Reads a line; true where another kernel prints its version: the following lines are from another run. */
  read(body: string, line: number): boolean {
    const banner = parseBanner(body);
    if (banner) {
      this.ends();
      this.oops = false;
      this.listener.booted(banner);
      return true;
    }
    const facts = parseMachine(body);
    if (facts) this.listener.learned(facts);
    const crash = parseCrash(body);
    if (!crash) return false;
    this.oops = !crash.final;
    this.listener.crashed({ kind: crash.kind, line, excerpt: body.slice(0, LONGEST_EXCERPT) });
    return false;
  }

  /** Notes that a result came: the kernel survived what it reported before. */
  sawResult(): void {
    if (!this.oops) return;
    this.oops = false;
    this.listener.survived();
  }
}
