import type { Outcome } from '../../store/events/observation.ts';

/** A result on its way up: its path gains the names of the tests around it when they are known. */
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

/** How many tests a list is to have, and which of them, by number, are expected to fail. */
interface Plan {
  readonly total: number;
  readonly todo?: ReadonlySet<number>;
}

/** More than this is not spelled out for one plan, or for a whole log: damaged plans would fill the store. */
const MAX_MISSES = 1000;
const MAX_MISSES_OF_LOG = 100_000;
/** No test is nested so deep: what stands around more than this is damage, and is not part of a name. */
const MAX_PATH = 50;
/** More than this is not held back to wait for the name of the test around it. */
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
  /** What stands before the number of a test that did not come. */
  missPrefix = '';

  constructor(level: number, name: string | null) {
    this.level = level;
    this.name = name;
  }

  /** Counts a result; tells what it comes to by the plan. */
  see(number: number | null, outcome: Outcome): Outcome {
    this.count++;
    this.last = number ?? this.last + 1;
    if (this.numbers.size < 100_000) this.numbers.add(this.last);
    if (this.plan?.todo?.has(this.last) !== true) return outcome;
    return outcome === 'fail' ? 'xfail' : outcome === 'pass' ? 'xpass' : outcome;
  }

  /** Planned tests without a result. They have no name, so their number stands for it. */
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
 * Finds out which result belongs to which: results come before the line of the test around them, so they are held until
 * a line less deep names it. `emit` gets what is complete.
 */
export class ResultTree {
  private readonly frames: Frame[] = [];
  private readonly emit: (result: Pending) => void;
  private missed = 0;
  /** Told by `# Subtest:` before deeper lines. */
  private announced: string | null = null;
  /** The name of the list that was closed last. */
  private closedName: string | null = null;

  constructor(emit: (result: Pending) => void) {
    this.emit = emit;
  }

  /** What a list lacks by its plan: one at least, however many there were before. */
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
    // Another list begins or ends where the line of the test around them should have come: it was damaged.
    for (const item of orphans) this.hold(frame, within(this.closedName, item));
    return frame;
  }

  /** Closes what is deeper than a level and gives its results. */
  private closeDeeper(level: number): Pending[] {
    let children: Pending[] = [];
    for (let top = this.frames.at(-1); top !== undefined && top.level > level; top = this.frames.at(-1)) {
      this.frames.pop();
      const list = [...top.held, ...this.missesOf(top)];
      const below = this.frames.at(-1);
      if (below !== undefined && below.level > level) {
        // Its parent's line never came: the name that was announced is all there is.
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
    // A plan can be printed before the version, by a program that does both in the wrong order.
    const plan =
      top?.level === level && top.count === 0 && top.held.length === 0 && top.bail === null ? top.plan : null;
    if (top?.level === level) {
      this.frames.pop();
      if (plan) top.plan = null;
      before = [...top.held, ...before, ...this.missesOf(top)].map((item) => within(top.name, item));
    }
    // Several lists inside one test: all of them belong to the line that names it.
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
   * Takes a result. Where deeper ones wait it is the test around them, and is counted itself only when it says more
   * than they do.
   *
   * @param always counted in any case: a program's own verdict
   */
  result(level: number, number: number | null, item: Pending, always: boolean): void {
    this.announced = null;
    let children = this.closeDeeper(level);
    // What a skipped test had planned is skipped with it.
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

  /** Ends what is deeper than a result that was given before it. */
  endOf(level: number, name: string): void {
    const children = this.closeDeeper(level).map((item) => within(name, item));
    this.pass(children);
  }

  /** Gives everything up, at the end of a log. */
  finish(): void {
    const orphans = this.closeDeeper(0);
    for (const item of orphans) this.emit(within(this.closedName, item));
    const root = this.frames.pop();
    if (root) for (const item of [...root.held, ...this.missesOf(root)]) this.emit(item);
    this.announced = null;
  }

  /** Gives up what is nested, under a name: its program was followed by another without a verdict. */
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
