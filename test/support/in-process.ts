import { join } from 'node:path';
import { run } from '../../cli/run.ts';
import type { Ran } from './built-command.ts';

/** Runs a command line in this process, as the built command would, with the log of a folder, on 80 columns without colour. */
export async function reglineHere(folder: string, ...args: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const status = await run(args, {
    env: { REGLINE_DB: join(folder, 'log.db') },
    stdin: process.stdin,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    columns: 80,
    isTerminal: false,
    errIsTerminal: false,
    now: () => new Date(),
  });
  return { status, stdout: out.join(''), stderr: err.join('') };
}
