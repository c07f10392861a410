import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript, shellOf } from '../../cli/output/completion-script.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-completion-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What bash offers for a command line when the program answers with these words. */
function offered(answers: readonly string[], ...words: readonly string[]): readonly string[] {
  writeFileSync(join(folder, 'answers'), answers.map((a) => `${a}\n`).join(''));
  writeFileSync(join(folder, 'regline'), `#!/bin/sh\ncat '${join(folder, 'answers')}'\n`);
  chmodSync(join(folder, 'regline'), 0o755);
  const script = `${completionScript('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _regline; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe('the completion script of bash', () => {
  it('offers what begins like the word at the cursor, lists with commas as they are', () => {
    expect(offered(['table', 'table-diff', 'tests'], 'regline', 'ta')).toEqual(['table', 'table-diff']);
    expect(offered(['a,glibc/2.34', 'a,b'], 'regline', 'table', '--consumers', 'a,g')).toEqual([
      'a,glibc/2.34',
    ]);
    expect(offered(['text', 'json'], 'regline', 'table', '--format', '')).toEqual(['text', 'json']);
  });

  it('expands nothing that a log holds, and quotes what a shell would read', () => {
    const hostile = '$(touch pwned)`touch pwned`;x';
    expect(offered([hostile], 'regline', 'explain', '')).toEqual([
      String.raw`\$\(touch\ pwned\)\`touch\ pwned\`\;x`,
    ]);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });
});

it('is the one of the shell that runs, and bash where that is none that is known', () => {
  expect(['/bin/zsh', '/usr/bin/bash', '/bin/fish', undefined].map(shellOf)).toEqual([
    'zsh',
    'bash',
    'bash',
    'bash',
  ]);
  expect(completionScript('zsh')).toMatch(/^#compdef regline\n/);
});
