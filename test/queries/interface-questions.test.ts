import { beforeAll, describe, expect, it } from 'vitest';
import { browserCompat } from '../../queries/tables/browser-compat.ts';
import { compatibility } from '../../queries/tables/compatibility.ts';
import { coverage } from '../../queries/knowledge/coverage.ts';
import { migration } from '../../queries/interface/migration.ts';
import { mode } from '../../queries/interface/mode.ts';
import type { Model } from '../../queries/model/model.ts';
import { ownership } from '../../queries/interface/ownership.ts';
import { proposals } from '../../queries/interface/proposals.ts';
import { releaseNote } from '../../queries/tables/release-note.ts';
import { table } from '../../queries/tables/table.ts';
import { diffMoments, diffReleases } from '../../queries/tables/table-diff.ts';
import type { StoredEvent } from '../../store/events/event.ts';
import { factsOf, modelOf, stored } from '../support/facts-model.ts';

let events: readonly StoredEvent[];
let now: Model;
let pipes: Model;
beforeAll(async () => {
  events = stored(await factsOf('data/rseq'));
  now = modelOf(events, {});
  pipes = modelOf(stored(await factsOf('test/fixtures/pipes')), {});
});

describe('who runs which test where', () => {
  it('knows what is run, what is not, and what nobody says', () => {
    const gap = coverage(now).gaps.find((g) => g.title.startsWith('rseq.ids.rewrite'))!;
    const [legacy] = gap.tests.filter((t) => t.test.endsWith('run_legacy_check.sh'));
    // The test came with the fix, so it cannot have caught what it tests.
    expect(legacy!.existed).toBe(false);
    const on = (arch: string) => legacy!.archs.find((a) => a.arch === arch)!;
    expect(on('arm64').run.map((e) => [e.ci, e.since])).toEqual([['KernelCI', '2026-04-28T21:12:40Z']]);
    expect(on('x86_64').run).toEqual([]);
    expect(on('x86_64').notRun.map((e) => e.ci)).toEqual(['KernelCI']);
  });

  it('knew nothing of it before it began', () => {
    const then = coverage(modelOf(events, { asOf: '2026-04-20' }));
    expect(then.entries.filter((e) => e.ci === 'KernelCI' && e.arch === 'arm64')).toEqual([]);
  });
});

describe('who owns what', () => {
  it('names the writer of a field that is not its own, and those who both register', () => {
    const { fields, conflicts } = ownership(now);
    expect(fields.find((f) => f.field === 'rseq.cpu_id_start')).toMatchObject({ owner: 'kernel' });
    expect(
      fields.find((f) => f.field === 'rseq.cpu_id_start')!.uses.map((u) => [u.consumer, u.use]),
    ).toContainEqual(['tcmalloc', 'writes']);
    const pair = conflicts.find((c) => c.consumers.includes('tcmalloc') && c.consumers.includes('glibc'))!;
    expect(pair.mitigations.map((m) => m.mitigation).join()).toMatch(/glibc\.pthread\.rseq/);
    for (const c of conflicts) expect(c.consumers[0].split('/')[0]).not.toBe(c.consumers[1].split('/')[0]);
  });
});

