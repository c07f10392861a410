import { count } from './report.ts';

/** How often something was seen at two commits: in so many of so many runs. */
export interface Row {
  /** As the robot calls it: `kernel-selftests.rseq.basic_test.fail`, `WARNING:at_lib/x.c:#f`. */
  readonly what: string;
  readonly before: Seen;
  readonly after: Seen;
}

export interface Seen {
  readonly times: number;
  readonly runs: number;
}

export interface Comparison {
  /** The parent of the commit that is blamed; its hash is cut. */
  readonly parent: string;
  readonly rows: readonly Row[];
}

/** `e74048650eaff667 0710a1a73fb45033ebb06073e37` above a line of dashes */
const COLUMNS = /^([0-9a-f]{12,40}) ([0-9a-f]{12,40})\s*$/;
/** `:6   100%   6:6   kernel-selftests.x.fail`; a count of none is left out. */
const COUNTED = /^\s+(\d*):(\d+)\s+-?\d+%\s+(\d*):(\d+)\s+(\S+)$/;
/** `|            | e67095fd2f | 2f7f60cf9f |` */
const BOXES = /^\|\s+\| ([0-9a-f]{10,40}) \| ([0-9a-f]{10,40}) \|$/;
const BOXED = /^\| (\S+)\s+\| (\d*)\s*\| (\d*)\s*\|$/;
const MOST_ROWS = 1000;

/** Reads the tables with which 0-day compares a commit with its parent; null where there is none. */
export function comparisonIn(lines: readonly string[]): Comparison | null {
  const listed = lines.findIndex(
    (line, at) => COLUMNS.test(line) && /^-{8,} -{8,}$/.test(lines[at + 1] ?? ''),
  );
  if (listed >= 0) {
    const rows = lines.slice(listed + 2, listed + 2 + MOST_ROWS).flatMap((line) => {
      const [, times, runs, timesAfter, runsAfter, what] = COUNTED.exec(line) ?? [];
      return what === undefined
        ? []
        : [{ what, before: seen(times, runs), after: seen(timesAfter, runsAfter) }];
    });
    if (rows.length > 0) return { parent: COLUMNS.exec(lines[listed]!)![1]!, rows };
  }
  const boxed = lines.findIndex((line) => BOXES.test(line));
  return boxed < 0 ? null : boxedIn(lines.slice(boxed, boxed + MOST_ROWS));
}

/** A figure at a commit and at the one before, as the robot writes it. */
export interface Figure {
  readonly parent: string;
  readonly before: string;
  readonly after: string;
}

/** `1067456 ±  2%     -15.8%     898490 ±  4%  stress-ng.fiemap.ops_per_sec`; a mailer may have lost the sign of plus-minus. */
const MEASURED = /^\s+([\d.]+(?:e[+-]\d+)?) .{0,30}? [+-][\d.]+% +([\d.]+(?:e[+-]\d+)?) .{0,30}?(\S+)$/;

/** Reads the figure of a name from the table with which 0-day compares a commit with its parent; null where there is none. */
export function figureIn(lines: readonly string[], name: string): Figure | null {
  const listed = lines.findIndex((line) => COLUMNS.test(line));
  const parent = COLUMNS.exec(lines[listed] ?? '')?.[1];
  if (parent === undefined) return null;
  for (const line of lines.slice(listed + 1, listed + 1 + MOST_ROWS)) {
    if (!line.endsWith(name)) continue;
    const [, before, after, what] = MEASURED.exec(line) ?? [];
    if (what === name) return { parent, before: before!, after: after! };
  }
  return null;
}

/** Counts of boots that went well and of boots that did not, and below them what was seen in how many. */
function boxedIn([head, ...lines]: readonly string[]): Comparison | null {
  const cells = lines.flatMap((line) => {
    const [, what, before, after] = BOXED.exec(line) ?? [];
    return what === undefined ? [] : [{ what, before: count(before) ?? 0, after: count(after) ?? 0 }];
  });
  const [good, bad] = ['boot_successes', 'boot_failures'].map((name) => cells.find((c) => c.what === name));
  if (!good || !bad) return null;
  const [runs, runsAfter] = [good.before + bad.before, good.after + bad.after];
  return {
    parent: BOXES.exec(head!)![1]!,
    rows: cells
      .filter((cell) => cell !== good && cell !== bad)
      .map(({ what, before, after }) => ({
        what,
        before: { times: before, runs },
        after: { times: after, runs: runsAfter },
      })),
  };
}

function seen(times: string | undefined, runs: string | undefined): Seen {
  return { times: count(times) ?? 0, runs: count(runs) ?? 0 };
}
