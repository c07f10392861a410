import { cleanLine } from './clean-line.ts';
import { gravest, parseBanner, parseCrash, parseMachine, type KernelFacts } from './kernel-facts.ts';
import { LONGEST_EXCERPT } from '../results/limits.ts';
import { factsOfLkpCmdline, type LkpFacts } from './lkp-cmdline.ts';
import type { RunFacts } from '../results/result-run.ts';
import { Skimmer } from './skim.ts';
import { lettersIn } from '../source/letters.ts';

/** Lines by which a kernel shows its architecture, beside those that every log has. */
const ARCHS: readonly (readonly [RegExp, string])[] = [
  [/^Internal error: .* ARM$/, 'arm'],
  [/^riscv: (?:base )?(?:ISA|ELF)|^SBI (?:specification|implementation)/, 'riscv'],
  [/^setup: Linux is running |^Linux is running as a z\/VM/, 's390'],
  [/^Using (?:pSeries|PowerNV|powernv|CHRP) machine description|^ppc64_pft_size/, 'powerpc'],
  [/^CPU0 revision is: .*MIPS/, 'mips'],
  [/^(?:64|32)-bit Loongson Processor probed|^CPU0: Loongson/, 'loongarch'],
  [/^RIP: 0010:|^x86\/mm: Memory block size/, 'x86_64'],
];

/** Their first letters. */
const FIRST_OF_ARCH = lettersIn('IrSsLUpC63Rx');

/** The beginnings of lines that describe a kernel and its machine, or a crash. */
export const TELLING: readonly string[] = [
  ...['Linux version', 'Linux ', 'Machine', 'OF: fdt', 'DMI: ', 'Booting Linux', 'Boot CPU', 'CPU: ', 'CPU0'],
  ...[
    'x86',
    'smpboot',
    'Kernel command line',
    'Command line',
    'Kernel panic',
    'kernel BUG',
    'Oops',
    'Internal error',
    'BUG: ',
  ],
  ...[
    'Unable to handle',
    'riscv: ',
    'SBI ',
    'setup: ',
    'Using ',
    'ppc64',
    '64-bit',
    '32-bit',
    'RIP: ',
    '------',
  ],
];
const CMDLINE = /^(?:(Command)|Kernel command) line: +(\S.*)$/;
const skimmer = new Skimmer(TELLING);

/** Tells the architecture from a line of a kernel's log; undefined for nearly all lines. */
function archOfLine(text: string): string | undefined {
  if (FIRST_OF_ARCH[text.charCodeAt(0)] !== 1) return undefined;
  return ARCHS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Collects what a console says about the running kernel: its release, machine, command line and crash. */
export class ConsoleFacts {
  private known: KernelFacts & LkpFacts & { cmdline?: string } = {};
  private crash: RunFacts['crash'];
  /** What was known of the kernel before the one that boots now. */
  before: RunFacts = {};

  /**
   * Reads a line of the console. Returns true when a kernel begins to boot: the following lines are from another kernel. `stamp`: the
   * offset of the text after the kernel's time stamp, if it is known.
   */
  read(raw: string, line: number, stamp?: number): boolean {
    if (!skimmer.isWorthwhile(raw, stamp)) return false;
    let booted = false;
    for (const { text } of cleanLine(raw)) if (this.readClean(text, line)) booted = true;
    return booted;
  }

  /** Reads a line that has no prefix any more. */
  readClean(text: string, line: number): boolean {
    // A signal of LAVA is no text of the kernel.
    if (text === '') return false;
    const banner = parseBanner(text);
    if (banner) {
      this.before = this.facts;
      // The boot loader and the first line of arm64 name the machine before the banner comes.
      const { arch, platform } = this.known.kernel === undefined ? this.known : {};
      this.known = { ...(arch && { arch }), ...(platform && { platform }), ...banner };
      this.crash = undefined;
      return true;
    }
    const machine = parseMachine(text);
    if (machine) this.known = { ...machine, ...this.known };
    if (this.known.arch === undefined) {
      const arch = archOfLine(text);
      if (arch !== undefined) this.known.arch = arch;
    }
    // x86 shows it twice: first cut after a thousand letters, before it knows its console.
    const [, early, cmdline] = CMDLINE.exec(text) ?? [];
    if (cmdline !== undefined) {
      if (early === undefined) this.known.cmdline ??= cmdline.trim();
      const whole = early === undefined ? cmdline : cmdline.slice(0, cmdline.lastIndexOf(' ') + 1);
      this.known = { ...this.known, ...factsOfLkpCmdline(whole) };
    }
    const crash = parseCrash(text);
    if (crash)
      this.crash = gravest(this.crash, { kind: crash.kind, line, excerpt: text.slice(0, LONGEST_EXCERPT) });
    return false;
  }

  get facts(): RunFacts {
    const { resultRoot, ...known } = this.known;
    return {
      ...known,
      ...(resultRoot === undefined ? {} : { own: { name: resultRoot, isCopy: true } }),
      ...(this.crash ? { crash: this.crash } : {}),
    };
  }
}
