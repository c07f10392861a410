import { kselftestName } from '../../store/names/test-name.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { ResultRun, type RunFacts } from '../results/result-run.ts';
import { commandIn, failureIn, isReady, isStep, kernelIn, reasonIn, treeIn, type Failure } from './lines.ts';

/** More than this of one build is a tree that is not there. */
const MOST_ERRORS = 1000;
/** Of what was said since a target failed the last is looked at. */
const MOST_HELD = 200;
const LINES_SHOWN = 20;

interface Said {
  readonly line: number;
  readonly text: string;
  readonly isError: boolean;
}

/** What could not be made, and why. */
interface Broken {
  readonly line: number;
  readonly reason: string;
  readonly excerpt: string;
}

/** Reads the log of a build of a kernel: whether it came to a kernel, and what could not be made. */
export class KernelBuild {
  private readonly run: ResultRun;
  private facts: RunFacts = {};
  private said: Said[] = [];
  private readonly broken: Broken[] = [];
  private readonly selftests = new Map<string, Broken>();
  private failures = 0;
  private steps = 0;
  private ready: number | null = null;
  private inSelftests = false;
  /** The tree that is built is none that has a release's name. */
  private isUnnamed = false;
  /** The deepest make that gave up since the last command: those around it only say so, too. */
  private deepest = -1;

  constructor(entry: SourceEntry, hints: ImportHints) {
    this.run = new ResultRun(entry, hints, {}, 'build');
  }

  read(line: string, number: number): void {
    const failure = failureIn(line);
    if (failure) {
      this.fails(failure, number);
      return;
    }
    const command = commandIn(line);
    if (command) {
      const { arch, config, compiler } = command;
      this.facts = {
        ...this.facts,
        arch: this.facts.arch ?? arch,
        config: this.facts.config ?? config,
        tool: this.facts.tool ?? compiler,
      };
      this.inSelftests = command.isSelftests;
      this.deepest = -1;
      return;
    }
    if (isStep(line)) this.steps++;
    if (!this.inSelftests && isReady(line)) this.ready ??= number;
    const tree = treeIn(line);
    if (tree !== undefined) this.unpacked(tree);
    // A tree that was unpacked has no history: its kernel calls itself by its Makefile, whatever lies on top of that.
    const kernel = this.isUnnamed ? undefined : kernelIn(line);
    if (kernel !== undefined) this.facts = { ...this.facts, kernel: this.facts.kernel ?? kernel };
    const kind = reasonIn(line);
    if (kind === null) return;
    this.said.push({ line: number, text: line, isError: kind === 'error' });
    if (this.said.length > MOST_HELD) this.said.shift();
  }

  private unpacked(release: string | null): void {
    this.isUnnamed = release === null;
    if (release === null) return;
    const commit = /-g([0-9a-f]{7,40})$/.exec(release)?.[1];
    this.facts = { ...this.facts, release, commit };
  }

  private fails(failure: Failure, number: number): void {
    const { level, code, target, says } = failure;
    const isEcho = code === 2 && target !== null && level < this.deepest;
    this.deepest = Math.max(this.deepest, level);
    if (isEcho) return;
    const cause = this.causeOf(target);
    const reason = cause === undefined ? says : `${says}: ${cause.text.trim()}`;
    const excerpt = [...this.said.slice(-LINES_SHOWN).map(({ text }) => text), says].join('\n');
    this.said = [];
    this.failures++;
    const told = { line: cause?.line ?? number, reason, excerpt };
    const collection = this.collectionOf(target);
    if (collection !== null) {
      this.inSelftests = true;
      if (this.selftests.size < MOST_ERRORS && !this.selftests.has(collection))
        this.selftests.set(collection, told);
    } else if (this.broken.length < MOST_ERRORS) this.broken.push(told);
  }

  /** Why a target failed: the last that was said of it, else the last that was said; where nothing was an error, a warning of it. */
  private causeOf(target: string | null): Said | undefined {
    const file = target?.split('/').at(-1) ?? '';
    const stem = file.replace(/\.\w+$/, '');
    const ofTarget = (each: Said) => stem !== '' && each.text.includes(stem);
    const errors = this.said.filter(
      ({ isError, text }) => isError && !/\bld returned \d+ exit status/.test(text),
    );
    return errors.findLast(ofTarget) ?? errors.at(-1) ?? this.said.findLast(ofTarget);
  }

  /** The collection of selftests that a target belongs to, the empty name where only that it is one is known; null for the kernel's own. */
  private collectionOf(target: string | null): string | null {
    const file = target === null ? -1 : target.lastIndexOf('/');
    const inside = target?.slice(0, file + 1).match(/\/(?:kselftest|selftests)\//);
    if (inside?.index !== undefined && file < target!.length - 1)
      return target!.slice(inside.index + inside[0].length, file);
    return this.inSelftests ? '' : null;
  }

  /** Gives the build as a run; null where nothing was built. */
  finish(): NewEvent | null {
    if (this.steps === 0 && this.failures === 0) return null;
    const [first] = this.broken;
    this.run.add({
      test: 'build',
      ...(first !== undefined
        ? { outcome: 'fail' as const, ...first }
        : this.ready !== null
          ? { outcome: 'pass' as const, line: this.ready }
          : { outcome: 'unknown' as const, reason: 'the log ends before there is a kernel to boot' }),
    });
    for (const each of this.broken.slice(1)) this.run.add({ test: 'build.error', outcome: 'fail', ...each });
    // What could not be built did not run: that says nothing of the kernel.
    for (const [collection, told] of this.selftests)
      this.run.add({ test: kselftestName(collection, 'make'), outcome: 'error', ...told });
    const untold = this.failures - this.broken.length - this.selftests.size;
    if (this.broken.length === MOST_ERRORS && untold > 0)
      this.run.add({ test: 'build.more', outcome: 'fail', reason: `${untold} more targets` });
    this.run.facts = { ...this.facts, tool: this.facts.tool ?? 'kbuild' };
    return this.run.take(true);
  }
}
