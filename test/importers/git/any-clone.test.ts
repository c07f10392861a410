import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesOf, importAll } from './import-all.ts';
import { gitIn, makeRepository } from './make-repository.ts';

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
