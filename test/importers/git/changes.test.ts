import fc from 'fast-check';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitImporter } from '../../../importers/git/importer.ts';
import { readMessage } from '../../../importers/git/message.ts';
import { releaseGraph } from '../../../queries/releases/release-graph.ts';
import type { NewEvent } from '../../../store/events/event.ts';
import { checkPayload, catalogue } from '../../../store/events/catalogue.ts';
import { stored } from '../../support/facts-model.ts';
import { gitIn, makeRepository, type Planned } from './make-repository.ts';

async function importAll(
  repository: string,
  more: Partial<Parameters<typeof gitImporter.read>[0]> = {},
): Promise<{ readonly events: readonly NewEvent[]; readonly warnings: readonly string[] }> {
  const events: NewEvent[] = [];
  const warnings: string[] = [];
  for await (const page of gitImporter.read({
    repository,
    range: null,
    paths: [],
    tagRule: null,
    hints: {},
    ...more,
  })) {
    events.push(...page.events);
    warnings.push(...(page.warnings ?? []).map((w) => w.message));
  }
  for (const e of events) checkPayload(catalogue, e.type, e.payload);
  return { events, warnings };
}

function changesOf(events: readonly NewEvent[]) {
  return events.flatMap((e) => (e.type === 'ChangeRecorded' ? [e.payload] : []));
}

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

describe('a commit message', () => {
  it('names what it reverts, in the words of git, of stable and of merges', () => {
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
    const reverts = (body: string) => readMessage(`Revert "x"\n\n${body}`).reverts;
    expect(reverts(`This reverts commit ${a}.`)).toEqual([{ commit: a, upstream: null, madeTo: null }]);
    expect(reverts(`This reverts commit ${a} which is\ncommit ${b} upstream.`)).toEqual([
      { commit: a, upstream: b, madeTo: null },
    ]);
    expect(reverts(`This reverts commit ${a}, reversing\nchanges made to ${b}.`)).toEqual([
      { commit: a, upstream: null, madeTo: b },
    ]);
    expect(reverts('This reverts commit 1234567890ab ("foo: bar").').map((r) => r.commit)).toEqual([
      '1234567890ab',
    ]);
    expect(reverts(`This reverts commits ${a} and ${b}.`).map((r) => r.commit)).toEqual([a, b]);
    expect(
      reverts('This partially reverts commit 1234567890ab.\nWe cannot revert commit 1234567890ab.'),
    ).toEqual([]);
  });

  it('names what it copies before anything else, and only there', () => {
    const a = 'a'.repeat(40);
    const upstream = (body: string) => readMessage(`x: y\n\n${body}`).upstream;
    for (const form of [
      `commit ${a} upstream.`,
      `[ Upstream commit ${a} ]`,
      `Upstream commit ${a}`,
      `[ commit ${a} upstream ]`,
      `Prose.\n\nSigned-off-by: A <a@b>\n(cherry picked from commit ${a})\nSigned-off-by: B <b@b>`,
      `BugLink: x\n\n(backported from commit ${a} linux-next)`,
    ])
      expect(upstream(form), form).toEqual([a]);
    expect(upstream(`It repairs what commit ${a} upstream broke.`)).toEqual([]);
    expect(upstream(`Since then\ncommit ${a} upstream does it.`)).toEqual([]);
  });

  it('gives the trailers at its end, and none of its prose', () => {
    const { subject, trailers, fixes } = readMessage(
      [
        'rseq: Do it',
        'another way',
        '',
        'Note: this is prose, and more of it',
        'goes here.',
        '',
        'Fixes: 0f085b41880e ("rseq: Provide and use',
        ' rseq_set_ids()")',
        'Reported-by: Ann <ann@example.org>',
        '[ bob: fixed a typo ]',
        'Signed-off-by: Bob <bob@example.org>',
        'Link: https://lore.example.org/1',
        '',
      ].join('\r\n'),
    );
    expect(subject).toBe('rseq: Do it another way');
    expect(trailers.map((t) => `${t.key}: ${t.value}`)).toEqual([
      'Fixes: 0f085b41880e ("rseq: Provide and use rseq_set_ids()")',
      'Reported-by: Ann <ann@example.org>',
      'Signed-off-by: Bob <bob@example.org>',
      'Link: https://lore.example.org/1',
    ]);
    expect(fixes).toEqual(['0f085b41880e']);
  });

  it('of any text is read', () => {
    const piece = fc.constantFrom(
      'This reverts commit 1234567',
      'commit ',
      'a'.repeat(40),
      ' upstream',
      '(',
      ', reversing changes made to ',
      'Fixes: ',
      ' ("',
      '\n',
      '\n\n',
      '[ Upstream commit ',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 30 }).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(text, (message) => {
        expect(readMessage(message).subject).not.toBe('');
      }),
    );
    expect(readMessage('This reverts commit 1234567 (\n'.repeat(20_000)).subject).not.toBe('');
  });
});

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

