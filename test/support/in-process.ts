import { join } from 'node:path';
import type { World } from '../../cli/context.ts';
import { run } from '../../cli/run.ts';
import type { Ran } from './built-command.ts';

/** Runs a command line in this process, as the built command would, with the log of a folder, on 80 columns without colour. */
export async function reglineHere(folder: string, ...args: readonly string[]): Promise<Ran> {
  return reglineReading(join(folder, 'log.db'), '', ...args);
}

/** The same for a command that has to succeed; gives what it wrote to standard output. */
export async function outputHere(folder: string, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await reglineHere(folder, ...args);
  if (status !== 0) throw new Error(`regline ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Runs it with a log by its path, and something on standard input. */
export async function reglineReading(
  db: string,
  input: string | Uint8Array,
  ...args: readonly string[]
): Promise<Ran> {
  const { world, written } = worldFor(db, input);
  const status = await run(args, world);
  return { status, ...written() };
}

/** The world around a command: a log by its path, 80 columns without colour, and what was written so far. */
export function worldFor(
  db: string,
  input: string | Uint8Array = '',
): { readonly world: World; readonly written: () => { readonly stdout: string; readonly stderr: string } } {
  const [out, err]: [string[], string[]] = [[], []];
  const world: World = {
    env: { REGLINE_DB: db },
    stdin: (async function* () {
      yield await Promise.resolve(Buffer.from(input));
    })(),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    columns: 80,
    isTerminal: false,
    errIsTerminal: false,
    now: () => new Date('2026-12-01T00:00:00Z'),
    expectShortLife: () => undefined,
    endBySignals: () => () => undefined,
  };
  return { world, written: () => ({ stdout: out.join(''), stderr: err.join('') }) };
}
