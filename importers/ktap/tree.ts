import type { Outcome } from '../../store/events/observation.ts';

/** A result whose enclosing tests are not all known yet; their names are added to its path. */
export interface Pending {
  /** Names from the outside in, as the source writes them. */
  readonly path: readonly string[];
  readonly outcome: Outcome;
  readonly line: number;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly durationMs?: number;
  /** Grows while lines that belong to it still come. */
  readonly excerpt?: { text: string };
}

/** How many tests a list should have, and the numbers of those that are expected to fail. */
interface Plan {
  readonly total: number;
  readonly todo?: ReadonlySet<number>;
}

const NOTHING: readonly Pending[] = [];
/** The most missing tests that are recorded for one plan, and for a log: damaged plans would fill the store. */
const MAX_MISSES = 1000;
const MAX_MISSES_OF_LOG = 100_000;
/** The deepest nesting of names: deeper nesting is damage of the log. */
const MAX_PATH = 50;
/** The most results that are held until the name of their parent is known. */
const MAX_HELD = 20_000;

/** One list of results at one depth. */
class Frame {
  readonly level: number;
  name: string | null;
  held: Pending[] = [];
  count = 0;
  plan: (Plan & { readonly line: number }) | null = null;
  /** Whether the plan stood before the version line: it is of the results that follow, unless they have another. */
  planIsFromBefore = false;
  bail: string | null = null;
  private readonly numbers = new Set<number>();
  private last = 0;
  /** The name of a missing test, before its number. */
  missPrefix = '';

  constructor(level: number, name: string | null) {
    this.level = level;
    this.name = name;
  }

  /** Counts a result; gives its outcome according to the plan. */
  see(number: number | null, outcome: Outcome): Outcome {
    this.count++;
    this.last = number ?? this.last + 1;
    if (this.numbers.size < 100_000) this.numbers.add(this.last);
    if (this.plan?.todo?.has(this.last) !== true) return outcome;
    return outcome === 'fail' ? 'xfail' : outcome === 'pass' ? 'xpass' : outcome;
  }

  /** Planned tests without a result. Their number stands for their name, which is unknown. */
  misses(most: number): Pending[] {
    if (this.plan === null || this.count >= this.plan.total) return [];
    const { total, line } = this.plan;
    const missing = Math.min(total - this.count, most);
    const reason = this.bail ?? `planned ${total}, ${this.count} came`;
    const list: Pending[] = [];
    for (let number = 1; number <= total && list.length < missing; number++)
      if (!this.numbers.has(number))
        list.push({ path: [`${this.missPrefix}test_${number}`], outcome: 'miss', line, reason });
    return list;
  }
}

/**
 * Builds the paths of results. The results of subtests come before the line of their parent, so they are held until a line of a lower
 * level names it. `emit` receives complete results.
 */
export class ResultTree {
  private readonly frames: Frame[] = [];
  private readonly emit: (result: Pending) => void;
  private missed = 0;
  /** The name that `# Subtest:` announced for deeper lines. */
  private announced: string | null = null;
  /** The name of the list that was closed last. */
  private closedName: string | null = null;

  constructor(emit: (result: Pending) => void) {
    this.emit = emit;
  }

  /** The missing tests of a list by its plan: at least one is recorded, whatever the limit. */
  private missesOf(frame: Frame): Pending[] {
    const misses = frame.misses(Math.max(1, Math.min(MAX_MISSES, MAX_MISSES_OF_LOG - this.missed)));
    this.missed += misses.length;
    return misses;
  }

  private at(level: number): Frame {
    const orphans = this.closeDeeper(level);
    let frame = this.frames.at(-1);
    if (frame?.level !== level) {
      frame = new Frame(level, this.announced);
      this.announced = null;
      this.frames.push(frame);
    }
    // Another list begins or ends where the line of the parent should have come: that line was damaged.
    for (const item of orphans) this.hold(frame, within(this.closedName, item));
    return frame;
  }

  /** Closes the lists that are deeper than a level and gives their results. */
  private closeDeeper(level: number): readonly Pending[] {
    let children = NOTHING;
    for (let top = this.frames.at(-1); top !== undefined && top.level > level; top = this.frames.at(-1)) {
      this.frames.pop();
      const list = [...top.held, ...this.missesOf(top)];
      const below = this.frames.at(-1);
      if (below !== undefined && below.level > level) {
        // The parent's line never came: the announced name is used.
        for (const item of list) below.held.push(within(top.name, item));
      } else children = children.concat(list);
      this.closedName = top.name;
    }
    return children;
  }

