import { describe, expect, it } from 'vitest';
import { kernelciCoverage } from '../../../importers/catalogue/kernelci.ts';
import { plainYaml } from '../../../importers/catalogue/plain-yaml.ts';
import { skipgenCoverage } from '../../../importers/catalogue/skipgen.ts';
import type { Coverage } from '../../../importers/catalogue/slot.ts';
import { planCoverage } from '../../../importers/catalogue/tuxsuite-plan.ts';

/** Test, architecture, tree and platform of what is covered. */
const told = ({ slots }: Coverage) =>
  [...slots.values()].map((s) => [s.test, s.arch ?? '-', s.tree ?? '-', s.platform ?? '-'].join(' ')).sort();

const BUILDS = `
jobs:
  kbuild-arm64: { kind: kbuild, params: { arch: arm64 } }
  kbuild-x86: { kind: kbuild, params: { arch: x86_64 }, rules: { tree: [mainline, 'stable:linux-6.12.y'] } }
scheduler:
  - { job: kbuild-arm64, event: { name: checkout } }
  - { job: kbuild-x86, event: { name: checkout } }
platforms:
  rock: { arch: arm64 }
  nuc: { arch: x86_64 }
`;

describe('the configuration of KernelCI', () => {
  it.each<[what: string, text: string, covered: readonly string[]]>([
    [
      'a suite of its own name for results',
      `jobs: { kselftest-rseq-x: { kind: job, kcidb_test_suite: kselftest.rseq } }
scheduler: [{ job: kselftest-rseq-x, event: { name: kbuild-arm64 }, platforms: [rock] }]`,
      ['kselftest.rseq arm64 - rock'],
    ],
    [
      'anchors that are merged, a job of them with its own parameters, and collections in one text',
      `_anchors: { k: &k { kind: job, params: { collections: futex } } }
jobs: { kselftest-a: *k, kselftest-b: { <<: *k, params: { collections: "seccomp, rseq" } } }
scheduler: [&s { job: kselftest-a, event: { name: kbuild-arm64 } }, { <<: *s, job: kselftest-b }]`,
      ['kselftest.futex arm64 - -', 'kselftest.rseq arm64 - -', 'kselftest.seccomp arm64 - -'],
    ],
    [
      'trees of the test and of the build, of which only both run, a branch within a tree',
      `jobs: { t: { kind: job, kcidb_test_suite: ltp, rules: { tree: [mainline, stable, next] } } }
scheduler: [{ job: t, event: { name: kbuild-x86 } }]`,
      ['ltp x86_64 mainline -', 'ltp x86_64 stable:linux-6.12.y -'],
    ],
    [
      'rules that only exclude',
      `jobs: { t: { kind: job, kcidb_test_suite: ltp, rules: { tree: ['!android'] } } }
scheduler: [{ job: t, event: { name: kbuild-arm64 } }]`,
      ['ltp arm64 - -'],
    ],
    [
      'a build that nothing schedules, and a job that nothing does',
      `jobs: { t: { kind: job }, u: { kind: job }, kbuild-off: { kind: kbuild, params: { arch: riscv } } }
scheduler: [{ job: t, event: { name: kbuild-off } }]`,
      [],
    ],
    [
      'an architecture that only the platform tells',
      `jobs: { t: { kind: test, kcidb_test_suite: boot } }
scheduler: [{ job: t, event: { name: somewhere-else }, platforms: [nuc, board-without-entry] }]`,
      ['boot - - board-without-entry', 'boot x86_64 - nuc'],
    ],
    [
      'entries of a wrong kind, which say nothing',
      `jobs: [1, 2]\nscheduler: { job: t }\nplatforms: none`,
      [],
    ],
    [
      'a job whose name is all that there is',
      `jobs: { kselftest-rseq: { kind: job } }
scheduler: [{ job: kselftest-rseq, event: { name: kbuild-arm64 } }]`,
      ['kselftest.rseq arm64 - -'],
    ],
  ])('%s', (_, text, covered) => {
    expect(told(kernelciCoverage([plainYaml(BUILDS), plainYaml(text)]))).toEqual(covered);
  });
});

describe('a skip file', () => {
  const left = (entry: string, path = 'automated/linux/kselftest/skipfile-lkft.yaml') =>
    told(skipgenCoverage([[path, plainYaml(`skiplist:\n  - ${entry}`)]]));
  it.each<[entry: string, left: readonly string[]]>([
    [
      '{ tests: "rseq:run_param_test.sh", boards: all, branches: all }',
      ['kselftest.rseq.run_param_test.sh - - -'],
    ],
    [
      '{ tests: ["net/forwarding:a.sh"], boards: [x86], branches: [linux-6.1.y] }',
      ['kselftest.net.forwarding.a.sh x86_64 linux-6.1.y x86'],
    ],
    [
      '{ tests: ["kvm:*"], boards: [qemu-arm64, x15] }',
      ['kselftest.kvm arm - x15', 'kselftest.kvm arm64 - qemu-arm64'],
    ],
    ['{ tests: kvm, environments: all }', ['kselftest.kvm - - -']],
    ['{ tests: kvm, environments: [staging] }', []],
    ['{ tests: kvm, environments: [staging, production] }', ['kselftest.kvm - - -']],
    ['{ reason: "nothing named", boards: [x86] }', []],
    ['just words', []],
  ])('%s', (entry, expected) => {
    expect(left(entry)).toEqual(expected);
  });

  it('names the suite by its folder', () => {
    expect(left('{ tests: [mmap16] }', 'automated/linux/ltp/skipfile-lkft.yaml')).toEqual([
      'ltp.mmap16 - - -',
    ]);
  });
});