describe('a clone of anybody', () => {
  it('starts nothing, and no name of a file, tag or branch is an option', async () => {
    const made = makeRepository([
      { parents: [], files: ['--output=pwned', '-n', '$(touch pwned)', 'a\u001b[31mred'], tags: ['v6.1'] },
      { parents: [0], message: '--all\n\n\u001b]0;x\u0007', author: '$(id)', tags: ['v6.2'] },
    ]);
    gitIn(made.folder, ['update-ref', 'refs/tags/-f', made.hashes[0]!]);
    gitIn(made.folder, ['update-ref', 'refs/heads/--exec=touch', made.hashes[0]!]);
    const trap = join(made.folder, 'pwned');
    const script = join(made.folder, 'trap.sh');
    writeFileSync(script, `#!/bin/sh\ntouch '${trap}'\n`, { mode: 0o755 });
    for (const key of [
      'core.pager',
      'core.fsmonitor',
      'core.sshCommand',
      'gpg.program',
      'diff.external',
      'core.editor',
    ])
      gitIn(made.folder, ['config', key, script]);
    gitIn(made.folder, ['config', 'log.showSignature', 'true']);
    const { events } = await importAll(made.folder, { paths: ['-n'] });
    expect(changesOf(events).map((c) => c.subject)).toEqual(['change 0']);
    expect((await importAll(made.folder)).events.length).toBeGreaterThan(events.length);
    for (const range of ['--all', '-f', 'a..--all', '$(touch pwned)', 'HEAD;touch pwned', '', '\u0000'])
      await expect(importAll(made.folder, { range }).then(() => range))
        .resolves.toBe('')
        .catch((error: unknown) => {
          expect((error as Error).message).toMatch(/revision|no commit|GitError/);
        });
    expect(existsSync(trap)).toBe(false);
    expect(existsSync('pwned')).toBe(false);
  });

  it('with tags of nothing is read without them, and they are named', async () => {
    const made = makeRepository([
      { parents: [], tags: ['v6.1'] },
      { parents: [0], tags: ['v6.2'] },
    ]);
    const whole = await importAll(made.folder);
    const tag = (type: string, object: string, name: string) =>
      gitIn(
        made.folder,
        ['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'],
        `object ${object}\ntype ${type}\ntag ${name}\ntagger A <a@b> 1700000000 +0000\n\nx\n`,
      ).trim();
    const put = (name: string, object: string) => {
      writeFileSync(join(made.folder, '.git/refs/tags', name), `${object}\n`);
    };
    put('v6.3', '1'.repeat(40));
    put('v6.4', tag('commit', '2'.repeat(40), 'v6.4'));
    put('v6.5', tag('tree', made.hashes[0]!, 'v6.5'));
    const { events, warnings } = await importAll(made.folder);
    expect(events).toEqual(whole.events);
    expect(warnings).toEqual(['tags that lead to no commit here were left out (3): v6.3, v6.4, v6.5']);
  });

  it('is read as it was made, whatever grafts and replacements say of it', async () => {
    const made = makeRepository([
      { parents: [], tags: ['v6.1'] },
      { parents: [0] },
      { parents: [1] },
      { parents: [2], tags: ['v6.2'] },
    ]);
    const whole = await importAll(made.folder);
    writeFileSync(join(made.folder, '.git/info/grafts'), `${made.hashes[3]!} ${made.hashes[0]!}\n`);
    expect((await importAll(made.folder)).events).toEqual(whole.events);
    gitIn(made.folder, ['update-ref', `refs/replace/${made.hashes[2]!}`, made.hashes[0]!]);
    expect((await importAll(made.folder)).events).toEqual(whole.events);
  });

  it('that is none is refused, and one without tags or history is told of', async () => {
    await expect(importAll(join(makeRepository([{ parents: [] }]).folder, 'nowhere'))).rejects.toThrow(
      /nowhere|No such/,
    );
    const bare = await importAll(makeRepository([{ parents: [] }]).folder);
    expect(bare.warnings).toEqual(['no tag of the clone is a release: its changes enter none']);
    const deep = makeRepository([{ parents: [] }, { parents: [0] }, { parents: [1], tags: ['v6.1'] }]);
    const shallow = `${deep.folder}-shallow`;
    gitIn(deep.folder, ['clone', '-q', '--depth', '1', `file://${deep.folder}`, shallow]);
    expect((await importAll(shallow)).warnings[0]).toContain('shallow');
  });

  it('with refs that git itself passes over is told of, by their names', async () => {
    const made = makeRepository([
      { parents: [], tags: ['v6.1'] },
      { parents: [0], tags: ['v6.2'] },
    ]);
    mkdirSync(join(made.folder, '.git/refs/tags'), { recursive: true });
    writeFileSync(join(made.folder, '.git/refs/tags/v6.3'), 'no hash\n');
    writeFileSync(join(made.folder, '.git/refs/heads/linux-6.1.y'), '');
    const { warnings } = await importAll(made.folder);
    expect(warnings).toEqual([
      'damaged tags and branches were left out (2): refs/heads/linux-6.1.y, refs/tags/v6.3',
    ]);
  });
});
