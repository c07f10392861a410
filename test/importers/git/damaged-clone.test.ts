import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reglineHere } from '../../support/in-process.ts';
import { makeRepository } from './make-repository.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-damaged-clone-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('refuses a folder that is no clone, and a damaged one, as bad input', async () => {
  const none = join(folder, 'none');
  const made = makeRepository([
    { parents: [], tags: ['v6.1'] },
    { parents: [0], tags: ['v6.2'] },
  ]);
  const [first] = made.hashes;
  const object = join(made.folder, '.git/objects', first!.slice(0, 2), first!.slice(2));
  rmSync(object);
  writeFileSync(object, 'no object');
  for (const [repo, says] of [
    [folder, 'not a git repository'],
    [none, 'cannot change to'],
    [made.folder, `loose object ${first!}`],
  ] as const) {
    const { status, stdout, stderr } = await reglineHere(folder, 'import', 'git', '--repo', repo);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`${repo}: error: ${says}`);
  }
});
