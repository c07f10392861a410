import { describe, expect, it } from 'vitest';
import { releaseGraph } from '../../../queries/releases/release-graph.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { stored } from '../../support/facts-model.ts';
import { changesOf, importAll } from './import-all.ts';
import { gitIn, makeRepository, type Planned } from './make-repository.ts';

/** A repository whose messages may speak of the commits before them: `@0` is the hash of the first. */
function withHashes(plan: readonly Planned[]) {
  let done: Planned[] = [];
  let made = makeRepository([{ parents: [] }]);
  plan.forEach((commit, at) => {
    const message = commit.message?.replaceAll(/@(\d+)/g, (_, n: string) => made.hashes[Number(n)]!);
    done = [...done, message === undefined ? commit : { ...commit, message }];
    // Only a message that speaks of hashes needs those before it.
    if (at === plan.length - 1 || /@\d/.test(plan[at + 1]!.message ?? '')) made = makeRepository(done);
  });
  return made;
}

describe('changes of a clone', () => {
  it('carry author, dates, paths, trailers and the whole hash of what they fix', async () => {
    const made = withHashes([
      { parents: [], files: ['kernel/a.c'], tags: ['v6.1'] },
      {
        parents: [0],
        message: 'sub: Break it\n\nSigned-off-by: Ann <a@b>\n',
        files: ['kernel/a.c', 'odd"\n\ttab'],
      },
      {
        parents: [1],
        message: 'sub: Mend it\n\nFixes: @1 ("sub: Break it")\n',
        author: 'Zoë',
        tags: ['v6.2-rc1'],
      },
    ]);
    const { events, warnings } = await importAll(made.folder);
    expect(warnings).toEqual([]);
    const [, broke, mended] = made.hashes.map((h) => changesOf(events).find((c) => c.change === h)!);
    expect(broke).toMatchObject({
      subject: 'sub: Break it',
      author: 'Ann',
      commitDate: '2023-11-14T22:14:20Z',
      trailers: [{ key: 'Signed-off-by', value: 'Ann <a@b>' }],
    });
    expect(new Set(broke!.files)).toEqual(new Set(['kernel/a.c', 'odd"\n\ttab']));
    expect(mended).toMatchObject({ author: 'Zoë', fixes: [made.hashes[1]] });
    const only = await importAll(made.folder, { range: 'v6.1..v6.2-rc1', paths: ['kernel'] });
    expect(changesOf(only.events).map((c) => c.subject)).toEqual(['sub: Break it']);
    // The place in the release is the same, whatever was asked for.
    const places = (all: readonly NewEvent[]) =>
      all.flatMap((e) => (e.type === 'ChangeEntered' ? [e.payload] : []));
    expect(places(events)).toContainEqual(places(only.events)[0]);
  });

  it('take a revert out of what later releases contain, and bring back what a revert of the revert brings back', async () => {
    const made = withHashes([
      { parents: [], tags: ['v6.1'] },
      { parents: [0], tags: ['v6.2-rc1'] },
      { parents: [1], message: 'Revert "change 1"\n\nThis reverts commit @1.\n', tags: ['v6.2-rc2'] },
      { parents: [2], message: 'Reapply "change 1"\n\nThis reverts commit @2.\n', tags: ['v6.2'] },
      { parents: [3], message: 'Revert "Reapply"\n\nThis reverts commit @3.\n', tags: ['v6.3-rc1'] },
    ]);
    const graph = releaseGraph(stored((await importAll(made.folder)).events));
    const has = ['v6.1', 'v6.2-rc1', 'v6.2-rc2', 'v6.2', 'v6.3-rc1'].map((r) =>
      graph.contains(r).has(made.hashes[1]!),
    );
    expect(has).toEqual([false, true, false, true, false]);
  });

  it('take out with a reverted merge all that it brought', async () => {
    const made = withHashes([
      { parents: [], tags: ['v6.1'] },
      { parents: [0] },
      { parents: [1] },
      { parents: [0] },
      { parents: [3, 2], message: 'Merge topic', tags: ['v6.2-rc1'] },
      {
        parents: [4],
        message: 'Revert "Merge topic"\n\nThis reverts commit @4, reversing\nchanges made to @3.\n',
        tags: ['v6.2-rc2'],
      },
    ]);
    const graph = releaseGraph(stored((await importAll(made.folder)).events));
    const held = (r: string) => made.hashes.map((h) => graph.contains(r).has(h));
    expect(held('v6.2-rc1')).toEqual([true, true, true, true, true, false]);
    expect(held('v6.2-rc2')).toEqual([true, false, false, true, false, true]);
  });

  it('are the same changes in a stable line, under their mainline names', async () => {
    const away = 'e'.repeat(40);
    const made = withHashes([
      { parents: [], tags: ['v6.1'] },
      { parents: [0], message: 'sub: Feature', tags: ['v6.2-rc1'] },
      { parents: [1], message: 'sub: Fix\n\nFixes: @1 ("sub: Feature")\n', author: 'Ann', tags: ['v6.2'] },
      {
        parents: [0],
        message: 'sub: Fix\n\ncommit @2 upstream.\n\nFixes: @1 ("sub: Feature")\n',
        author: 'Ann',
      },
      {
        parents: [3],
        message: `sub: Elsewhere\n\n[ Upstream commit ${away} ]\n`,
        author: 'Bob',
        tags: ['v6.1.1'],
      },
      { parents: [4], message: 'sub: Stable only' },
      {
        parents: [5],
        message: 'Revert "sub: Fix"\n\nThis reverts commit @3 which is\ncommit @2 upstream.\n',
        tags: ['v6.1.2'],
      },
      { parents: [6], message: 'sub: Not out yet\n\ncommit @1 upstream.\n' },
    ]);
    const { events } = await importAll(made.folder);
    const graph = releaseGraph(stored(events));
    const [, feature, fix, copy] = made.hashes as [string, string, string, string];
    expect(graph.contains('v6.1.1').has(fix)).toBe(true);
    expect(graph.contains('v6.1.2').has(fix)).toBe(false);
    expect(graph.contains('v6.1.1').has(away)).toBe(true);
    expect(graph.firstIn(made.hashes[5]!, '6.1.y')).toBe('v6.1.2');
    expect(graph.resolve(copy)).toBe(fix);
    // The branch's last commit is in no release: it is a name of the change, and enters nothing.
    expect(graph.resolve(made.hashes[7]!)).toBe(feature);
    expect(graph.firstIn(feature, '6.1.y')).toBeNull();
    const subjects = changesOf(events).map((c) => [c.subject, c.confidence]);
    // One record of a change, not one for each copy of it.
    const told = stored(events).filter(
      (e) => e.type === 'ChangeRecorded' && e.payload.subject === 'sub: Fix',
    );
    expect(new Set(told.map((e) => e.id)).size).toBe(1);
    expect(subjects).toContainEqual(['sub: Elsewhere', 'concluded']);
    expect(graph.lines.get('6.1.y')).toMatchObject({ base: 'v6.1' });
  });

  it('are known from their commits and tags, and importing them twice or in parts gives nothing new', async () => {
    const made = makeRepository([
      { parents: [], tags: ['v6.1'] },
      { parents: [0] },
      { parents: [1], tags: ['v6.2-rc1'] },
      { parents: [2], tags: ['v6.2', 'topic/x', { name: 'light', light: true }] },
    ]);
    const ids = (events: readonly NewEvent[]) => new Set(stored(events).map((e) => e.id));
    const { events, warnings } = await importAll(made.folder);
    expect(warnings).toEqual(['2 tags are no releases of kernel.org and were left out']);
    const whole = ids(events);
    const parts = await Promise.all(
      ['v6.2-rc1', 'v6.1..v6.2'].map((range) => importAll(made.folder, { range })),
    );
    for (const part of parts)
      for (const e of stored(part.events))
        if (!e.stream.endsWith('@named')) expect(whole.has(e.id), e.stream).toBe(true);
    const entered = events.find((e) => e.type === 'ChangeEntered' && e.payload.change === made.hashes[1])!;
    expect(entered.knownAt).toBe('2023-11-14T22:15:21Z');
  });

  it('that no release has yet are on the branch that the clone follows, and only there', async () => {
    const plan: Planned[] = [
      { parents: [], tags: ['v6.1'] },
      { parents: [0], tags: ['v6.2-rc1'] },
      { parents: [1], message: 'sub: Fix' },
    ];
    const merged = async (folder: string) =>
      (await importAll(folder)).events.flatMap((e) =>
        e.type === 'ChangeMerged' ? [[e.payload.line, e.payload.change]] : [],
      );
    const upstream = makeRepository(plan);
    const [, , fix] = upstream.hashes as [string, string, string];
    expect(await merged(upstream.folder)).toEqual([['mainline', fix]]);
    // What somebody has committed to a clone of it is on the way to nothing.
    const clone = `${upstream.folder}-clone`;
    gitIn(upstream.folder, ['clone', '-q', upstream.folder, clone]);
    gitIn(clone, [
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@x',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'mine',
    ]);
    expect(await merged(clone)).toEqual([['mainline', fix]]);
    gitIn(clone, ['checkout', '-q', '-b', 'topic']);
    expect(await merged(clone)).toEqual([]);
    // A branch of stable is told by its name, and its copies go by the names that they have in mainline.
    const stable = makeRepository([
      ...plan,
      { parents: [0], message: `sub: Fix\n\ncommit ${fix} upstream.\n` },
    ]);
    stable.git('branch', '-m', 'main', 'linux-6.1.y');
    expect(await merged(stable.folder)).toEqual([['6.1.y', fix]]);
    // Beyond the tag of a distribution it is a tree of that distribution.
    const distribution = makeRepository([
      ...plan,
      { parents: [2], tags: ['Ubuntu-6.2.0-1.1'] },
      { parents: [3] },
    ]);
    expect(await merged(distribution.folder)).toEqual([]);
  });

  it('of a distribution enter the releases that its tags name', async () => {
    const up = 'c'.repeat(40);
    const made = makeRepository([
      { parents: [], tags: ['v6.8'] },
      {
        parents: [0],
        message: `fix\n\nBugLink: x\n\n(cherry picked from commit ${up})\n`,
        tags: ['Ubuntu-6.8.0-7.7'],
      },
      { parents: [1], tags: ['Ubuntu-6.8.0-8.8', 'v6.8.1'] },
    ]);
    const { events } = await importAll(made.folder, { tagRule: { prefix: 'Ubuntu-', line: 'noble' } });
    const graph = releaseGraph(stored(events));
    expect(graph.releases.get('Ubuntu-6.8.0-7.7')).toMatchObject({ line: 'noble', predecessor: 'v6.8' });
    expect(graph.contains('Ubuntu-6.8.0-8.8').has(up)).toBe(true);
  });
});
