import { compareReleaseNames, parseReleaseName } from '../../store/names/release-name.ts';

/** A column of a table in a terminal. */
export interface Column {
  /** Its place in the document's list of releases. */
  readonly index: number;
  readonly release: string;
  /** What it has in common with its neighbours, `7.0`, and what is its own, `.10` or `rc2`. */
  readonly family: string;
  readonly own: string;
}

/** Neighbouring columns of one family, under one heading. */
export interface ColumnGroup {
  readonly family: string;
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  /** From its first column to its last, or as wide as its heading. */
  readonly width: number;
}

/** Puts releases in the order of their versions, so that a line stands beside what it continues; other names follow. */
export function columnsOf(releases: readonly string[]): readonly Column[] {
  return releases
    .map((release, index): Column => {
      const { family, own } = partsOf(release);
      return { index, release, family, own };
    })
    .sort((a, b) => {
      const named = [a, b].map(({ release }) => parseReleaseName(release) !== null);
      if (named[0] !== named[1]) return named[0] ? -1 : 1;
      return (named[0] ? compareReleaseNames(a.release, b.release) : 0) || a.index - b.index;
    });
}

/** Draws neighbours of one family together; inside a group one blank parts the columns. */
export function groupsOf(columns: readonly Column[]): readonly ColumnGroup[] {
  const groups: Column[][] = [];
  for (const column of columns) {
    const last = groups.at(-1);
    if (last?.[0]?.family === column.family) last.push(column);
    else groups.push([column]);
  }
  return groups.map((members) => {
    const widths = members.map((c) => c.own.length);
    const width = widths.reduce((sum, w) => sum + w, members.length - 1);
    const { family } = members[0]!;
    return { family, columns: members, widths, width: Math.max(width, family.length) };
  });
}

function partsOf(release: string): { readonly family: string; readonly own: string } {
  const match = /^v?(\d+\.\d+)(\.\d+)?(?:-(rc\d+))?$/.exec(release);
  if (match) return { family: match[1]!, own: match[3] ?? match[2] ?? '.0' };
  const cut = release.indexOf('-');
  return cut <= 0
    ? { family: release, own: '' }
    : { family: release.slice(0, cut), own: release.slice(cut + 1) };
}
