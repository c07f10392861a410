import { LONGEST_EXCERPT } from '../results/limits.ts';
import { parseBanner, parseCrash, parseMachine } from '../console/kernel-facts.ts';
import type { Listener } from './listener.ts';

/** Watches what the kernel says of itself between the lines of tests, and whether it lives. */
export class KernelWatch {
  private readonly listener: Listener;
  private readonly ends: () => void;
  private oops = false;

  /** `ends` is called where another kernel begins, before that is told. */
  constructor(listener: Listener, ends: () => void) {
    this.listener = listener;
    this.ends = ends;
  }

  /** Reads a line; true where another kernel says its version: what comes now is of another run. */
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

  /** A result came: whatever the kernel said, it lives. */
  sawResult(): void {
    if (!this.oops) return;
    this.oops = false;
    this.listener.survived();
  }
}
