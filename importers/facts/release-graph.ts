import type { Range } from '../../store/events/fields.ts';
import { compareReleaseNames, lineOfName } from '../../store/names/release-name.ts';
import type { Draft } from './drafts.ts';

/** The releases of a set, each after its predecessor; the first of a line comes after the line's base. */
export class ReleaseGraph {
  private readonly before = new Map<string, string | undefined>();
  private readonly members = new Map<string, ReadonlySet<string>>();

  constructor(drafts: readonly Draft[]) {
    const bases = new Map<unknown, unknown>();
    for (const { type, payload } of drafts)
      if (type === 'LineRecorded') bases.set(payload.line, payload.base);
    for (const { type, payload } of drafts) {
      if (type !== 'ReleaseRecorded') continue;
      const before = payload.predecessor ?? bases.get(payload.line);
      const release = String(payload.release);
      // A base that is said to be in its own line is before all of it, and not before itself.
      this.before.set(release, typeof before === 'string' && before !== release ? before : undefined);
    }
  }

  has(release: string): boolean {
    return this.before.has(release);
  }

  /** The release and all before it, nearest first; stops where predecessors run in a circle. */
  history(release: string): string[] {
    const seen = new Set<string>();
    for (let at: string | undefined = release; at !== undefined && !seen.has(at); at = this.before.get(at))
      seen.add(at);
    return [...seen];
  }

  /** Tells whether predecessors lead from a release back to itself. */
  inCircle(release: string): boolean {
    const last = this.before.get(this.history(release).at(-1)!);
    return last === release;
  }

  /** Tells whether a range begins before it ends; by name where the set does not hold both. */
  isForward({ from, to }: Range): boolean {
    if (to === undefined || to === from) return true;
    if (this.has(from) && this.has(to)) return this.history(to).includes(from);
    return compareReleaseNames(from, to) <= 0;
  }

  /** Tells whether some release is in both ranges. */
  overlap(a: Range, b: Range): boolean {
    const [x, y] = [this.membersOf(a), this.membersOf(b)];
    if (x && y) return [...x].some((release) => y.has(release));
    if (lineOfName(a.from) !== lineOfName(b.from)) return false;
    const startsBeforeEnd = (r: Range, s: Range) =>
      s.to === undefined || compareReleaseNames(r.from, s.to) <= 0;
    return startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
  }

  /** The releases of a range; null where the set does not hold its ends. */
  private membersOf({ from, to }: Range): ReadonlySet<string> | null {
    if (!this.has(from) || (to !== undefined && !this.has(to))) return null;
    const name = `${from} ${to ?? ''}`;
    let found = this.members.get(name);
    if (!found) {
      const ends = to === undefined ? [...this.before.keys()] : [to];
      const histories = ends.map((end) => this.history(end)).filter((history) => history.includes(from));
      found = new Set(histories.flatMap((history) => history.slice(0, history.indexOf(from) + 1)));
      this.members.set(name, found);
    }
    return found;
  }
}
