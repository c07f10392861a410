import { archOf } from '../../store/names/arch-name.ts';
import { factsOfUname } from '../console/kernel-facts.ts';
import type { RunFacts } from '../results/result-run.ts';

/**
 * Reads a property of a suite that says on which kernel it ran. Reports are full of properties about the machine that
 * built something (`os.arch`, `java.version`): only names that speak of the kernel count.
 */
export function factsOfPlatform(name: string, value: string): RunFacts {
  switch (name.toLowerCase().replace(/[^a-z0-9]+/g, '_')) {
    case 'kernel':
    case 'kernel_version':
    case 'kernel_release':
    case 'uname_r':
      return factsOfUname(value.trim());
    case 'arch':
    case 'architecture': {
      const arch = archOf(value.trim());
      return arch === undefined ? {} : { arch };
    }
    // xfstests: `Linux/x86_64 host 6.18.0-rc1 #1 SMP …`
    case 'platform': {
      const xfstests = /^Linux\/(\S+) \S+ (\d+\.\d+\S*)/.exec(value.trim());
      if (!xfstests) return {};
      const arch = archOf(xfstests[1]!);
      return { ...factsOfUname(xfstests[2]!), ...(arch === undefined ? {} : { arch }) };
    }
    default:
      return {};
  }
}
