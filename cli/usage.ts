import type { Argv } from 'yargs';
import { nearest } from '../queries/model/query-error.ts';

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/** What yargs says of a command line, in the words of the other messages. */
export const WORDS = {
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'something is missing: got %s argument, need at least %s',
    other: 'something is missing: got %s arguments, need at least %s',
  },
  'Not enough arguments following: %s': 'a value is missing after --%s',
  'Missing required argument: %s': { one: 'say --%s', other: 'say each of: %s' },
  'Invalid values:': ' ',
  'Argument: %s, Given: %s, Choices: %s': '%s cannot be %s: it takes %s',
  'Unknown argument: %s': { one: 'Unknown: %s', other: 'Unknown: %s' },
};

/** Arguments that may be empty: words of a command that `bisect run` is told to run, and fields that a schema judges. */
const MAY_BE_EMPTY = new Set(['tail', 'fields', 'command']);

/**
 * Refuses an argument that is the empty text: it is a variable of a shell that was not set, and would else mean all there is.
 *
 * @throws UsageError that names the argument.
 */
export function refuseEmpty(args: object): void {
  const names = Object.keys(args);
  for (const [name, value] of Object.entries(args) as [string, unknown][]) {
    if (MAY_BE_EMPTY.has(name) || !(value === '' || (Array.isArray(value) && value.includes('')))) continue;
    const hyphened = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`the value of ${names.includes(hyphened) ? hyphened : name} is empty`);
  }
}

/** Says what is wrong with a command line, what may have been meant, and where to read on: a line each. */
export async function explainUsage(
  error: UsageError,
  argv: readonly string[],
  parser: () => Argv,
): Promise<readonly string[]> {
  const can = (...words: readonly string[]) => completionsOf(parser(), words);
  const message = error.message.trim().replace(/\n */g, ' ');
  const unknown = /^Unknown: (.*)$/s.exec(message)?.[1]?.split(', ');
  const commands = await can('');
  const at = argv.findIndex((word) => commands.includes(word));
  if (at < 0) {
    const lines = 'regline --help lists the commands';
    if (unknown === undefined) return [message, lines];
    const [name = ''] = unknown;
    return [`there is no command "${name}"`, ...nearest(name, commands).map(didYouMean), lines];
  }
  const [command = '', verb = ''] = argv.slice(at);
  const isVerb = !verb.startsWith('-') && (await can(command, '')).includes(verb);
  const path = isVerb ? [command, verb] : [command];
  const help = `regline ${path.join(' ')} --help says how it is used`;
  const counted = MISSING.exec(message);
  if (counted !== null) return missing(await usageOf(parser(), path), Number(counted[1]), path, help);
  if (unknown === undefined) return [dashed(message, argv), help];
  const option = argv.find((word) => word.startsWith('-') && unknown.includes(nameOf(word)));
  if (option === undefined) return [`there is no place for "${unknown.join(' ')}"`, help];
  const name = nameOf(option);
  const formats = (await can(...path, '--format', '')).filter((format) => format === name);
  const options = (await can(...path, '--')).map(nameOf);
  return [
    `${path.join(' ')} has no option ${option.replace(/=.*$/s, '')}`,
    ...formats.map((format) => didYouMean(`--format ${format}`)),
    ...nearest(name, options).map((near) => didYouMean(`--${near}`)),
    ...(GITS_VIEWER.test(`${command} ${verb}`)
      ? ['it lists suspects, and starts no viewer: git log GOOD..BAD takes the options of one']
      : []),
    help,
  ];
}

/** What yargs says of positional words, as {@link WORDS} has it. */
const MISSING = /^something is missing: got (\d+) argument/;

/** Names the words that a command still needs; a command that has verbs needs one of them. */
function missing(usage: string, given: number, path: readonly string[], help: string): readonly string[] {
  const wanted = (usage.match(/<[^>]+>/g) ?? []).slice(given);
  if (wanted.length === 0) return ['say what to do', `regline ${path.join(' ')} --help lists the verbs`];
  return [`${wanted.join(' and ')} ${wanted.length === 1 ? 'is' : 'are'} missing`, usage, help];
}

/** The first line of a command's help: its words, `<…>` those that it needs. */
async function usageOf(parser: Argv, path: readonly string[]): Promise<string> {
  let said = '';
  await parser.parseAsync([...path, '--help'], {}, (_error, _args, text) => {
    said = text;
  });
  return said.split('\n', 1)[0]!;
}

/** Names an option as it is written, where a message of yargs speaks of what it may be. */
function dashed(message: string, argv: readonly string[]): string {
  const name = /^(\S+) cannot be /.exec(message)?.[1];
  const isOption = argv.some((word) => word.startsWith('-') && nameOf(word) === name);
  return isOption ? `--${message}` : message;
}

/** What the last of some words may be, as the shell is told of it. */
async function completionsOf(parser: Argv, words: readonly string[]): Promise<readonly string[]> {
  let said = '';
  await parser.parseAsync(['--get-yargs-completions', 'regline', ...words], {}, (_error, _args, text) => {
    said = text;
  });
  return said.split('\n').filter((word) => word !== '');
}

/** A command of git that hands its options to a viewer. */
const GITS_VIEWER = /^bisect (?:visualize|view)$/;

const didYouMean = (what: string) => `did you mean: ${what}`;

const nameOf = (word: string) => word.replace(/^--?(no-)?/, '').replace(/=.*$/s, '');
