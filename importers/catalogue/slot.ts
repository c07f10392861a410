/** Where a test is run, or is not: null stands for any. */
export interface Slot {
  readonly test: string;
  readonly arch: string | null;
  readonly tree: string | null;
  readonly platform: string | null;
}

/** What a catalogue says at one moment. */
export interface Coverage {
  /** What it runs (or, of a skip file, what it leaves out), by a key of the slot's fields. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** Why, by test, where the catalogue says it. */
  readonly notes: ReadonlyMap<string, string>;
}

export const nothing: Coverage = { slots: new Map(), notes: new Map() };

/** Far more than any catalogue has: KernelCI's comes to four thousand. */
const MOST_SLOTS = 100_000;
const MOST_STEPS = 2_000_000;
/** As many as no kernel runs on: what is not run on them is told for each test. */
const MOST_ARCHS = 100;

/**
 * Collects where tests are run. Names multiply (tests by builds, boards and trees), so that a small file could say billions:
 * whoever collects counts what is looked at, too.
 */
export class Slots {
  readonly slots = new Map<string, Slot>();
  private readonly archs = new Set<string>();
  private steps = 0;

  /** @throws Error when the catalogue says more than any does. */
  put({ test, arch, tree, platform }: Slot): void {
    this.step(1);
    this.slots.set(JSON.stringify([test, arch, tree, platform]), { test, arch, tree, platform });
    if (arch !== null) this.archs.add(arch);
    if (this.slots.size > MOST_SLOTS) throw new Error(`it names more than ${MOST_SLOTS} places to run tests`);
    if (this.archs.size > MOST_ARCHS) throw new Error(`it names more than ${MOST_ARCHS} architectures`);
  }

  /** @throws Error when more was looked at than any catalogue has. */
  step(much: number): void {
    this.steps += much;
    if (this.steps > MOST_STEPS) throw new Error(`it multiplies to more than ${MOST_STEPS} combinations`);
  }
}