describe('what a registration gets', () => {
  const valueOf = (release: string, size: number, align: number) =>
    mode(now, {
      release,
      arch: 'x86_64',
      profile: { 'registration.size': size, 'registration.align': align, 'registration.flags': 0 },
    }).behaviours.find((b) => b.behaviour === 'rseq.mode')!.value;

  it('follows the size rule', () => {
    expect(valueOf('v7.1', 32, 32)).toBe('legacy');
    expect(valueOf('v7.1', 33, 64)).toBe('optimized');
    expect(valueOf('v7.1', 20, 32)).toBe('rejected');
    expect(valueOf('v6.1', 33, 64)).toBe('rejected');
  });

  it('is nothing where the interface is not, and says when the kernel does not take it', () => {
    const at = (release: string, arch: string, size = 32) =>
      mode(now, { release, arch, profile: { 'registration.size': size, 'registration.align': 32 } });
    for (const [release, arch] of [
      ['v4.18', 'arm64'],
      ['v6.2', 'csky'],
    ] as const) {
      const { behaviours } = at(release, arch);
      expect(behaviours.every((b) => b.value === null)).toBe(true);
      expect(behaviours[0]!.why).toBe(`rseq is not on ${arch} there`);
      expect(at(release, arch).absent.map((a) => a.interface)).toEqual(['rseq']);
    }
    expect(at('v6.1', 'csky').behaviours.some((b) => b.value !== null)).toBe(true);
    const refused = at('v7.1', 'arm64', 20);
    expect(refused.rejectedBy).toEqual(['rseq.mode']);
    // What a registration decides is nothing where there is none; what is so for all stays.
    const valueOf = (name: string) => refused.behaviours.find((b) => b.behaviour === name)!;
    expect(valueOf('rseq.ids.rewrite')).toMatchObject({
      value: null,
      why: 'the kernel does not take this registration',
    });
    expect(valueOf('rseq.feature_size').value).toBe(33);
    expect(at('v7.1', 'arm64').rejectedBy).toEqual([]);
  });

  it('takes the flags that the release has, and no other', () => {
    const taken = (release: string, flags: number) =>
      mode(now, {
        release,
        arch: 'x86_64',
        profile: { 'registration.size': 33, 'registration.align': 64, 'registration.flags': flags },
      }).rejectedBy;
    expect([taken('v7.1', 0), taken('v7.1', 2), taken('v6.19', 0)]).toEqual([[], [], []]);
    expect([taken('v7.1', 4), taken('v6.19', 2)]).toEqual([
      ['rseq.registration.flags'],
      ['rseq.registration.flags'],
    ]);
  });

  it('takes only switches that there are, with values that they have', () => {
    const asked = (config: string) => () =>
      mode(now, { release: 'v7.1', arch: 'arm64', profile: {}, config }).behaviours.length;
    expect(asked('CONFIG_DEBUG_RSEQ=y')()).toBeGreaterThan(0);
    expect(asked('CONFIG_DEBUG_RSQ=y')).toThrow(/no switch or configuration "CONFIG_DEBUG_RSQ"/);
    expect(asked('CONFIG_DEBUG_RSEQ=maybe')).toThrow(/cannot be "maybe"/);
    expect(() => table(now, { releases: 'v7.1', config: 'CONFIG_DEBUG_RSQ=y' })).toThrow(/no switch/);
  });

  it('is compared over the releases at which something changes, where none are named', () => {
    const { releases } = migration(now, { archs: ['arm64'], consumers: ['glibc'] });
    expect(releases).toEqual(expect.arrayContaining(['v6.3', 'v6.19', 'v7.0', 'v7.1']));
    expect(releases.length).toBeLessThan(15);
  });

  it('moves with a process to where it can be held', () => {
    const { migrations } = migration(now, {
      releases: 'v6.1,v6.12,v6.19,v7.1',
      archs: ['x86_64'],
      consumers: ['glibc'],
    });
    const status = (variant: string | null, from: string, to: string) =>
      migrations.find((m) => m.variant === variant && m.from === from && m.to === to)!.status;
    expect(status(null, 'v6.1', 'v7.1')).toBe('works');
    expect(status(null, 'v7.1', 'v6.1')).toBe('broken');
    // Both take 33 bytes, but who has them was told of what the older kernel does not have.
    expect(status(null, 'v7.1', 'v6.19')).toBe('degraded');
    expect(status(null, 'v6.12', 'v6.19')).toBe('works');
    expect(status('2.35-2.40', 'v7.1', 'v6.1')).toBe('works');
    expect(status('2.35-2.40', 'v6.1', 'v7.1')).toBe('degraded');
  });
});

