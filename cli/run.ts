import yargs, { type Argv } from 'yargs';
import { StoreError } from '../store/errors.ts';
import { QueryError } from '../queries/query-error.ts';
import type { CommonArguments, World } from './context.ts';
import { bisectCommands, withTail } from './grammar/bisect.ts';
import { knowledgeCommands } from './grammar/knowledge.ts';
import { interfaceCommands } from './grammar/interface.ts';
import { logCommands } from './grammar/log.ts';
import { questions } from './grammar/questions.ts';
import { takingIn } from './grammar/taking-in.ts';
import { lastOfEach, text, type To } from './grammar/words.ts';
import { safeText } from './output/safe-text.ts';
import { VERSION } from './version.ts';

/** A command line that cannot be understood. */
class UsageError extends Error {}

/** Runs a command line and gives its exit code: 0 fine, 1 the answer is no, 2 usage, 3 input, 4 the store. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  let code = 0;
  let output = '';
  const parser = commandLine(world, (result) => {
    code = result;
  });
  try {
    await parser.parseAsync(
      [...withTail(argv)],
      {},
      (_error: Error | undefined | null, _args: unknown, text: string) => {
        output = text;
      },
    );
    if (output !== '') world.out(`${output}\n`);
    return code;
  } catch (error) {
    return failed(error, world);
  }
}

async function failed(error: unknown, world: World): Promise<number> {
  const say = (text: string) => {
    world.err(`regline: ${safeText(text)}\n`);
  };
  if (error instanceof UsageError) {
    say(error.message);
    say('regline --help lists the commands');
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
  const { diagnosticsOf, tell } = await import('./commands/import.ts');
  const diagnostics = diagnosticsOf(error, '-');
  if (diagnostics === null) throw error;
  for (const d of diagnostics) tell(world, d);
  return 3;
}

function commandLine(world: World, done: (code: number) => void): Argv {
  const to: To = (load) => async (args: object) => {
    done(await (await load())(world, lastOfEach(args) as never));
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
      describe: 'how to answer',
      global: true,
    })
    .option('color', {
      type: 'boolean',
      default: true,
      describe: 'colour on a terminal (--no-color: none)',
      global: true,
    });
  return [takingIn, questions, interfaceCommands, knowledgeCommands, bisectCommands, logCommands]
    .reduce<Argv>((y, add) => add(y, to), base)
    .completion('completion', 'a completion script for the shell')
    .demandCommand(1, 1, 'say what to do')
    .strict()
    .recommendCommands()
    .wrap(Math.min(world.columns, 120))
    .version(VERSION)
    .help()
    .exitProcess(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? 'wrong usage');
    });
}

export type { CommonArguments };
