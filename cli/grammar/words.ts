import type { Argv } from 'yargs';
import type { World } from '../context.ts';

/** A command, once its arguments are parsed. */
export type Handler = (world: World, args: never) => Promise<number>;

/** Binds a command to its handler, which is loaded only when it is called: start-up stays short. */
export type To = (load: () => Promise<Handler>) => (args: object) => void;

/** An option that takes a text. */
export const text = (describe: string) => ({ type: 'string' as const, describe, requiresArg: true });

/** More formats than text and JSON, for a command whose answer is a page. */
export function page(y: Argv, ...more: readonly string[]): Argv {
  return y.option('format', { choices: ['markdown', 'rst', 'asciidoc', 'html', ...more] });
}

/** The two clocks, on every question. */
export function view(y: Argv): Argv {
  return y
    .option('as-of', text('what the world could know by this day, month or instant'))
    .option('as-recorded', text('what this log held at this moment or position'));
}

/** Arguments that may be given several times; of any other, the last one counts. */
const LISTS = new Set([
  'files',
  'fields',
  'names',
  'subject',
  'good',
  'bad',
  'revisions',
  'tail',
  'with',
  'without',
  '_',
]);

/** Takes the last of an option that is given twice, as every command of a shell does. */
export function lastOfEach(args: object): object {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) && !LISTS.has(name) ? (value.at(-1) as unknown) : value,
    ]),
  );
}

/** Which cells of the table are meant. */
export function selection(y: Argv): Argv {
  return y
    .option('archs', text('architectures, with commas'))
    .option('consumers', text('consumers, with commas'))
    .option('config', text('switches that differ from their defaults: NAME=VALUE,…'));
}

/** For CIs whose machines have another name each time. */
export const anyPlatform = {
  type: 'boolean',
  describe: 'compare whichever platform a test ran on',
} as const;

/** Which results of tests are meant. */
export function whichResults(y: Argv): Argv {
  return y
    .option('archs', text('only these architectures'))
    .option('config', text('only these configurations'))
    .option('platforms', text('only these platforms'))
    .option('origins', text('only results of these CIs'))
    .option('any-platform', anyPlatform);
}
