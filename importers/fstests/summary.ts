/** What `check` lists and counts at the end of a section. */
export interface Summary {
  ran: readonly string[] | null;
  notRun: readonly string[];
  failures: readonly string[];
  /** What it counts: `Failed 2 of 8 tests`, `Passed all 8 tests`. */
  counted: {
    readonly failed: number;
    readonly of: number;
    readonly line: number;
    readonly text: string;
  } | null;
  interrupted: boolean;
}

export const emptySummary = (): Summary => ({
  ran: null,
  notRun: [],
  failures: [],
  counted: null,
  interrupted: false,
});

const LIST = /^(Ran|Not run|Failures): (\S.*)$/;
const COUNTED = /^(?:Failed (\d{1,9}) of (\d{1,9}) tests|Passed all (\d{1,9}) tests)$/;

/** Takes a line of a summary; false where it is none. */
export function takeSummary(into: Summary, text: string, line: number): boolean {
  const [, name, tests] = LIST.exec(text) ?? [];
  if (name !== undefined) {
    const list = tests!.trim().split(/\s+/);
    if (name === 'Ran') into.ran = list;
    else if (name === 'Failures') into.failures = list;
    else into.notRun = list;
    return true;
  }
  if (text === 'Interrupted!') {
    into.interrupted = true;
    return true;
  }
  const counted = COUNTED.exec(text);
  if (counted === null) return false;
  const [, failed = '0', of, passed] = counted;
  into.counted = { failed: Number(failed), of: Number(of ?? passed), line, text };
  return true;
}
