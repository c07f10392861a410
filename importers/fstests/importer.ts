import { refusedFile } from '../../store/errors.ts';
import type { NewEvent } from '../../store/events/event.ts';
import type { ImportContext, Importer, Produced, SourceEntry } from '../importer.ts';
import { isPassingMachine } from '../junit/passing-machine.ts';
import { factsOfPlatform } from '../junit/properties.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import { CheckConsole } from '../console/check-console.ts';
import { holds, mayBeConsole } from '../console/console-head.ts';
import type { RunFacts } from '../results/result-run.ts';
import { later, sourceTime } from '../results/source-time.ts';
import { isTest, testOn, verdictIn } from './check-line.ts';
import { fstestsConfig } from '../results/fstests-config.ts';
import { Section } from './section.ts';

const FORMAT = 'xfstests';
const HEADER = /^(SECTION|FSTYP|PLATFORM|MKFS_OPTIONS|MOUNT_OPTIONS) +-- (\S.*)$/;
/** What `date` prints into check.log: its day, for the zone is a name. */
const DATE = /^([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?:[AP]M )?\S{1,8} (\d{4})$/;
/** More than a boot, and than what LTP's transcript would be; less than KTAP. */
const AFTER_BOOT = 0.65;
const HEADED = 'FSTYP         -- ';
/** A piece says in its first lines what it is of. */
const LONGEST_PIECE = 4096;
/** Less than a console, and than what blktests prints, which is named alike. */
const PIECE = 0.5;

function isSure(head: string): boolean {
  if (/^FSTYP +-- \S/m.test(head) && /^PLATFORM +-- \S/m.test(head)) return true;
  const ends = /^(?:Failed \d+ of \d+ tests|Passed all \d+ tests|Interrupted!)\r?$/m.test(head);
  // A piece of what `check` prints, and its check.log.
  return ends && /^(?:Ran: |Failures: )?[a-z][a-z0-9_]*\/\d{3,4}\b/m.test(head);
}

/**
 * Tells a piece that was cut out of what `check` prints: its first line is a test with a verdict, or a list of `check` names tests that
 * have one. Prose that mentions a result begins otherwise.
 */
function isPiece(head: string): boolean {
  const lines = head.slice(0, LONGEST_PIECE).split('\n');
  const first = lines.find((line) => line.trim() !== '');
  const begun = first === undefined ? null : testOn(first.trimEnd());
  if (begun !== null && verdictIn(begun.rest) !== null) return true;
  return lines.some((line) => /^(?:Ran|Failures): \S/.test(line) && line.split(' ').slice(1).some(isTest));
}

/** Reads what `check` of xfstests prints, its check.log, and the console of a machine on which it ran. */
export const fstestsImporter: Importer = {
  format: FORMAT,
  version: 2,
  says: 'what check of xfstests prints, with sections, and its check.log',
  unit: 'file',
  comesWithOthers: () => true,
  sniff(head) {
    if (isSure(head)) return 0.92;
    if (isPiece(head)) return PIECE;
    return mayBeConsole(head) ? 0.05 : 0;
  },
  async look(entry) {
    if (isSure(Buffer.from(entry.head).toString('utf8'))) return 0.92;
    if (await holds(entry, HEADED)) return AFTER_BOOT;
    return isPiece(Buffer.from(entry.head).toString('utf8')) ? PIECE : 0;
  },
  async *read(entries, context) {
    for (const entry of entries) yield* readCheck(entry, context);
  },
};

async function* readCheck(entry: SourceEntry, context: ImportContext): AsyncGenerator<Produced> {
  const log = new CheckLog(entry, context);
  for await (const line of entry.lines()) {
    log.read(line);
    if (log.events.length > 0) {
      context.progress?.(line.offset);
      yield { entry, events: log.events.splice(0) };
    }
  }
  log.finish();
  if (log.sections === 0 && context.alongside !== true)
    throw refusedFile(entry.name, 'no test of xfstests in this log');
  yield { entry, events: log.events, warnings: entry.cutLines };
}

/** A log of `check`, read line by line. */
class CheckLog {
  readonly events: NewEvent[] = [];
  sections = 0;
  private readonly console = new CheckConsole();
  private readonly entry: SourceEntry;
  private readonly context: ImportContext;
  private section: Section;
  /** Whether the section has all of its summary: what follows is another. */
  private isOver = false;
  /** A section that is named, and it is not known yet whether it begins or is summed up. */
  private named: string | undefined;
  /** The lists of all sections stand once more at the end. */
  private inLists = false;
  /** The names of sections that were told. */
  private readonly seen = new Set<string>();
  private header: { section?: string; fileSystem?: string; platform?: string; kernel?: string } = {};
  private knownAt: string | null = null;
  private isCopy = false;

  constructor(entry: SourceEntry, context: ImportContext) {
    this.entry = entry;
    this.context = context;
    this.section = this.fresh();
  }

  read(raw: Parameters<CheckConsole['read']>[0]): void {
    const line = this.console.read(raw, () => {
      this.endSection('another kernel boots', this.console.factsBefore);
      this.header = {};
    });
    const { text, number } = line;
    // Where the kernel's log is written an empty line follows each.
    if (line.isCopy && text === '') return;
    if (this.named !== undefined) {
      const { named } = this;
      this.named = undefined;
      this.endSection();
      const isSummedUp = /^={5,}$/.test(text);
      this.inLists = isSummedUp && this.seen.has(named);
      if (!this.inLists) this.header = { section: named };
      this.seen.add(named);
      if (isSummedUp) return;
    }
    const [, field, value] = HEADER.exec(text) ?? [];
    if (field !== undefined) {
      this.head(field, value!.trim());
      return;
    }
    if (this.inLists) return;
    this.body(text, number, line.isCopy);
  }

  private body(text: string, number: number, isCopy: boolean): void {
    const kernel = /^Kernel version: (\d+\.\d\S*)$/.exec(text)?.[1];
    const test = testOn(text);
    if (kernel !== undefined || (this.isOver && (test !== null || text.startsWith('Ran: ')))) {
      this.endSection();
      if (kernel !== undefined) this.header = { kernel };
    }
    if (kernel !== undefined) return;
    const written = DATE.exec(text);
    if (written) this.knownAt = later(this.knownAt, sourceTime(`${written[1]!} ${written[2]!}`));
    if (test !== null) {
      this.isCopy = isCopy;
      this.section.begin(test.id, test.rest, number);
      if (this.section.isFull) this.events.push(this.section.takePart(this.factsOf(this.console.facts)));
    } else if (this.section.summarise(text, number)) {
      if (this.section.summary.counted !== null) this.isOver = true;
    } else {
      this.section.follow(text);
      // Each failure shows when its output was kept, to the second and with the zone.
      const kept = /^ {4}\+\+\+ .{0,500}\t(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? [+-]\d{4})$/.exec(
        text,
      )?.[1];
      if (kept !== undefined) this.knownAt = later(this.knownAt, sourceTime(kept));
    }
  }

  private head(field: string, value: string): void {
    if (field === 'SECTION') {
      this.named = value;
      return;
    }
    if (field === 'FSTYP') {
      if (!this.section.isEmpty) this.endSection();
      this.inLists = false;
      this.header.fileSystem = /^\S+/.exec(value)?.[0] ?? value;
    } else if (field === 'PLATFORM') this.header.platform = value;
  }

  /** The log ends. */
  finish(): void {
    this.endSection('the log ends in it', undefined, true);
  }

  private endSection(ended = 'the log has no verdict of it', console?: RunFacts, last = false): void {
    const { section } = this;
    this.isOver = false;
    if (section.isEmpty) return;
    section.facts = this.factsOf(console ?? this.console.facts);
    const stopped = last || console !== undefined;
    const planned =
      stopped && this.header.section === undefined ? (this.console.command?.words ?? []).filter(isTest) : [];
    this.events.push(...section.end(ended, planned));
    this.sections++;
    this.section = this.fresh();
    this.knownAt = null;
    if (this.header.section !== undefined) this.header = {};
  }

  private factsOf(console: RunFacts): RunFacts {
    const { header, knownAt } = this;
    const { command } = this.console;
    const host = header.platform === undefined ? undefined : /^\S+ (\S+)/.exec(header.platform)?.[1];
    const machine = host === undefined || isPassingMachine(host) ? undefined : host;
    const { crash, ...booted } = console;
    const kernel = header.kernel === undefined ? {} : factsOfUname(header.kernel);
    const known = later(knownAt, command?.at);
    return {
      ...booted,
      own: undefined,
      ...kernel,
      ...(header.platform === undefined ? {} : factsOfPlatform('platform', header.platform)),
      ...(machine === undefined ? {} : { platform: machine }),
      config: fstestsConfig(booted.config ?? this.context.hints.config, header.section, header.fileSystem),
      tool: 'xfstests',
      ...(crash === undefined ? {} : { crash }),
      ...(command?.at == null ? {} : { startedAt: command.at }),
      ...(known === null ? {} : { knownAt: known }),
      ...(command === null || host === undefined
        ? {}
        : { own: { name: `${command.written} ${header.platform!} ${this.sections}`, isCopy: this.isCopy } }),
    };
  }

  private fresh(): Section {
    const { sections } = this;
    return new Section(
      this.entry,
      this.context.hints,
      FORMAT,
      `check${sections === 0 ? '' : `/${sections}`}`,
    );
  }
}
