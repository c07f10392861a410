import { canonicalTestName, joinTestName, kselftestName, testSegment } from '../../store/names/test-name.ts';
import { isObject, type JsonObject } from '../results/json-shape.ts';
import { textsOf, wrongKind } from './plain-yaml.ts';
import { Slots, type Coverage } from './slot.ts';

/** Skip files of Linaro's test definitions; the folder names the suite. */
export const SKIP_FILES = /^automated\/linux\/([^/]+)\/(?:[^/]+\/)*skipfile[^/]*\.ya?ml$/;

/**
 * What a skip file leaves out (https://github.com/Linaro/skipgen): `skiplist` with tests, boards, branches and
 * environments, each a name, a list of names or `all`. Only what holds in production counts.
 */
export function skipgenCoverage(files: Iterable<readonly [path: string, content: unknown]>): Coverage {
  const left = new Slots();
  const notes = new Map<string, string>();
  for (const [path, content] of files) {
    const suite = SKIP_FILES.exec(path)?.[1] ?? 'kselftest';
    if (!isObject(content) || !Array.isArray(content.skiplist)) continue;
    for (const entry of (content.skiplist as unknown[]).filter(isObject)) {
      if (!holdsInProduction(entry)) continue;
      const why = reasonOf(entry);
      for (const test of textsOf(entry.tests).map((raw) => skippedTest(suite, raw))) {
        if (test === '') continue;
        if (why !== '') notes.set(test, why);
        putSkipped(entry, test, left);
      }
    }
  }
  return { slots: left.slots, notes };
}

/** No environment named means all of them. */
function holdsInProduction(entry: JsonObject): boolean {
  const environments = textsOf(entry.environments);
  return environments.length === 0 || environments.some((e) => e === 'all' || e === 'production');
}

/** The reason that an entry gives, and its link; empty where it gives none. */
function reasonOf(entry: JsonObject): string {
  const [reason] = textsOf(entry.reason);
  const [url] = textsOf(entry.url);
  const link = url !== undefined && /^https?:/.test(url) ? url : undefined;
  return [reason?.trim(), link].filter(Boolean).join(' ').slice(0, 500);
}

/** Puts a test where an entry leaves it out. */
function putSkipped(entry: JsonObject, test: string, left: Slots): void {
  for (const platform of namedOrAny(entry.boards)) {
    const arch = platform === null ? null : boardArch(platform);
    for (const tree of namedOrAny(entry.branches)) left.put({ test, arch, tree, platform });
  }
}

/** What is wrong with a skip file as a whole; null where nothing is. */
export function wrongInSkipFile(content: unknown): string | null {
  return wrongKind(content, 'skiplist', 'list');
}

/** `rseq:run_param_test.sh` of the kselftests, `mmap16` of LTP; a pattern that ends in `*` leaves out all that it stands for. */
function skippedTest(suite: string, raw: string): string {
  const [first = '', ...rest] = raw.trim().split(':');
  const name = rest.join(':').replace(/(?<!\*)\*+$/, '');
  if (suite !== 'kselftest')
    return joinTestName(testSegment(suite), testSegment(raw.replace(/(?<!\*)\*+$/, '')));
  if (rest.length === 0) return canonicalTestName(`kselftest.${first}`);
  return name === '' ? canonicalTestName(`kselftest.${first}`) : kselftestName(first, name);
}

function namedOrAny(value: unknown): readonly (string | null)[] {
  const names = textsOf(value);
  return names.length === 0 || names.includes('all') ? [null] : names;
}

/** Boards of LKFT whose names do not say what they are. */
const BOARDS: Readonly<Record<string, string>> = {
  x15: 'arm',
  x86: 'x86_64',
  'intel-core2-32': 'i386',
  'intel-corei7-64': 'x86_64',
  'dragonboard-410c': 'arm64',
  'dragonboard-845c': 'arm64',
  'hi6220-hikey': 'arm64',
  hikey: 'arm64',
  'juno-r2': 'arm64',
  'nxp-ls2088': 'arm64',
  fx700: 'arm64',
  'bcm2711-rpi-4-b': 'arm64',
  'am57xx-evm': 'arm',
  'am57xx-beagle-x15': 'arm',
};

/** The architecture of a board, as far as its name is known or says it; null otherwise. */
export function boardArch(board: string): string | null {
  if (Object.hasOwn(BOARDS, board)) return BOARDS[board]!;
  const match =
    /(?:^|[-_])(x86_64|i386|arm64|aarch64|armv7|arm|riscv64|riscv|ppc64le|s390|mips)(?:$|[-_])/.exec(board);
  if (!match) return null;
  const alias: Readonly<Record<string, string>> = { aarch64: 'arm64', armv7: 'arm', riscv64: 'riscv' };
  return alias[match[1]!] ?? match[1]!;
}
