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
