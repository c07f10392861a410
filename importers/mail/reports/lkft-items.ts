/** A test that a report of LKFT lists. */
export interface Item {
  /** The board or the architecture; null where none is said. */
  readonly environment: string | null;
  readonly suite: string;
  readonly test: string;
}

/** What an item is told by: its board, its suite and its name. */
export function keyOf({ environment, suite, test }: Item): string {
  return JSON.stringify([environment, suite, test]);
}

/** `* dragonboard-410c, kselftest-rseq` */
const HEAD = /^\* (?:(\S[^,]*(?:, [^,]+)*), )?([\w.+-]+)(?: and)?$/;
/** `x15:`, `x15 - arm:`, ` kselftest:`, or as somebody wrote it, `Regressions found on x15:`. */
const HEADING = /^( *)(?:(?:Regressions?|Fixes|Failures?)(?: \w+)? on )?([\w.+/-]*[\w+/-])(?: - \w+)?:$/;
const ITEM = /^( *)[-*] +(\S.*)$/;
const FOOTNOTE = / \[\d+\]$/;
const SUITE =
  /^(?:kselftest|ltp|kunit|build|boot|perf|libhugetlbfs|libgpiod|kvm-unit-tests|v4l2|network|log-parser)/;

interface Heading {
  readonly indent: number;
  readonly name: string;
}

/**
 * Reads the tests that a section of a report lists, each once. In the layout of 2019 and 2020 indentation says what belongs
 * to what, and lines are filled up with blanks; since then a line names board and suite, and several in a row share what follows.
 */
export function itemsIn(lines: readonly string[]): readonly Item[] {
  const items = new Map<string, Item>();
  const add = (item: Item) => items.set(keyOf(item), item);
  const above: Heading[] = [];
  let heads: Omit<Item, 'test'>[] = [];
  let fresh = false;
  let hasHeads = false;
  for (const raw of lines) {
    const line = raw.trimEnd();
    const head = HEAD.exec(line);
    const heading = HEADING.exec(line);
    const item = ITEM.exec(line);
    if (head && (above.length === 0 || head[1] !== undefined)) {
      if (!fresh) heads = [];
      above.length = 0;
      const names = head[1]?.split(',').map((name) => name.trim()) ?? [null];
      for (const environment of names) heads.push({ environment, suite: head[2]! });
      fresh = true;
      hasHeads = true;
    } else if (heading && !hasHeads) {
      const indent = heading[1]!.length;
      while (above.length > 0 && above.at(-1)!.indent >= indent) above.pop();
      above.push({ indent, name: heading[2]! });
    } else if (item) {
      fresh = false;
      const test = item[2]!.replace(FOOTNOTE, '');
      if (/^https?:/.test(test)) continue;
      if (above.length > 0) add({ ...around(above), test });
      else for (const each of heads) add({ ...each, test });
    } else if (line !== '' && above.length === 0) {
      // Prose or a log: the list is over until another head comes.
      heads = [];
      fresh = false;
    }
  }
  return [...items.values()];
}

function around([outer, ...inner]: readonly Heading[]): Omit<Item, 'test'> {
  const name = outer!.name;
  if (inner.length > 0) return { environment: name, suite: inner.map((one) => one.name).join('/') };
  return SUITE.test(name) ? { environment: null, suite: name } : { environment: name, suite: '' };
}
