import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'regline-code-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** A build of a few files that can name itself. */
function built(name: string) {
  const at = join(root, name);
  for (const folder of ['cli', 'queries', 'store']) mkdirSync(join(at, folder), { recursive: true });
  writeFileSync(join(at, 'package.json'), '{"type":"module"}');
  for (const file of ['code-id', 'note-code-id'])
    copyFileSync(`dist/cli/${file}.js`, join(at, `cli/${file}.js`));
  writeFileSync(join(at, 'cli/main.js'), '');
  writeFileSync(join(at, 'queries/answer.js'), 'export const answer = 42;');
  const node = (...args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd: at, encoding: 'utf8' }).stdout;
  return {
    at: (file: string) => join(at, file),
    note: () => node('cli/note-code-id.js'),
    id: () =>
      node('--input-type=module', '-e', 'console.log((await import("./cli/code-id.js")).codeId())').trim(),
  };
}

describe('the name of the code that answers', () => {
  it('is what the build has noted, the same wherever it lies', () => {
    const [one, other] = [built('one'), built('other')];
    one.note();
    other.note();
    expect(one.id()).toMatch(/^[0-9a-f]{64}$/);
    expect(one.id()).toBe(other.id());
    expect(one.id()).toBe(readFileSync(one.at('code-id'), 'utf8'));
  });

  it('is another one where the code is', () => {
    const code = built('changed');
    code.note();
    const before = code.id();
    writeFileSync(code.at('queries/answer.js'), 'export const answer = 43;');
    code.note();
    expect(code.id()).not.toBe(before);
  });

  it('is not what was noted of a build before', () => {
    const code = built('compiled');
    code.note();
    const before = code.id();
    writeFileSync(code.at('queries/answer.js'), 'export const answer = 43;');
    const later = new Date(Date.now() + 60_000);
    utimesSync(code.at('cli/main.js'), later, later);
    expect(code.id()).toMatch(/^[0-9a-f]{64}$/);
    expect(code.id()).not.toBe(before);
  });

  it('is told from the files where nothing is noted', () => {
    const code = built('bare');
    expect(existsSync(code.at('code-id'))).toBe(false);
    const before = code.id();
    writeFileSync(code.at('queries/answer.js'), 'export const answer = 4300;');
    expect(code.id()).not.toBe(before);
  });
});
