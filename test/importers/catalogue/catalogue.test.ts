import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { catalogueImporter } from '../../../importers/catalogue/importer.ts';
import { plainYaml } from '../../../importers/catalogue/plain-yaml.ts';
import { catalogue, checkPayload } from '../../../store/events/catalogue.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { gitIn } from '../git/make-repository.ts';

const root = mkdtempSync(join(tmpdir(), 'regline-catalogue-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});
let count = 0;

/** A repository with a commit a day, from 1 March 2026 on; each writes some files. */
function history(days: readonly Readonly<Record<string, string | Buffer>>[]): string {
  const folder = join(root, `r${++count}`);
  gitIn(root, ['init', '-q', '-b', 'main', folder]);
  days.forEach((files, day) => {
    const date = `2026-03-${String(day + 1).padStart(2, '0')}T12:00:00Z`;
    const stream = `commit refs/heads/main\ncommitter A <a@x> ${Date.parse(date) / 1000} +0000\ndata 1\nx\n`;
    const from = day === 0 ? '' : 'from refs/heads/main^0\n';
    const writes = Object.entries(files).map(([name, content]) =>
      Buffer.concat([
        Buffer.from(`M 100644 inline ${name}\ndata ${Buffer.byteLength(content)}\n`),
        Buffer.from(content),
        Buffer.from('\n'),
      ]),
    );
    gitIn(
      folder,
      ['fast-import', '--quiet', '--force'],
      Buffer.concat([Buffer.from(stream + from), ...writes]),
    );
  });
  return folder;
}

async function read(repository: string): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  for await (const page of catalogueImporter.read({
    repository,
    range: null,
    paths: [],
    tagRule: null,
    hints: {},
  }))
    events.push(...page.events);
  for (const e of events) checkPayload(catalogue, e.type, e.payload);
  return events;
}

/** Day, test, state, architectures and trees of what changed. */
function told(events: readonly NewEvent[]) {
  return events.flatMap((e) =>
    e.type === 'CoverageChanged'
      ? [
          [
            e.knownAt!.slice(0, 10),
            e.payload.test,
            e.payload.state,
            e.payload.archs ?? null,
            e.payload.trees ?? null,
          ],
        ]
      : [],
  );
}

const JOBS = `
_anchors:
  ktest: &ktest { template: k.jinja2, kind: job, rules: { tree: [mainline, stable] } }
jobs:
  kbuild-arm64: { kind: kbuild, params: { arch: arm64 } }
  kbuild-x86: { kind: kbuild, params: { arch: x86_64 } }
  kselftest-futex: { <<: *ktest, params: { collections: futex } }
  kselftest-sync: { <<: *ktest, params: { collections: sync } }
`;
const scheduler = (...entries: readonly (readonly [job: string, build: string])[]) =>
  `scheduler:\n  - { job: kbuild-arm64 }\n  - { job: kbuild-x86 }\n${entries
    .map(([job, build]) => `  - { job: ${job}, event: { name: ${build} }, platforms: [qemu] }\n`)
    .join('')}`;

describe('the catalogue of KernelCI', () => {
  const begin = scheduler(['kselftest-futex', 'kbuild-arm64'], ['kselftest-futex', 'kbuild-x86']);
  const more = scheduler(
    ['kselftest-futex', 'kbuild-arm64'],
    ['kselftest-futex', 'kbuild-x86'],
    ['kselftest-sync', 'kbuild-arm64'],
  );

  it('says since when a test is run on which architecture and tree, where it is not, and when it stopped', async () => {
    const events = await read(
      history([
        { 'config/jobs.yaml': JOBS, 'config/scheduler.yaml': begin },
        { 'config/scheduler.yaml': more },
        { 'config/scheduler.yaml': begin },
      ]),
    );
    expect(told(events).filter(([day]) => day !== '2026-03-01')).toEqual([
      ['2026-03-02', 'kselftest.sync', 'began', ['arm64'], ['mainline']],
      ['2026-03-02', 'kselftest.sync', 'began', ['arm64'], ['stable']],
      ['2026-03-02', 'kselftest.sync', 'not-run', ['x86_64'], null],
      ['2026-03-03', 'kselftest.sync', 'stopped', ['arm64'], ['mainline']],
      ['2026-03-03', 'kselftest.sync', 'stopped', ['arm64'], ['stable']],
    ]);
  });

  const names = Array.from({ length: 400 }, (_, n) => `p${n}`).join(', ');
  it.each<[what: string, content: string | Buffer, says: string]>([
    ['that is no YAML', 'scheduler: [', 'config/scheduler.yaml: '],
    ['that is another kind of file', '- job: a\n', 'config/scheduler.yaml: it is no mapping'],
    [
      'with a section of another kind',
      'scheduler: { job: a }\n',
      'config/scheduler.yaml: scheduler is no list',
    ],
    [
      'of several documents',
      '---\nscheduler: []\n---\nscheduler: []\n',
      'config/scheduler.yaml: Source contains',
    ],
    [
      'with an alias of nothing',
      'scheduler: *all\n',
      'config/scheduler.yaml: nothing before it is called "all"',
    ],
    [
      'in another charset',
      Buffer.from('scheduler: [] # caf\u00e9\n', 'latin1'),
      'config/scheduler.yaml: it is no text in UTF-8',
    ],
    [
      'in UTF-16',
      Buffer.from('\ufeffscheduler: []\n', 'utf16le'),
      'config/scheduler.yaml: it is no text in UTF-8',
    ],
    [
      'that comes to more than any does',
      `jobs: { t: { kind: job, kcidb_test_suite: [${names}] } }\nscheduler: [{ job: t, platforms: [${names}] }]\n`,
      'the catalogue as of this commit: it names more than 100000 places to run tests',
    ],
  ])('%s is a reject, and what it said before still holds', async (_, content, says) => {
    const events = await read(
      history([
        { 'config/jobs.yaml': JOBS, 'config/scheduler.yaml': begin },
        { 'config/scheduler.yaml': content },
        { 'config/scheduler.yaml': more },
      ]),
    );
    const rejects = events.flatMap((e) => (e.type === 'RecordRejected' ? [e.payload.reason] : []));
    expect(rejects).toEqual([expect.stringContaining(says)]);
    const days = told(events).map(([day]) => day);
    expect(days).not.toContain('2026-03-02');
    expect(days).toContain('2026-03-03');
  });

  it('with a name that stands twice means its last value, and names such as __proto__ mean nothing', () => {
    expect(plainYaml('a: 1\na: 2\n')).toEqual({ a: 2 });
    expect(() => plainYaml('['.repeat(200))).toThrow('nested more than 100 deep');
    const odd = plainYaml('__proto__: { polluted: 1 }\n<<: { b: 3 }\n') as { b: unknown };
    expect(odd.b).toBe(3);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
  });
});

describe('the catalogues of LKFT', () => {
  it('say with a skip file what is left out, and since when it is run again', async () => {
    const skip = (tests: string) =>
      `skiplist:\n  - reason: too slow\n    url: https://bugs.example.org/1\n    environments: all\n    boards: [qemu_arm64]\n    branches: all\n    tests: [${tests}]\n`;
    const file = 'automated/linux/kselftest/skipfile-lkft.yaml';
    const events = await read(
      history([{ [file]: skip('futex:a.sh, sync:b.sh') }, { [file]: skip('futex:a.sh') }]),
    );
    expect(told(events)).toEqual([
      ['2026-03-01', 'kselftest.futex.a.sh', 'not-run', ['arm64'], null],
      ['2026-03-01', 'kselftest.sync.b.sh', 'not-run', ['arm64'], null],
      ['2026-03-02', 'kselftest.sync.b.sh', 'began', ['arm64'], null],
    ]);
    expect(events[0]).toMatchObject({
      payload: { ci: 'LKFT', note: expect.stringContaining('too slow') as string },
    });
  });

  it('say with plans of TuxSuite what is run on which device', async () => {
    const plan = (tests: string) =>
      `version: 1\nname: p\njobs:\n  - builds:\n      - { target_arch: arm64, toolchain: gcc-13, kconfig: defconfig }\n    tests:\n      - { device: qemu-arm64, tests: [${tests}] }\n      - device: board-of-nobody\n  - build: { target_arch: x86_64 }\n    test: { device: qemu-x86_64, tests: [ltp-smoke] }\n`;
    const events = await read(
      history([
        { 'tuxconfig/next.yml': plan('ltp-smoke') },
        { 'tuxconfig/next.yml': plan('ltp-smoke, kselftest-futex') },
      ]),
    );
    expect(told(events)).toEqual([
      ['2026-03-01', 'ltp.smoke', 'began', ['arm64'], null],
      ['2026-03-01', 'boot', 'began', ['arm64'], null],
      ['2026-03-01', 'ltp.smoke', 'began', ['x86_64'], null],
      ['2026-03-02', 'kselftest.futex', 'began', ['arm64'], null],
    ]);
  });

  it('are looked for in vain in other repositories', async () => {
    await expect(read(history([{ README: 'hello' }]))).rejects.toThrow(/no catalogue is known here/);
  });
});
