import type { Argv } from 'yargs';
import type { World } from '../context.ts';

/** A command, once its arguments are parsed. */
export type Handler = (world: World, args: never) => Promise<number>;

/** Binds a command to its handler, which is loaded only when it is called: start-up stays short. */
export type To = (load: () => Promise<Handler>) => (args: object) => void;

/** An option that takes a text. */
export const text = (describe: string) => ({ type: 'string' as const, describe, requiresArg: true });

/** An option that takes a list with commas; given again, it adds to the list. */
export const list = (describe: string) => ({
  ...text(describe),
  coerce: (given: string | readonly string[]) => (typeof given === 'string' ? given : given.join(',')),
});

/** Architectures and consumers are asked for by either word, wherever the other one means nothing else. */
export const ARCHS = list('architectures, with commas');
export const CONSUMERS = list('consumers, with commas');

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

/** Takes the last of an option that is given twice, as every command of a shell does; lists have been joined by then. */
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
    .option('archs', { ...ARCHS, alias: 'arch' })
    .option('consumers', { ...CONSUMERS, alias: 'consumer' })
    .option('config', list('switches that differ from their defaults: NAME=VALUE,…'));
}

/** For CIs whose machines have another name each time. */
export const anyPlatform = {
  type: 'boolean',
  describe: 'compare whichever platform a test ran on',
} as const;

/** Which results of tests are meant. */
export function whichResults(y: Argv): Argv {
  return y
    .option('archs', { ...list('only these architectures, with commas'), alias: 'arch' })
    .option('config', list('only these configurations, with commas'))
    .option('platforms', list('only these platforms, with commas'))
    .option('origins', list('only results of these CIs, with commas'))
    .option('any-platform', anyPlatform);
}
