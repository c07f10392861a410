import { beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../queries/explain/explain.ts';
import { culprits } from '../../queries/regressions/culprits.ts';
import { regressionLives } from '../../queries/regressions/regression-life.ts';
import { selectReleases } from '../../queries/model/select.ts';
import { table } from '../../queries/tables/table.ts';
import type { View } from '../../queries/model/view.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

/** What the sources say of the v6.19 regression must come out of the shipped data. */
let events: readonly StoredEvent[];
beforeAll(async () => {
  events = stored(await factsOf('data/rseq'));
});

const models = new Map<string, ReturnType<typeof modelOf>>();
const model = (view: View = {}) => {
  const key = JSON.stringify(view);
  const known = models.get(key) ?? modelOf(events, view);
  models.set(key, known);
  return known;
};

/** The statuses of a consumer over releases, each once. */
function statuses(consumer: string, releases: string, arch: string, view: View = {}): readonly string[] {
  const [name, variant = null] = consumer.split('/');
  const { cells } = table(model(view), { releases, archs: [arch], consumers: [consumer] });
  return [...new Set(cells.filter((c) => c.consumer === name && c.variant === variant).map((c) => c.status))];
}

describe('the days on which things became known', () => {
  it('a change is public at the latest with the release that has it', () => {
    const late = model()
      .of('ChangeEntered')
      .filter(({ knownAt, payload: { change } }) => {
        const commit = model()
          .of('ChangeRecorded')
          .find((c) => c.payload.change === change)!;
        return knownAt === null || commit.knownAt === null || commit.knownAt.slice(0, 10) > knownAt;
      });
    expect(model().of('ChangeEntered').length).toBeGreaterThan(70);
    expect(late.map((e) => e.payload.change)).toEqual([]);
  });

  it('what mended CRIU in 2021 was known to have mended it before the rework', () => {
    const { regressions } = regressionLives(model({ asOf: '2025-12-20' }));
    expect(regressions.map((r) => [r.behaviour, r.state])).toEqual([['rseq.ptrace.configuration', 'fixed']]);
    expect(statuses('criu', 'v5.13,v6.18', 'x86_64', { asOf: '2025-12-20' })).toEqual(['works']);
  });
});

const BROKEN = 'v6.19-rc1..v6.19.14,v7.0-rc1..v7.0.9,v7.1-rc1..v7.1-rc2';

describe('tcmalloc and the arm64 abort', () => {
  it.each([
    ['tcmalloc', '6.18.y,v6.18', 'x86_64', 'works'],
    ['tcmalloc', BROKEN, 'x86_64', 'broken'],
    ['tcmalloc', 'v7.0.10..v7.0.14,v7.1-rc3..v7.1.9', 'x86_64', 'works'],
    ['tcmalloc', `${BROKEN},v7.0.10..v7.0.13`, 'arm64', 'broken'],
    ['tcmalloc', 'v7.0.14,v7.1-rc3,7.1.y', 'arm64', 'works'],
    ['librseq', `${BROKEN},v7.0.10..v7.0.13`, 'arm64', 'broken'],
    ['librseq', 'v6.18,6.18.y,v7.0.14,v7.1-rc3..v7.2', 'arm64', 'works'],
    ['librseq', 'v4.18..v7.2,6.19.y,7.0.y', 'x86_64', 'works'],
    ['contract', `${BROKEN},v7.0.10..v7.0.13`, 'arm64', 'broken'],
    ['contract', 'v4.18..v7.2,6.19.y,7.0.y', 'x86_64', 'works'],
    ['tcmalloc/glibc-rseq-on', BROKEN, 'arm64', 'works'],
    ['glibc/2.35-2.40', 'v7.0.10..v7.0.14,v7.1-rc3..v7.2', 'x86_64', 'degraded'],
    ['glibc/2.35-2.40', `v6.18,${BROKEN}`, 'x86_64', 'works'],
    ['glibc', 'v6.12,v6.18,v6.19..v7.2', 'arm64', 'works'],
    ['mongodb/8.0.0-8.0.20', 'v6.19', 'x86_64', 'broken'],
    ['mongodb/8.0.21-8.0.29', 'v6.19-rc1..v7.1', 'x86_64', 'refuses'],
    ['mongodb/8.0.30-8.0.34', '6.19.y,7.0.y,v7.0.14', 'x86_64', undefined],
    ['mongodb/8.0.30-8.0.34', 'v7.1-rc1..v7.1-rc2', 'x86_64', 'broken'],
    ['mongodb/8.0.30-8.0.34', 'v7.0.14,v7.1', 'arm64', 'works'],
    ['mongodb/8.2', 'v6.19', 'arm64', 'broken'],
    ['mongodb/7.0', BROKEN, 'x86_64', 'works'],
    // A distribution's kernel has the fix and shows 7.0.0: refused by whoever asks uname, disputed for one version.
    ['tcmalloc', '7.0.0-28-generic', 'x86_64', 'works'],
    ['tcmalloc', '7.0.0-28-generic', 'arm64', 'unknown'],
    ['mongodb/8.0.30-8.0.34', '7.0.0-28-generic', 'x86_64', 'refuses'],
    ['mongodb/9.0.3', '7.0.0-28-generic', 'x86_64', 'conflict'],
    ['mongodb/9.0.3', 'v7.0.9', 'x86_64', 'refuses'],
    ['mongodb/9.0.4+', '7.0.0-28-generic', 'x86_64', 'works'],
    ['mongodb/9.0.4+', '7.0.0-28-generic', 'arm64', 'unknown'],
    ['percona-server-mongodb/8.3.11-3', 'v7.1', 'arm64', 'refuses'],
    ['clickhouse', BROKEN, 'arm64', 'works'],
  ])('%s on %s, %s: %s', (consumer, releases, arch, expected) => {
    if (expected === undefined) expect(statuses(consumer, releases, arch)).toEqual(['refuses', 'works']);
    else expect(statuses(consumer, releases, arch)).toEqual([expected]);
  });

  it('knows no architecture that rseq is not on', () => {
    expect(statuses('librseq', 'v4.18', 'arm64')).toEqual(['not-applicable']);
    expect(statuses('librseq', 'v6.12', 'csky')).toEqual(['not-applicable']);
  });

  it('does not know since when loongarch has rseq, only that v6.18 has it', () => {
    expect(statuses('librseq', 'v4.18,v6.12,v6.17', 'loongarch')).toEqual(['unknown']);
    expect(statuses('librseq', 'v6.18,6.18.y,v6.19', 'loongarch')).toEqual(['works']);
    expect(
      culprits(model()).regressions.filter(
        (r) => r.archs.includes('loongarch') && r.firstBad.includes('v4.18'),
      ),
    ).toEqual([]);
  });

  it('gives the slice extension to optimized registrations, where the architecture has it', () => {
    expect(statuses('slice-user', 'v7.1-rc3..v7.1', 'x86_64')).toEqual(['works']);
    expect(statuses('slice-user', 'v7.0-rc1..v7.0.6,v7.1-rc1', 'x86_64')).toEqual(['broken']);
    expect(statuses('slice-user', 'v6.19,v7.1', 'arm')).toEqual(['not-applicable']);
    expect(statuses('slice-user', 'v6.19', 'x86_64')).toEqual(['not-applicable']);
  });

  it('lets debug switches break tcmalloc', () => {
    const at = (release: string, config: string) =>
      table(model(), { releases: release, archs: ['x86_64'], consumers: ['tcmalloc'], config }).cells[0]!
        .status;
    expect(at('v6.18', 'CONFIG_DEBUG_RSEQ=y')).toBe('broken');
    expect(at('v6.12', 'CONFIG_DEBUG_RSEQ=y')).toBe('works');
    expect(at('v7.1', 'rseq_debug=on')).toBe('broken');
  });
});

describe('culprits', () => {
  const of = (behaviour: string, view: View = {}) =>
    culprits(model(view)).regressions.find((r) => r.behaviour === behaviour);
  const roles = (behaviour: string) =>
    of(behaviour)!.suspects.map((s) => `${s.change.slice(0, 12)} ${s.role}`);

  it('ranks them as the evidence says', () => {
    expect(roles('rseq.ids.rewrite')).toEqual([
      '39a167560a61 culprit',
      '566d8015f7ee culprit',
      '2b09f480f0a1 merge',
    ]);
    expect(roles('rseq.cs.abort')).toEqual([
      '39a167560a61 culprit',
      '2b09f480f0a1 merge',
      '2fc0e4b4126c latent',
      'b3cf07851b6c precondition',
    ]);
    expect(of('rseq.ids.rewrite')).toMatchObject({
      contract: 'kept',
      observed: 'broken',
      lastGood: ['v6.18'],
      firstBad: ['v6.19-rc1'],
    });
    expect(of('rseq.cs.abort')).toMatchObject({ contract: 'broken', observed: 'broken', archs: ['arm64'] });
  });

  it('says per line where it is fixed, and where never', () => {
    expect(of('rseq.ids.rewrite')!.fixes.map((f) => f.releases)).toEqual([
      { mainline: 'v7.1-rc3', '6.19.y': 'never', '7.0.y': 'v7.0.10' },
    ]);
    expect(of('rseq.cs.abort')!.fixes.map((f) => f.releases)).toEqual([
      { mainline: 'v7.1-rc3', '6.19.y': 'never', '7.0.y': 'v7.0.14' },
    ]);
  });

  it('lists the others as their own, and what was meant so as by design', () => {
    expect(roles('rseq.mode')[0]).toBe('99428157dcf3 by-design');
    expect(of('rseq.mode')).toMatchObject({ kind: 'degraded', consumers: ['glibc'], reported: true });
    expect(of('rseq.slice.advertised')).toMatchObject({ reported: true, observed: 'kept' });
    expect(of('rseq.feature_size')).toMatchObject({ reported: true, consumers: ['criu'] });
    expect(roles('rseq.unregister.cpu_id_start')[0]).toBe('0f085b41880e culprit');
    expect(roles('rseq.reset')[0]).toBe('faba9d250eae culprit');
    expect(roles('rseq.slice.advertised')[0]).toBe('d6200245c75e culprit');
    expect(roles('rseq.feature_size')[0]).toBe('3b68df978133 culprit');
  });
});

describe('what was known when', () => {
  const known = (asOf: string) =>
    culprits(model({ asOf }))
      .regressions.filter((r) => r.kind === 'regression' && r.firstBad.includes('v6.19-rc1'))
      .map((r) => `${r.behaviour!} ${r.archs.join('+')}`)
      .sort();

  it('as of 2026-03-14: tcmalloc on x86_64, culprit named, arm64 unknown', () => {
    expect(known('2026-03-12')).toEqual([]);
    expect(known('2026-03-14')).toEqual(['rseq.ids.rewrite x86_64']);
    expect(culprits(model({ asOf: '2026-03-14' })).regressions[0]!.suspects[0]!.change).toMatch(
      /^39a167560a61/,
    );
    expect(statuses('tcmalloc', 'v6.19', 'arm64', { asOf: '2026-03-14' })).toEqual(['unknown']);
    expect(statuses('librseq', 'v6.19', 'arm64', { asOf: '2026-03-14' })).toEqual(['unknown']);
  });

  it('as of 2026-04-23: two, of which arm64 has nobody but the merge named; since its fix the change is', () => {
    expect(known('2026-04-23')).toEqual(['rseq.cs.abort arm64', 'rseq.ids.rewrite x86_64+arm64']);
    const named = (asOf: string) =>
      culprits(model({ asOf }))
        .regressions.find((r) => r.behaviour === 'rseq.cs.abort')!
        .suspects.map((s) => `${s.change.slice(0, 8)} ${s.role}`);
    expect(named('2026-05-07')).toEqual(['2b09f480 merge']);
    expect(named('2026-05-08').slice(0, 2)).toEqual(['39a16756 culprit', '2b09f480 merge']);
  });

  it('as of 2026-05-24: arm64 still broken in v7.0.10, and nobody says so; as of 2026-06-19 somebody does', () => {
    const cell = (asOf: string, arch: string) =>
      table(model({ asOf }), { releases: 'v7.0.10', archs: [arch], consumers: ['tcmalloc'] }).cells[0]!;
    expect(cell('2026-05-24', 'x86_64')).toMatchObject({ status: 'works' });
    expect(cell('2026-05-24', 'arm64')).toMatchObject({ status: 'broken', reported: false });
    expect(cell('2026-06-19', 'arm64')).toMatchObject({ status: 'broken', reported: true });
  });

  it('never sees the future: an answer as of a day does not change when later events are taken away', () => {
    for (const asOf of ['2026-03-14', '2026-04-23', '2026-05-24']) {
      const early = events.filter((e) => e.knownAt !== null && e.knownAt.slice(0, 10) <= asOf);
      expect(JSON.stringify(culprits(modelOf(early, { asOf })))).toBe(
        JSON.stringify(culprits(model({ asOf }))),
      );
    }
  });
});

it('selects releases by ranges along the graph and by lines', () => {
  expect(selectReleases(model(), 'v7.0.13..7.0.14,6.19')).toEqual(['v6.19', 'v7.0.13', 'v7.0.14']);
  expect(() => selectReleases(model(), 'v7.0.14..v7.1')).toThrow(/does not descend/);
});

it('has the check of the historical behaviour fail from v6.19 to v7.0.9, wherever the selftests came from', () => {
  const statusOf = (release: string, arch: string) =>
    table(model(), { consumers: ['rseq-selftests'], releases: release, archs: [arch] }).cells.find(
      (c) => c.variant === 'legacy-check',
    )!.status;
  for (const release of ['v6.19', 'v7.0.7', 'v7.0.9', 'v7.1-rc2'])
    for (const arch of ['x86_64', 'arm64', 'riscv']) expect(statusOf(release, arch)).toBe('broken');
  for (const release of ['v6.18', 'v7.0.10', 'v7.1-rc3']) expect(statusOf(release, 'arm64')).toBe('works');
  // Architectures without the generic entry code kept the old way.
  expect(statusOf('v7.0.9', 'powerpc')).toBe('works');
});

it('shows what was noted of a consumer or a behaviour where it is explained', () => {
  const notes = (...subject: readonly string[]) =>
    explain(model(), subject)
      .steps.filter((s) => s.events.some((e) => e.type === 'NoteAdded'))
      .map((s) => s.says);
  // v7.0.7 to v7.0.9 have the new selftests and not what they test.
  expect(notes('rseq-selftests', 'v7.0.8', 'x86_64')).toEqual([
    expect.stringContaining('failures there are expected') as string,
  ]);
  expect(notes('rseq.cs.abort')).toHaveLength(1);
  expect(notes('librseq', 'v7.0.8', 'x86_64')).toEqual([]);
});

it('says of a cell that no verdict is made of why that is', () => {
  const says = (...subject: readonly string[]) => {
    const { verdict, steps } = explain(model(), subject);
    return `${verdict}: ${steps.map((s) => s.says).join('; ')}`;
  };
  expect(says('tcmalloc', 'v7.0.10', 'riscv')).toMatch(
    /^not-applicable: .*; it is recorded for x86_64, arm64, and not for riscv/,
  );
  expect(says('librseq', 'v6.2', 'csky')).toMatch(/^not-applicable: .*; rseq is not on csky there/);
  expect(says('librseq', 'v6.1', 'loongarch')).toMatch(
    /^unknown: .*whether rseq is on loongarch there is not known/,
  );
  expect(says('tcmalloc', 'v7.0.10', 'aarch64')).toMatch(/^broken/);
  expect(says('tcmalloc', 'v7.0.10', 'aarch64')).not.toMatch(/recorded for|there is not known/);
});
