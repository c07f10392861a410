import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputInto, type RunOutput } from '../../cli/commands/bisect/run-output.ts';
import { StoreError } from '../../store/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regline-output-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs words of a shell, its output into a file. */
function run(words: string, path: string): { output: RunOutput; ended: Promise<unknown>; pid: number } {
  const child = spawn('sh', ['-c', words], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = new Promise((done) => child.once('exit', done));
  return { output: outputInto(path, child, () => undefined), ended, pid: child.pid! };
}

describe('the output of a command', () => {
  it('is kept as it was printed, more than any buffer holds', async () => {
    const path = join(folder, 'log');
    const { output, ended } = run('head -c 3000000 /dev/urandom; printf "\\\\000last" >&2', path);
    await ended;
    expect(await output.readOut()).toBe(true);
    const sha256 = await output.close();
    const kept = readFileSync(path);
    expect(kept.length).toBe(3_000_005);
    expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
  });

  it('is not waited for where something that was left running holds it', async () => {
    const path = join(folder, 'log');
    const { output, ended, pid } = run('echo first; sleep 600 & echo second', path);
    try {
      await ended;
      expect(await output.readOut()).toBe(false);
      await output.close();
      expect(readFileSync(path, 'utf8')).toBe('first\nsecond\n');
    } finally {
      process.kill(-pid, 'SIGKILL');
    }
  });

  it('is not read on where something that was left running prints without end', async () => {
    const path = join(folder, 'log');
    const { output, ended, pid } = run('echo first; yes & exit 0', path);
    try {
      await ended;
      expect(await output.readOut()).toBe(false);
      const sha256 = await output.close();
      const kept = readFileSync(path);
      expect(kept.toString('latin1').startsWith('first\n')).toBe(true);
      expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
    } finally {
      process.kill(-pid, 'SIGKILL');
    }
  });

  it.runIf(existsSync('/dev/full'))('that is short and cannot be kept is an error, too', async () => {
    const { output, ended } = run('echo a line', '/dev/full');
    await ended;
    const closed = output.readOut().then(() => output.close());
    await expect(closed).rejects.toMatchObject({ code: 'full' });
  });

  it.runIf(existsSync('/dev/full'))(
    'that cannot be kept is an error of the log, and not lost in silence',
    async () => {
      const { output, ended, pid } = run('head -c 100000 /dev/zero; sleep 600', '/dev/full');
      try {
        const failure = await Promise.race([ended, output.failed]).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(StoreError);
        expect((failure as StoreError).code).toBe('full');
        await expect(output.close()).rejects.toBe(failure);
      } finally {
        process.kill(-pid, 'SIGKILL');
      }
    },
  );
});
