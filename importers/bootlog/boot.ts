import type { NewEvent } from '../../store/events/event.ts';
import type { ImportHints, SourceEntry } from '../importer.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { handsOver, hasBootLoader } from '../console/boot-loader.ts';
import { ConsoleFacts, TELLING } from '../console/console-facts.ts';
import { ResultRun, type RunFacts } from '../results/result-run.ts';
import { Skimmer } from '../console/skim.ts';
import {
  endsReport,
  findingIn,
  hasBooted,
  hasTroubleInside,
  isCut,
  isRegisterDump,
  TROUBLE,
  type Finding,
} from './findings.ts';
import { KunitSuite } from './kunit-suite.ts';

/** More than this of one boot is a kernel that turns in a circle; how many there were is told with the last. */
const MOST_FINDINGS = 1000;

/** In the middle of a line, too: what a program printed may stand before it. */
const STAMP = /\[ {0,10}(\d{1,10}\.\d{6})\]/;

const skimmer = new Skimmer([...TELLING, ...TROUBLE]);

interface Open extends Finding {
  readonly line: number;
  text: string;
  /** Lines since then: a report has an end, but not every kernel says it. */
  lines: number;
  /** Whether the line that leads the registers of an oops came. */
  dumped: boolean;
  /** The suite of KUnit that may have asked for it. */
  readonly suite: string | null;
}

/** One boot of a kernel, from its banner to the next. */
export class Boot {
  /** The line `Linux version …`, null before it. */
  banner: string | null = null;
  private readonly facts = new ConsoleFacts();
  private readonly run: ResultRun;
  private open: Open | null = null;
  private found = 0;
  private begun = 1;
  private booted: number | null = null;
  private panic: RunFacts['crash'];
  private afterCut = false;
  /** What was told, by message and by the kernel's time stamp: a console often shows the same message again, in a `dmesg`. */
  private readonly shown = new Set<string>();
  private readonly kunit = new KunitSuite();
  /** How far the boot loader came, where it is all that spoke. */
  private loader: 'silent' | 'spoke' | 'handed over' = 'silent';

  /** `index` counts the boots of a log. */
  constructor(entry: SourceEntry, hints: ImportHints, index: number) {
    this.run = new ResultRun(entry, hints, {}, `kernel${index === 0 ? '' : `/${index}`}`);
  }

  /** Whether a line can change anything: most lines of a boot cannot. */
  wants(raw: string): boolean {
    if (this.open || this.afterCut || skimmer.isWorthwhile(raw) || this.kunit.wants(raw)) return true;
    if (hasTroubleInside(raw)) return true;
    if (this.banner === null && this.loader !== 'handed over' && hasBootLoader(raw)) return true;
    return this.booted === null && raw.includes('login: ') && raw.includes(' login: ');
  }

  /** Reads a line without its prefix; `kernel`: it had the kernel's time stamp, `raw` has it still. */
  read(text: string, kernel: boolean, line: number, raw: string): void {
    if (this.facts.readClean(text, line)) {
      this.banner = text;
      this.begun = line;
    }
    if (this.banner === null && this.loader !== 'handed over' && hasBootLoader(text)) {
      if (this.loader === 'silent') this.begun = line;
      this.loader = handsOver(text) ? 'handed over' : 'spoke';
    }
    if (this.booted === null && (hasBooted(text) || (this.banner !== null && isUserSpace(text)))) {
      this.booted = line;
      this.kunit.end();
    }
    this.kunit.read(text);
    const finding = findingIn(text, kernel || this.afterCut);
    this.afterCut = isCut(text);
    const dump = isRegisterDump(text);
    // `Unable to handle kernel …` and the `Internal error: Oops …` after it are one.
    const same = dump && finding?.kind === 'oops' && this.open?.kind === 'oops' && !this.open.dumped;
    if (finding && !same && !this.isRepeated(finding, raw)) {
      this.close();
      this.found++;
      if (finding.kind === 'panic')
        this.panic ??= { kind: 'panic', line, excerpt: text.slice(0, LONGEST_EXCERPT) };
      const suite = this.kunit.mayHaveProvoked(finding.kind);
      this.open = { ...finding, line, text, lines: 0, dumped: dump, suite };
    } else if (this.open) {
      this.open.lines++;
      this.open.dumped ||= dump;
      if (this.open.text.length < LONGEST_EXCERPT) this.open.text += `\n${text}`;
      if (endsReport(text) || this.open.lines > 100) this.close();
    }
  }

  /** Whether a message was told before: with the same time stamp, or now without one, as `dmesg -x` may show it. */
  private isRepeated({ title }: Finding, raw: string): boolean {
    const stamp = STAMP.exec(raw)?.[1];
    if (stamp === undefined) return this.shown.has(title);
    const key = `${stamp} ${title}`;
    if (this.shown.has(key)) return true;
    if (this.shown.size < 2 * MOST_FINDINGS) this.shown.add(key).add(title);
    return false;
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null || this.found > MOST_FINDINGS) return;
    this.run.add({
      test: `kernel.${open.kind}`,
      ...(open.suite === null
        ? { outcome: 'fail', reason: open.title }
        : { outcome: 'unknown', reason: `${open.title} (KUnit's ${open.suite} ran, which may provoke it)` }),
      line: open.line,
      excerpt: open.text,
    });
  }

  /** Gives the boot as a run; null where neither a kernel nor a boot loader spoke. */
  finish(): NewEvent | null {
    this.close();
    const facts = this.facts.facts;
    if (this.banner === null && this.found === 0 && this.loader === 'silent') return null;
    const untold = this.found - MOST_FINDINGS;
    if (untold > 0)
      this.run.add({ test: 'kernel.more', outcome: 'fail', reason: `${untold} more messages of trouble` });
    if (this.banner !== null)
      this.run.add({
        test: 'boot',
        line: this.begun,
        excerpt: [
          this.banner,
          ...(facts.cmdline === undefined ? [] : [`Kernel command line: ${facts.cmdline}`]),
        ].join('\n'),
        ...(this.booted !== null
          ? { outcome: 'pass' as const }
          : this.panic
            ? { outcome: 'fail' as const, reason: 'the kernel panicked before it started a program' }
            : { outcome: 'unknown' as const, reason: 'the log ends before the kernel started a program' }),
      });
    else if (this.found === 0)
      this.run.add({
        test: 'boot',
        line: this.begun,
        outcome: 'unknown',
        reason:
          this.loader === 'handed over'
            ? 'the boot loader handed over, and no kernel says who it is'
            : 'the log ends in the boot loader',
      });
    this.run.facts = { tool: 'kernel', ...facts, ...(this.panic ? { crash: this.panic } : {}) };
    this.run.evenEmpty = true;
    return this.run.take(true);
  }
}

/** What a program writes that the kernel has started: the kernel's own words for it may be missing from a console. */
function isUserSpace(text: string): boolean {
  return (
    /^(?:Welcome to |\[ {2}OK {2}\] |INIT: version |Starting (?:udev|syslogd|logging|network|systemd-udevd))/.test(
      text,
    ) || /^\S+ login: /.test(text)
  );
}
