import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a run of the built command gave. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command as a user would, with the log of a folder, without colour. */
export function reglineIn(folder: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, REGLINE_DB: join(folder, 'log.db'), NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}