  /** A version line or the like: a new list of results at this depth. */
  start(level: number): void {
    const orphans = this.closeDeeper(level);
    const name = this.closedName;
    const top = this.frames.at(-1);
    let before = orphans.map((item) => within(name, item));
    // Some programs print the plan before the version line.
    const plan =
      top?.level === level && top.count === 0 && top.held.length === 0 && top.bail === null ? top.plan : null;
    if (top?.level === level) {
      this.frames.pop();
      if (plan) top.plan = null;
      before = [...top.held, ...before, ...this.missesOf(top)].map((item) => within(top.name, item));
    }
    // Several lists inside one test all belong to the line that names it.
    for (const item of before) this.hold(this.at(level), item);
    const frame = this.at(level);
    if (plan === null) return;
    frame.plan = plan;
    frame.planIsFromBefore = true;
    frame.missPrefix = top!.missPrefix;
  }

  private pass(list: readonly Pending[]): void {
    const below = this.frames.at(-1);
    for (const item of list)
      if (below) this.hold(below, item);
      else this.emit(item);
  }

  private hold(frame: Frame, item: Pending): void {
    if (frame.level === 0 || frame.held.length >= MAX_HELD) this.emit(item);
    else frame.held.push(item);
  }

  plan(level: number, { total, todo }: Plan, line: number): void {
    const frame = this.at(level);
    if (frame.planIsFromBefore && frame.count === 0)
      for (const miss of this.missesOf(frame)) this.hold(frame, miss);
    frame.planIsFromBefore = false;
    frame.plan = { total, line, ...(todo === undefined ? {} : { todo }) };
  }

  /** `# Subtest: name` names the list that it stands in (KUnit), or the deeper one that follows (TAP 14). */
  subtest(level: number, name: string): void {
    const top = this.frames.at(-1);
    if (level > 0 && (top === undefined || top.level < level)) this.at(level).name = name;
    else if (level > 0 && top?.level === level && top.count === 0) top.name = name;
    else this.announced = name;
  }

  /** The list at the top is the runner's for a collection: `selftests: rseq: `. */
  belongsTo(prefix: string): void {
    const root = this.frames[0];
    if (root?.level === 0) root.missPrefix = prefix;
  }

  bailOut(level: number, reason: string): void {
    this.at(level).bail = reason;
  }

  /**
   * Takes a result. If deeper results are held, it is their parent, and counts itself only if its outcome does not follow from theirs.
   *
   * @param always it counts in any case: a program's own verdict
   */
  result(level: number, number: number | null, item: Pending, always: boolean): void {
    this.announced = null;
    let children = this.closeDeeper(level);
    if (children.length === 0) {
      const alone = this.at(level);
      const told = alone.see(number, item.outcome);
      this.hold(alone, told === item.outcome ? item : { ...item, outcome: told });
      return;
    }
    // The planned subtests of a skipped test are skipped with it.
    if (item.outcome === 'skip') children = children.filter((c) => c.outcome !== 'miss');
    const frame = this.at(level);
    const outcome = frame.see(number, item.outcome);
    if (outcome !== item.outcome) item = { ...item, outcome };
    const name = item.path.at(-1) ?? '';
    for (const child of children) this.hold(frame, within(name, child));
    const failed = item.outcome !== 'pass' && item.outcome !== 'skip';
    const told = children.some((c) => c.outcome !== 'pass' && c.outcome !== 'skip');
    if (always || children.length === 0 || (failed && !told)) this.hold(frame, item);
  }

  /** Ends the subtests of a result that was printed before them. */
  endOf(level: number, name: string): void {
    const children = this.closeDeeper(level).map((item) => within(name, item));
    this.pass(children);
  }

  /** Completes everything as it is, at the end of a log. */
  finish(): void {
    const orphans = this.closeDeeper(0);
    for (const item of orphans) this.emit(within(this.closedName, item));
    const root = this.frames.pop();
    if (root) for (const item of [...root.held, ...this.missesOf(root)]) this.emit(item);
    this.announced = null;
  }

  /** Completes nested results under a name: their program ended without a verdict. */
  finishDeeper(name: string): void {
    const orphans = this.closeDeeper(0).map((item) => within(name, item));
    this.pass(orphans);
  }
}

function within(name: string | null, item: Pending): Pending {
  return name === null || name === '' || item.path.length >= MAX_PATH
    ? item
    : { ...item, path: [name, ...item.path] };
}