describe('intervals', () => {
  it.each(['shipped', 'other'])('say what the cells say, without gap or overlap (%s data)', (which) => {
    const model = which === 'shipped' ? now : pipes;
    const document = compatibility(model);
    for (const row of document.rows) {
      for (const [line, members] of model.graph.members) {
        const covered = row.intervals.filter((i) => i.line === line).flatMap((i) => i.releases);
        expect(new Set(covered).size).toBe(covered.length);
        expect(covered).toEqual(members.filter((name) => covered.includes(name)));
      }
      for (const note of row.intervals.flatMap((i) => i.notes))
        expect(document.notes[note - 1]!.number).toBe(note);
    }
    const cells = table(model, { releases: model.graph.order.slice(-30).join(',') }).cells;
    for (const cell of cells) {
      const row = document.rows.find(
        (r) => r.consumer === cell.consumer && r.variant === cell.variant && r.arch === cell.arch,
      );
      const interval = row?.intervals.find((i) => i.releases.includes(cell.release));
      expect(interval?.status ?? 'not-applicable').toBe(cell.status);
    }
  });

  it('have no empty note in browser-compat-data where there is no evidence, as of a contract that promises nothing', () => {
    const document = compatibility(now, { consumers: ['gperftools'], archs: ['x86_64'] });
    const rows = document.rows.map((row) => ({
      ...row,
      intervals: row.intervals.map((i) => ({ ...i, evidence: [] })),
    }));
    expect(JSON.stringify(browserCompat(now, { ...document, rows }))).not.toContain('evidence:');
  });

  it('become support statements of browser-compat-data', () => {
    const document = browserCompat(now, compatibility(now, { consumers: ['tcmalloc'], archs: ['x86_64'] }));
    const support = (path: readonly string[]) => {
      let feature: Record<string, unknown> = document;
      for (const name of path) feature = feature[name] as Record<string, unknown>;
      return (feature.__compat as { support: Record<string, unknown> }).support;
    };
    // Candidates have no version there: the notes say where exactly a stretch begins.
    expect(support(['rseq', 'tcmalloc'])).toMatchObject({
      linux_mainline_x86_64: [
        {
          version_added: '7.1',
          notes: ['from v7.1-rc3 on', expect.stringMatching(/^evidence: [0-9a-f]{8}/)],
        },
        { version_added: '4.18', version_removed: '6.19' },
      ],
      linux_6_19_y_x86_64: { version_added: false },
      linux_7_0_y_x86_64: { version_added: '7.0.10' },
    });
    expect(support(['rseq', 'tcmalloc', 'before-2023-09'])).toHaveProperty('linux_mainline_x86_64');
    // The words of that schema, so that its readers take every statement.
    const version = /^\d+(\.\d+)*$/;
    const walk = (feature: Record<string, unknown>): void => {
      for (const [name, inner] of Object.entries(feature)) {
        expect(name).toMatch(/^[A-Za-z0-9_$@-]+$/);
        if (name !== '__compat') walk(inner as Record<string, unknown>);
        else
          for (const statement of Object.values(support(['rseq', 'tcmalloc'])).flat()) {
            const { version_added: added, version_removed: removed = '0' } = statement as Record<
              string,
              string | false
            >;
            if (added !== false) expect(added).toMatch(version);
            expect(removed).toMatch(version);
          }
      }
    };
    walk(document.rseq as Record<string, unknown>);
  });
});

