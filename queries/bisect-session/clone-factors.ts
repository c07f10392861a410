import { PRIOR_FACTORS } from '../bisect/beliefs/priors.ts';
import type { SuspectFactor } from '../bisect/range/problem.ts';
import type { Session } from '../recorded-sessions/session.ts';
import type { SessionHistory } from './session-history.ts';

const DOCUMENTATION =
  /^(?:Documentation|LICENSES|docs?)\/|\.(?:md|rst|adoc)$|(?:^|\/)(?:README|NEWS|CHANGES|CHANGELOG|COPYING|LICENSE|CREDITS|MAINTAINERS|AUTHORS|CODEOWNERS|\.mailmap|\.gitignore)$/;

/** The folders below `arch/` of the kernel. */
const KERNEL_ARCHITECTURE =
  /^arch\/(alpha|arc|arm|arm64|csky|hexagon|loongarch|m68k|microblaze|mips|nios2|openrisc|parisc|powerpc|riscv|s390|sh|sparc|um|x86|xtensa)\//;

/** The folders of `arch/` that an architecture is built from, by how it is called. Others are not judged. */
const BUILT_FROM: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:x86|x86_64|amd64|i[3-6]86)$/, ['x86']],
  // Device trees and Xen are shared.
  [/^(?:arm64|aarch64)$/, ['arm64', 'arm']],
  [/^arm(?:v\w+|hf|el)?$/, ['arm']],
  [/^riscv(?:32|64)?$/, ['riscv']],
  [/^s390x?$/, ['s390']],
  [/^(?:powerpc|ppc)(?:64)?(?:le|el)?$/, ['powerpc']],
  [/^mips\w*$/, ['mips']],
  [/^loongarch(?:64)?$/, ['loongarch']],
];

/** Whether a path holds documentation, which no build reads. */
export function isDocumentation(path: string): boolean {
  return DOCUMENTATION.test(path);
}

/** Finds what a clone says for and against each candidate. */
export function cloneFactors(session: Session, history: SessionHistory): readonly SuspectFactor[] {
  const { regressions, direction } = session.start.payload;
  const { paths, mentions } = history.hints;
  const found: SuspectFactor[] = [];
  for (const [commit, changed] of paths) {
    const version = history.suspectOf(commit);
    if (history.graph.names.indexOf(version) < 0) continue;
    if (changed.length > 0 && changed.every(isDocumentation)) {
      found.push({ version, factor: PRIOR_FACTORS.cannotAffect, why: 'it changes documentation only' });
      continue;
    }
    for (const { key, arch } of regressions) {
      const other = otherArchitecture(changed, arch);
      if (other !== null)
        found.push({
          version,
          factor: PRIOR_FACTORS.cannotAffect,
          why: `it changes only what ${arch} is not built from (${other})`,
          regression: key,
        });
    }
  }
  // What is mended later says who broke something, and nothing of who mended it.
  if (direction === 'fixed') return found;
  const seen = new Set<string>();
  for (const { named, by, kind } of mentions) {
    const version = history.suspectOf(named);
    // One change is often fixed several times: that is one hint.
    if (history.graph.names.indexOf(version) < 0 || seen.has(`${kind} ${version}`)) continue;
    seen.add(`${kind} ${version}`);
    found.push(
      kind === 'reverts'
        ? { version, factor: PRIOR_FACTORS.reverted, why: `${by.slice(0, 12)} reverts it` }
        : { version, factor: PRIOR_FACTORS.namedByFixes, why: `Fixes: trailer of ${by.slice(0, 12)}` },
    );
  }
  return found;
}

/** Where all that is changed belongs to other architectures, and perhaps to documentation: a path of it; else null. */
function otherArchitecture(changed: readonly string[], arch: string | undefined): string | null {
  const own = BUILT_FROM.find(([names]) => arch !== undefined && names.test(arch))?.[1];
  if (own === undefined) return null;
  let example: string | null = null;
  for (const path of changed) {
    const folder = KERNEL_ARCHITECTURE.exec(path)?.[1];
    if (folder === undefined ? !isDocumentation(path) : own.includes(folder)) return null;
    if (folder !== undefined) example ??= `arch/${folder}`;
  }
  return example;
}
