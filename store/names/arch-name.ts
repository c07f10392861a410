const ARCHS: readonly (readonly [RegExp, string])[] = [
  [/^(?:x86[-_]64|amd64)/, 'x86_64'],
  [/^(?:aarch64|arm64)/, 'arm64'],
  [/^(?:i[3-6]86|x86$)/, 'i386'],
  [/^arm(?:v\d|$|eb|hf)/, 'arm'],
  [/^(?:powerpc64|ppc64)/, 'powerpc'],
  [/^riscv64/, 'riscv'],
  [/^s390x/, 's390'],
  [/^loongarch64/, 'loongarch'],
  [/^mips/, 'mips'],
];

/** Gives the kernel's name for an architecture in the spelling of a tool, a machine or a distribution: `aarch64`, `amd64`, `ppc64le`. */
export function archOf(word: string): string | undefined {
  return ARCHS.find(([pattern]) => pattern.test(word))?.[1];
}

/**
 * An architecture as answers tell it, whatever the version of an importer wrote: events stay as they are, and an older one kept the
 * spelling of its source.
 */
export function kernelArch(word: string): string {
  return archOf(word) ?? word;
}

/** The one of some architectures that a word names: by their own names first, else by another spelling. */
export function archAmong(word: string, archs: readonly string[]): string | undefined {
  if (archs.includes(word)) return word;
  const name = archOf(word);
  return name !== undefined && archs.includes(name) ? name : undefined;
}
