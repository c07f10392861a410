import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withRunLock } from '../../cli/commands/bisect/run-lock.ts';
import type { World } from '../../cli/context.ts';
import { lockFile } from '../../store/sqlite/process-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-lock-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const silent = { err: () => undefined } as unknown as World;
const soon = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('the lock of a run', () => {
  it('is taken over from a killed run by exactly one of many that come at once', async () => {
    for (let round = 0; round < 25; round++) {
      // What a killed run leaves: process numbers of Linux end far below this one.
      const dead = { by: { pid: 2 ** 30, began: '1' }, command: null };
      writeFileSync(join(folder, 'running.json'), JSON.stringify(dead));
      let inside = 0;
      let most = 0;
      const all = await Promise.allSettled(
        Array.from({ length: 8 }, () =>
          withRunLock(silent, folder, async () => {
            most = Math.max(most, ++inside);
            await soon(10);
            inside--;
          }),
        ),
      );
      const refused = all.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown);
      expect([round, most, refused.length]).toEqual([round, 1, 7]);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'conflict' });
      expect(existsSync(join(folder, 'running.json'))).toBe(false);
    }
  });

  it('goes with the process that held it, and with no other', async () => {
    const path = join(folder, 'running.lock');
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { lockFile } from ${JSON.stringify(new URL('../../dist/store/sqlite/process-lock.js', import.meta.url).href)};
         if (lockFile(process.argv[1]) !== null) console.log('held');
         setInterval(() => undefined, 1000);`,
        path,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    expect(lockFile(path)).toBeNull();
    // That somebody was refused takes nothing from who holds it.
    expect(lockFile(path)).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const unlock = lockFile(path);
    expect(unlock).not.toBeNull();
    expect(lockFile(path)).toBeNull();
    unlock!();
    lockFile(path)!();
  });
});