describe('what changed', () => {
  it('between two releases', () => {
    const { changes } = diffReleases(now, 'v7.0.9', 'v7.0.10', { consumers: ['tcmalloc'] });
    expect(changes.map((c) => [c.variant, c.arch, c.before?.status, c.after?.status])).toEqual([
      [null, 'x86_64', 'broken', 'works'],
    ]);
  });

  it('takes one release for each side, and does not choose among several', () => {
    for (const [from, to] of [
      ['v7.0.9..v7.0.10', 'v7.0.10'],
      ['v7.0.9', '7.0.y'],
      ['v7.0.9', ','],
    ] as const)
      expect(() => diffReleases(now, from, to)).toThrow(/is (no|\d+) releases?/);
    expect(() => proposals(now, { release: 'v7.0.9,v7.0.10' })).toThrow(/is 2 releases/);
  });

  it('between what was known at two moments', () => {
    const at = (asOf: string) => modelOf(events, { asOf });
    const { changes } = diffMoments(at('2026-04-21'), at('2026-04-23'), {
      consumers: ['tcmalloc'],
      archs: ['arm64'],
      releases: 'v6.19',
    });
    expect(changes.map((c) => [c.variant, c.from, c.before?.status, c.after?.status])).toContainEqual([
      null,
      'v6.19',
      'unknown',
      'broken',
    ]);
  });

  it('for the note of a release', () => {
    const note = releaseNote(now, { release: 'v7.0.10', consumers: ['tcmalloc', 'glibc'] });
    expect(note.since).toBe('v7.0.9');
    expect(note.fixed.map((e) => [e.consumer, e.archs])).toEqual([['tcmalloc', ['x86_64']]]);
    expect(note.broken.map((e) => [e.consumer, e.variant, e.status])).toEqual([
      ['glibc', '2.34-vendor', 'degraded'],
      ['glibc', '2.35-2.40', 'degraded'],
    ]);
    expect(note.knownIssues.map((e) => e.consumer)).toContain('tcmalloc');
  });
});

describe('what was discussed', () => {
  it('predicts each proposal for tcmalloc and old glibc', () => {
    const document = proposals(now, {}, true);
    expect(document.proposals.map((p) => [p.proposal, p.status]).sort()).toEqual([
      ['new-flag', 'rejected'],
      ['size', 'accepted'],
      ['size-or-flag', 'rejected'],
    ]);
    const size = document.proposals.find((p) => p.proposal === 'size')!;
    const cell = (consumer: string, variant: string | null) =>
      size.cells.find((c) => c.consumer === consumer && c.variant === variant && c.arch === 'x86_64')!;
    expect(cell('tcmalloc', null)).toMatchObject({ before: 'broken', predicted: 'works', score: 'right' });
    expect(cell('glibc', '2.35-2.40')).toMatchObject({
      before: 'works',
      predicted: 'degraded',
      score: 'right',
    });
  });

  it('archived every mail that the sources know', () => {
    expect(now.of('MessageArchived').length).toBe(76);
  });
});

describe('on another interface', () => {
  it('every cell that somebody can have rests on something', () => {
    for (const m of [pipes, now])
      for (const c of table(m, { releases: m.graph.order.slice(-5).join(',') }).cells)
        if (c.status !== 'not-applicable')
          expect([c.consumer, c.evidence.length > 0]).toEqual([c.consumer, true]);
  });

  it('the same questions have answers', () => {
    expect(coverage(pipes).schema).toBe('regline.coverage/1');
    expect(ownership(pipes).schema).toBe('regline.ownership/1');
    const { behaviours } = mode(pipes, { release: 'v2.2-rc1', arch: 's390', profile: {} });
    expect(behaviours.find((b) => b.behaviour === 'pipes.wake')!.value).toBe('lazily');
    expect(
      migration(pipes, { releases: 'v2.0,v2.2-rc1', archs: ['s390'], consumers: ['shell'] }).migrations.find(
        (m) => m.from === 'v2.0' && m.to === 'v2.2-rc1' && m.variant === null,
      )!.status,
    ).toBe('broken');
  });
});

it('says of what came later that it was not known then', () => {
  const then = modelOf(events, { asOf: '2026-03-14' });
  expect(() => table(then, { releases: 'v7.0.12' })).toThrow('no release "v7.0.12" is known by 2026-03-14');
  expect(() => table(now, { releases: 'v7.0.99' })).toThrow('no release "v7.0.99" is recorded');
});
