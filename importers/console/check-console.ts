import { cleanLine, isClean } from './clean-line.ts';
import type { Line } from '../importer.ts';
import { ConsoleFacts } from './console-facts.ts';
import type { RunFacts } from '../results/result-run.ts';
import { sourceTime } from '../results/source-time.ts';

/** The command that 0-day's lab writes into a log, with the time: `2022-04-27 09:55:23 ./check -E exclude xfs/150 xfs/151`. */
export interface CheckCommand {
  /** As it is written, with its time. */
  readonly written: string;
  /** Its day, for the zone is not told. */
  readonly at: string | null;
  readonly words: readonly string[];
}

/** A line that `check` of xfstests or blktests printed. */
export interface CheckLine {
  /** Without the prefixes of a console. */
  readonly text: string;
  readonly number: number;
  /** Whether it is a message of the kernel. */
  readonly isCopy: boolean;
}

const COMMAND = /(?:^|\] )(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ((?:\S{1,200}\/)?check(?: .*)?)$/;

/** Reads the lines of a log of `check`: the log alone, or a console with messages of the kernel before and between. */
export class CheckConsole {
  private readonly console = new ConsoleFacts();
  /** The last command that was told. */
  command: CheckCommand | null = null;

  /** Reads a line. `booted` is called when a kernel boots: the run before is over. */
  read({ text: raw, number, controls }: Line, booted: () => void): CheckLine {
    const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (this.console.read(whole, number)) booted();
    if (isClean(whole, controls)) return { text: whole, number, isCopy: false };
    const [{ text, kernel } = { text: '', kernel: false }] = cleanLine(whole, controls);
    const [, at, command] = COMMAND.exec(whole) ?? [];
    if (command !== undefined)
      this.command = { written: `${at!} ${command}`, at: sourceTime(at!), words: command.split(/\s+/) };
    return { text, number, isCopy: kernel };
  }

  /** What the console says of its kernel; nothing in a log of tests alone. */
  get facts(): RunFacts {
    return this.console.facts;
  }

  /** The same as it was before the kernel that begins. */
  get factsBefore(): RunFacts {
    return this.console.before;
  }
}
