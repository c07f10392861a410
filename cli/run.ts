import yargs, { type Argv } from 'yargs';
import { StoreError } from '../store/errors.ts';
import { QueryError } from '../queries/model/query-error.ts';
import type { CommonArguments, World } from './context.ts';
import { withTail } from './grammar/bisect-options.ts';
import { bisectCommands } from './grammar/bisect.ts';
import { knowledgeCommands } from './grammar/knowledge.ts';
import { interfaceCommands } from './grammar/interface.ts';
import { logCommands } from './grammar/log.ts';
import { questions } from './grammar/questions.ts';
import { takingIn } from './grammar/taking-in.ts';
import { hideDash, showDash } from './grammar/standard-input.ts';
import { lastOfEach, text, type To } from './grammar/words.ts';
import { safeText } from './output/safe-text.ts';
import { explainUsage, refuseEmpty, UsageError, WORDS } from './usage.ts';
import { VERSION } from './version.ts';

/** Runs a command line and gives its exit code: 0 fine, 1 the answer is no, 2 usage, 3 input, 4 the store. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let output = '';
  const parser = commandLine(world);
  try {
    if (argv[0] === '--get-yargs-completions') {
      const { completeValues } = await import('./commands/complete.ts');
      const values = await completeValues(world, argv.slice(1));
      if (values !== null) {
        world.out(values.map((value) => `${value}\n`).join(''));
        return 0;
      }
    }
    await parser.parseAsync(
      [...hideDash(withTail(argv))],
      {},
      (_error: Error | undefined | null, _args: unknown, text: string) => {
        output = text;
      },
    );
    if (output !== '') world.out(`${output}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Chosen)) return failed(error, world, argv);
    try {
      return await error.command();
    } catch (why) {
      return failed(why, world, argv);
    }
  }
}

/**
 * The command that a line asks for. It is thrown out of the parser, and not run by it: behind every command that returns to it yargs lays
 * out the help of that command, which nobody asked for, at the price of a short question.
 */
class Chosen extends Error {
  readonly command: () => Promise<number>;
  constructor(command: () => Promise<number>) {
    super('a command was chosen');
    this.command = command;
  }
}

async function failed(error: unknown, world: World, argv: readonly string[]): Promise<number> {
  const say = (text: string) => {
    world.err(`regline: ${safeText(text)}\n`);
  };
  if (error instanceof UsageError) {
    const parser = () => commandLine(world);
    const [what = '', ...more] = await explainUsage(error, argv, parser);
    say(what);
    for (const line of more) world.err(`  ${safeText(line)}\n`);
    return 2;
  }
  if (error instanceof QueryError) {
    say(error.message);
    for (const suggestion of error.suggestions) world.err(`  did you mean: ${safeText(suggestion)}\n`);
    if (error.hint !== undefined) world.err(`  ${safeText(error.hint)}\n`);
    return 2;
  }
  // A search or a clone that cannot be used as asked; a line of a file that cannot be read is bad input.
  if (error instanceof Error && (error.name === 'BisectError' || error.name === 'GitError')) {
    say(error.message);
    return (error as { code?: unknown }).code === 'bad-line' ? 3 : 2;
  }
  if (error instanceof StoreError) {
    say(error.message);
    world.err(`  ${safeText(error.hint)}\n`);
    return 4;
  }
  const { diagnosticsOf, tell } = await import('./output/diagnostic.ts');
  const diagnostics = diagnosticsOf(error, '-');
  if (diagnostics === null) throw error;
  for (const d of diagnostics) tell(world, d);
  return 3;
}

function commandLine(world: World): Argv {
  const to: To = (load) => (args) => {
    const given = showDash(lastOfEach(args));
    refuseEmpty(given);
    throw new Chosen(async () => (await load())(world, given as never));
  };
  const ask: To = (load) => {
    const answer = to(load);
    return (args) => {
      world.expectShortLife();
      answer(args);
    };
  };
  const base = yargs()
    .scriptName('regline')
    .usage('$0 <command>\n\nWhich change broke which consumer, where is it fixed, and how do we know.')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .option('db', { ...text('the file of the log (else REGLINE_DB, else ./regline.db)'), global: true })
    .option('format', {
      type: 'string',
      choices: ['text', 'json'],
      default: 'text',
      requiresArg: true,
      describe: 'how to answer',
      global: true,
    })
    .option('color', {
      type: 'boolean',
      default: true,
      describe: 'colour on a terminal (--no-color: none)',
      global: true,
    });
  return (
    [
      [takingIn, to],
      [questions, ask],
      [interfaceCommands, ask],
      [knowledgeCommands, ask],
      [bisectCommands, to],
      [logCommands, to],
    ] as const
  )
    .reduce<Argv>((y, [add, how]) => add(y, how), base)
    .completion(
      // The script is a command of ours; this name is only how yargs is told of the words.
      'yargs-completion',
      false,
      // The usual words, but for the name of a command without a name; the verbs that it stands for instead.
      (
        _current: string,
        _args: unknown,
        usual: (then: (error: Error | null, words: string[] | undefined) => void) => void,
        say: (words: string[]) => void,
      ) => {
        usual((_error, words) => {
          say((words ?? []).flatMap((word) => (word === '$0' ? ['good', 'bad', 'old', 'new'] : [word])));
        });
      },
    )
    .demandCommand(1, 'say what to do')
    .strict()
    .updateStrings(WORDS as unknown as Record<string, string>)
    .wrap(Math.min(world.columns, 120))
    .version(VERSION)
    .help()
    .alias('h', 'help')
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageError(message ?? error?.message ?? 'wrong usage');
    });
}

export type { CommonArguments };
