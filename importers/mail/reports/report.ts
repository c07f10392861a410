import { parseReleaseName } from '../../../store/names/release-name.ts';
import { canonicalTestName } from '../../../store/names/test-name.ts';
import type { Outcome } from '../../../store/events/observation.ts';
import type { RunFacts } from '../../results/result-run.ts';

/** One result that a report mail tells. */
export interface ToldResult {
  /** Canonical name. */
  readonly test: string;
  readonly raw?: string;
  readonly outcome: Outcome;
  readonly reason?: string;
}

/** Totals as the mail writes them; they are kept beside the results and never believed instead of them. */
export interface Totals {
  readonly total?: number;
  readonly pass?: number;
  readonly fail?: number;
  readonly skip?: number;
  readonly xfail?: number;
}

/** What a report mail tells of one kernel on one machine. */
export interface ToldRun extends Omit<
  RunFacts,
  'origin' | 'knownAt' | 'selftests' | 'cmdline' | 'id' | 'crash' | 'own'
> {
  readonly origin: string;
  readonly totals?: Totals | undefined;
  readonly results: readonly ToldResult[];
}

/** The change that a mail blames, or clears. */
export interface ToldCulprit {
  /** A commit in full, or a message-id where it is not merged. */
  readonly change: string;
  readonly role: 'culprit' | 'not-it';
  readonly note?: string;
  readonly archs?: readonly string[];
}

/** What a mail says is broken. */
export interface ToldBreakage {
  readonly says: 'broken' | 'degraded';
  readonly note: string;
  readonly archs?: readonly string[];
  readonly releases?: readonly string[];
  readonly lastGood?: string;
  readonly introducedBy?: string;
}

/** A change of the kernel that is said to repair something. */
export interface ToldFix {
  readonly change: string;
  readonly status: 'merged';
  readonly note: string;
}

/** What a report mail tells. */
export interface Report {
  readonly runs: readonly ToldRun[];
  readonly culprits: readonly ToldCulprit[];
  readonly breakages: readonly ToldBreakage[];
  readonly fixes?: readonly ToldFix[];
  readonly notes: readonly { readonly about: string; readonly text: string }[];
  /** What the files are of that come with the mail, where whoever wrote it attaches nothing else. */
  readonly attached?: Pick<ToldRun, 'origin' | 'kernel' | 'commit' | 'arch' | 'config'>;
}

export const noReport: Report = { runs: [], culprits: [], breakages: [], notes: [] };

/** The lines that a mail says itself: quoted ones are somebody else's. */
export function ownLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => !line.startsWith('>'));
}

/** A test by the name that a mail writes: its canonical name, and the written one where that differs. */
export function testNamed(written: string): Pick<ToldResult, 'test' | 'raw'> {
  const test = canonicalTestName(written);
  return test === written ? { test } : { test, raw: written };
}

/** The address that a field begins with; undefined where it begins with none. */
export function addressIn(value: string | undefined): string | undefined {
  return value === undefined ? undefined : /^https?:\S+/.exec(value)?.[0];
}

/** The release that a name names, be it a tag's or what `git describe` says; undefined where it names none that is known as such. */
export function releaseNamed(name: string | undefined): string | undefined {
  const parsed = name === undefined ? null : parseReleaseName(name.trim());
  return parsed !== null && parsed.kind !== 'other' ? parsed.name : undefined;
}

/** `commit HEAD:  5303936d` in a list of `key: value` lines, with or without a bullet; undefined where there is none. */
export function field(lines: readonly string[], ...names: readonly string[]): string | undefined {
  for (let at = 0; at < lines.length; at++) {
    const match = /^\s*(?:[-*] +)?([A-Za-z][\w ]*?):(?:\s(.*))?$/s.exec(lines[at]!);
    if (!match || !names.includes(match[1]!.toLowerCase())) continue;
    // A mailer may have put a long value on a line of its own.
    const value = match[2] ?? lines[at + 1]?.trim() ?? '';
    return value.trim() === '' ? undefined : value.trim();
  }
  return undefined;
}

const ARCHS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    arm64: 'arm64',
    aarch64: 'arm64',
    arm: 'arm',
    armv7: 'arm',
    arm32: 'arm',
    x86_64: 'x86_64',
    x86: 'x86_64',
    i386: 'i386',
    mips: 'mips',
    parisc: 'parisc',
    powerpc: 'powerpc',
    riscv: 'riscv',
    riscv64: 'riscv',
    s390: 's390',
    sh: 'sh',
    sparc: 'sparc',
    arc: 'arc',
    loongarch: 'loongarch',
    loongarch64: 'loongarch',
    sparc64: 'sparc',
    parisc64: 'parisc',
    powerpc64: 'powerpc',
    alpha: 'alpha',
    csky: 'csky',
    h8300: 'h8300',
    hexagon: 'hexagon',
    ia64: 'ia64',
    m68k: 'm68k',
    microblaze: 'microblaze',
    nds32: 'nds32',
    nios2: 'nios2',
    openrisc: 'openrisc',
    um: 'um',
    xtensa: 'xtensa',
  }),
);

/** The architecture that an environment names itself: `qemu-arm64`, `x86-kasan`, `S390`; undefined for a board. */
export function archOfEnvironment(name: string): string | undefined {
  const words = name.toLowerCase().replace(/^qemu[-_]/, '');
  const whole = ARCHS.get(words);
  if (whole !== undefined) return whole;
  // A board's revision is no architecture: only the first word names one.
  return ARCHS.get(/^(?:x86_64|[a-z0-9]+)/.exec(words)?.[0] ?? '');
}

/** Commit hashes in full that are not the word of a quotation. */
export function wholeHash(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /\b[0-9a-f]{40}\b/.exec(text)?.[0];
}

/** A number as people write it. */
export function count(text: string | undefined): number | undefined {
  return text === undefined || !/^\d{1,15}$/.test(text) ? undefined : Number(text);
}
