import { archOf } from '../../store/names/arch-name.ts';
import { releaseOfUname } from '../../store/names/release-name.ts';
import { lettersIn } from '../source/letters.ts';

/** What a log says about the kernel that ran. */
export interface KernelFacts {
  kernel?: string;
  release?: string;
  commit?: string;
  arch?: string;
  platform?: string;
}

/** The first letters of the lines that the rules below match: nearly all other lines are excluded by their first letter. */
const FIRST_OF_MACHINE = lettersIn('LOMDBCxs');
const FIRST_OF_CRASH = lettersIn('Kk-OIBU');

/** Reads the version that a kernel shows: `6.18.44`, `5.7.0-rc6-next-20200518`, `4.14.0-rc3-00320-g076264ada9a3`. */
export function factsOfUname(uname: string): KernelFacts {
  const commit = /-g([0-9a-f]{7,40})(?:-dirty|\+)?$/.exec(uname)?.[1];
  const release = releaseOfUname(uname);
  return {
    kernel: uname,
    ...(release === null ? {} : { release }),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** Reads the first line that a kernel prints; everything after it belongs to another run. */
export function parseBanner(text: string): KernelFacts | null {
  if (!text.startsWith('Linux version ')) return null;
  const match = /^Linux version (\S+)(?: \((.*))?/.exec(text);
  if (!match) return null;
  // The repetitions are bounded: otherwise a hostile banner takes cubic time.
  const compiler = /\b(\w{1,40})-(?:\w{1,40}-){0,4}(?:linux|elf)\S{0,100}gcc/.exec(
    (match[2] ?? '').slice(0, 1000),
  );
  const arch = compiler ? archOf(compiler[1]!) : undefined;
  return { ...factsOfUname(match[1]!), ...(arch === undefined ? {} : { arch }) };
}

/** Reads other lines that describe the machine; null for nearly all lines. */
export function parseMachine(text: string): KernelFacts | null {
  if (FIRST_OF_MACHINE[text.charCodeAt(0)] !== 1) return null;
  const uname = /^Linux \S+ (\d+\.\d\S*) #\d.* (\w+)(?: GNU\/Linux)?$/.exec(text);
  if (uname) {
    const arch = archOf(uname[2]!);
    return { ...factsOfUname(uname[1]!), ...(arch === undefined ? {} : { arch }) };
  }
  const model =
    /^(?:OF: fdt: ?)?Machine(?: model)?: (\S.*)$/.exec(text) ??
    /^DMI: (\S(?:(?!, BIOS ).)*)(?:, BIOS .*)?$/.exec(text);
  if (model) return { platform: model[1]!.trim() };
  const booting = /^Booting Linux on physical CPU 0x([0-9a-f]+)/.exec(text);
  // arm64 prints ten digits since 4.16; before, it printed as few as arm does.
  if (booting && booting[1]!.length >= 10) return { arch: 'arm64' };
  if (/^(?:Boot CPU|CPU\d*): AArch64 /.test(text)) return { arch: 'arm64' };
  if (/^CPU: ARMv\d/.test(text)) return { arch: 'arm' };
  if (/^x86\/fpu: .*AVX|^x86_64: |^smpboot: CPU0: (?:Intel|AMD)/.test(text)) return { arch: 'x86_64' };
  return null;
}

/** A line that reports a crash of the kernel. */
export interface Crash {
  /** `panic`, `bug` or `oops`. */
  readonly kind: string;
  /** Whether nothing can come after it. */
  readonly final: boolean;
}

/** Reads a line that reports a crash. An oops is final only if no result follows it. */
export function parseCrash(text: string): Crash | null {
  if (FIRST_OF_CRASH[text.charCodeAt(0)] !== 1) return null;
  const panic = /^Kernel panic - not syncing: (.*)/.exec(text);
  // User-mode Linux without a root file system panics after its KUnit tests: that is how such a run ends.
  if (panic) return panic[1]!.startsWith('VFS: Unable to mount root') ? null : { kind: 'panic', final: true };
  if (/^(?:kernel BUG at |------------\[ cut here \]-.*BUG)/.test(text)) return { kind: 'bug', final: false };
  if (/^(?:Oops: |Internal error: |BUG: unable to handle |Unable to handle kernel )/.test(text))
    return { kind: 'oops', final: false };
  return null;
}

/** Which of two crashes of one kernel is reported: the first panic, or the last oops before any panic. */
export function gravest<T extends { readonly kind: string }>(before: T | null | undefined, next: T): T {
  return before && (before.kind === 'panic' || next.kind !== 'panic') ? before : next;
}
