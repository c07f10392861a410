import { archOf } from '../../store/names/arch-name.ts';

/** What kbuild prints of a file that it makes: `  CC [M]  drivers/net/veth.o`. */
const STEP =
  /^\s*(?:AR|AS|CC|CHK|DTC|GEN|HOSTCC|HOSTLD|LD|LDS|OBJCOPY|SYSHDR|SYSTBL|UPD|WRAP)(?: \[M\])? +\S+$/;
/** GNU make gives up on a target. What it only ignores has no stars. */
const FAILED =
  /^g?make(?:\[(\d{1,3})\])?: \*\*\* (?:\[(?:(\S+:\d+|<builtin>): )?(\S+)\] Error (\d{1,3})|(.*\S) {2}Stop\.)$/;

/** No compiler and no make says more in one line. */
const LONGEST = 4000;

/** Takes off the time that a CI puts before a line. */
export function withoutClock(line: string): string {
  return line.replace(/^\[?\d\d:\d\d:\d\d(?:\.\d{1,9})?\]? /, '');
}

/** Whether a line is one of those by which a build is told. */
export function isStep(line: string): boolean {
  return STEP.test(line);
}

/** A target that could not be made. */
export interface Failure {
  /** How deep in makes that call one another; 0 is the outermost. */
  readonly level: number;
  /** Null where make could not begin: there is no rule, or no makefile. */
  readonly target: string | null;
  readonly code: number;
  /** In make's words. */
  readonly says: string;
}

/** Reads the line with which make gives up; null for others. */
export function failureIn(line: string): Failure | null {
  if (!line.includes(': *** ') || line.length > LONGEST) return null;
  const [, level = '0', , target, code, stopped] = FAILED.exec(line) ?? [];
  const says = line.slice(line.indexOf(': *** ') + 6);
  if (stopped !== undefined) return { level: Number(level), target: null, code: 2, says };
  return target === undefined ? null : { level: Number(level), target, code: Number(code), says };
}

/** A make that a script calls. */
export interface MakeCommand {
  readonly arch: string | undefined;
  readonly config: string | undefined;
  readonly compiler: string | undefined;
  /** Whether it builds the selftests. */
  readonly isSelftests: boolean;
}

const COMMAND = /^(?:\+ )?g?make (?!.*(?:Entering|Leaving|Nothing))/;
const CONFIG = /^(?!old|save)(?:[\w.+-]*_)?defconfig$|^(?:allmodconfig|allyesconfig|allnoconfig|tinyconfig)$/;

/** Reads a command line of make, or of TuxMake, as a shell or TuxMake shows it; null for others. */
export function commandIn(line: string): MakeCommand | null {
  const tuxmake = line.startsWith('tuxmake ');
  if (!tuxmake && !COMMAND.test(line)) return null;
  const words = line.slice(0, LONGEST).split(/\s+/);
  const valueOf = (name: string) =>
    words
      .find((word) => word.startsWith(name))
      ?.slice(name.length)
      .replace(/^"|"$/g, '');
  const arch = valueOf(tuxmake ? '--target-arch=' : 'ARCH=');
  const configs = tuxmake
    ? [valueOf('--kconfig=')].filter((c) => c !== undefined)
    : words.filter((word) => CONFIG.test(word));
  return {
    arch: arch === undefined ? undefined : (archOf(arch) ?? arch),
    config: configs.length === 0 ? undefined : configs.join('+'),
    compiler: tuxmake
      ? valueOf('--toolchain=')
      : words.some((word) => /^(?:LLVM=|CC=\S*clang)/.test(word))
        ? 'clang'
        : undefined,
    isSelftests: !tuxmake && words.some((word) => /^kselftest(?!-merge)|testing\/selftests/.test(word)),
  };
}

/** KernelCI packs a tree under the name that `git describe` gives it, where that is a release or what lies behind one. */
const TARBALL = /\/linux-(\S{1,300})\.tar\.(?:gz|xz)/;
const DESCRIBED =
  /^(?:\S*-)?(v\d{1,2}\.\d+(?:\.\d+)?(?:-rc\d+)?(?:-\d+-g[0-9a-f]{7,40})?|next-\d{8})$|^(\d{1,2}\.\d+(?:\.\d+|-rc\d+)?)$/;
/** Where modules are installed, the kernel has said its name. */
const MODULES = /^\s*(?:DEPMOD|INSTALL|SYMLINK)\s.*\/lib\/modules\/(\d+\.\d[^/\s]*)(?:\/|$)/;

/** The tree that a script unpacks to build it: the release that its name is, null where it is none; undefined for other lines. */
export function treeIn(line: string): string | null | undefined {
  const name = line.startsWith('+ ') ? TARBALL.exec(line)?.[1] : undefined;
  if (name === undefined) return undefined;
  const described = DESCRIBED.exec(name);
  return described?.[1] ?? described?.[2] ?? null;
}

/** The name that a kernel gives itself, where its modules are installed; undefined for other lines. */
export function kernelIn(line: string): string | undefined {
  return line.includes('/lib/modules/') ? MODULES.exec(line)?.[1] : undefined;
}

/** Whether a kernel is there that can be booted. */
export function isReady(line: string): boolean {
  return /^\s*Kernel: arch\/\S+ is ready\b|^\s*OBJCOPY arch\/\S+\/boot\/\w*Image(?:\.\w+)?$|^\s*DEPMOD\s/.test(
    line,
  );
}

/** How a compiler, an assembler, a linker, modpost and scripts say what is wrong. */
const WRONG =
  /\berror(?:\[E\d+\])?: |\bError: |^(?:ERROR|FATAL): |undefined reference to|multiple definition of|undefined symbol: |relocation truncated|^\*\*\* (?!Default configuration is )\S/;

/** Whether a line may be why a target fails; `warning` where a warning is all it is. */
export function reasonIn(line: string): 'error' | 'warning' | null {
  if (line.length > LONGEST) return null;
  if (WRONG.test(line)) return 'error';
  return line.includes(': warning: ') ? 'warning' : null;
}