describe('a plan of TuxSuite', () => {
  it.each<[what: string, job: string, covered: readonly string[]]>([
    [
      'one build, one test',
      '{ build: { target_arch: arm64 }, test: { device: fvp-aemva, tests: [kselftest-rseq, ltp-mm] } }',
      ['kselftest.rseq arm64 - fvp-aemva', 'ltp.mm arm64 - fvp-aemva'],
    ],
    [
      'a device that says another architecture than the build',
      '{ build: { target_arch: arm64 }, test: { device: qemu-x86_64, tests: [boot] } }',
      ['boot x86_64 - qemu-x86_64'],
    ],
    [
      'builds that differ',
      '{ builds: [{ target_arch: arm64 }, { target_arch: arm }], tests: [{ device: fvp, tests: [a] }] }',
      ['a - - fvp'],
    ],
    [
      'a test that names nothing',
      '{ builds: [{ target_arch: riscv }], tests: [{ device: qemu-riscv64 }] }',
      ['boot riscv - qemu-riscv64'],
    ],
    ['only builds', '{ builds: [{ target_arch: riscv }] }', []],
  ])('%s', (_, job, covered) => {
    expect(told(planCoverage([plainYaml(`jobs:\n  - ${job}`)]))).toEqual(covered);
  });
});

describe('a small file that says very much', () => {
  const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n));
  const list = (count: number, name: string) => `[${many(count, (n) => `${name}${n}`).join(', ')}]`;
  const keys = (count: number) => many(count, (n) => `  k${n}: 1\n`).join('');

  it.each<[what: string, text: string]>([
    [
      'aliases of aliases',
      `a: &a ${list(9, 'x')}\n${many(9, (n) => `l${n}: &${'bcdefghij'[n]} [${Array(9).fill(`*${'abcdefghi'[n]}`).join(', ')}]\n`).join('')}`,
    ],
    [
      'one mapping that is merged many times',
      `a: &a\n${keys(1000)}${many(1000, (n) => `j${n}: { <<: *a }\n`).join('')}`,
    ],
    [
      'many mappings that are merged into one',
      `a: &a\n${keys(1000)}b: { <<: [${Array(1000).fill('*a').join(', ')}] }\n`,
    ],
  ])('with %s is refused before it is written out', (_, text) => {
    expect(() => plainYaml(text)).toThrow('its aliases make more than 500000 values of it');
  });

  it('is read where a mapping merges itself: it says nothing of itself', () => {
    expect(plainYaml('a: &a { <<: *a, k: 1, of: *a }\nb: { <<: *a }\n')).toEqual({
      a: { k: 1, of: null },
      b: { k: 1, of: null },
    });
  });

  it.each<[what: string, text: string, says: string]>([
    [
      'tests on platforms in trees',
      `jobs: { t: { kind: job, kcidb_test_suite: ${list(200, 's')}, rules: { tree: ${list(200, 't')} } } }
scheduler: [{ job: t, platforms: ${list(200, 'p')} }]`,
      'more than 100000 places',
    ],
    [
      'the same job on the same platforms, again and again',
      `jobs: { t: { kind: job, kcidb_test_suite: [${Array(2000).fill('s').join(', ')}] } }
scheduler: [{ job: [${Array(2000).fill('t').join(', ')}], platforms: [p] }]`,
      'more than 2000000 combinations',
    ],
    [
      'architectures',
      `platforms: { ${many(200, (n) => `p${n}: { arch: a${n} }`).join(', ')} }
jobs: { t: { kind: job } }\nscheduler: [{ job: t, platforms: ${list(200, 'p')} }]`,
      'more than 100 architectures',
    ],
    [
      'trees of tests and of builds that have none in common',
      `jobs: { t: { kind: job, rules: { tree: ${list(2000, 'a')} } }, b: { kind: kbuild, rules: { tree: ${list(2000, 'b')} } } }
scheduler: [{ job: b }, { job: t, event: { name: [${Array(2000).fill('b').join(', ')}] } }]`,
      'more than 2000000 combinations',
    ],
  ])('of %s is refused before it is told', (_, text, says) => {
    expect(() => kernelciCoverage([plainYaml(text)])).toThrow(says);
  });

  it('of a skip list of tests, boards and branches is refused, too', () => {
    const entry = `{ tests: ${list(100, 't')}, boards: ${list(100, 'b')}, branches: ${list(100, 'c')} }`;
    const file = 'automated/linux/ltp/skipfile-lkft.yaml';
    expect(() => skipgenCoverage([[file, plainYaml(`skiplist: [${entry}]`)]])).toThrow('more than 100000');
  });
});
