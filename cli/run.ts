import yargs, { type Argv } from 'yargs';
import { StoreError } from '../store/errors.ts';
import { QueryError } from '../queries/query-error.ts';
import type { CommonArguments, World } from './context.ts';
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
      [...argv],
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

/** An option that is given twice means its last value; only lists of words stay lists. */
function lastOfEach(args: object): object {
  const lists = new Set(['files', 'fields', 'subject', '_']);
  return Object.fromEntries(
    Object.entries(args).map(([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) && !lists.has(name) ? (value.at(-1) as unknown) : value,
    ]),
  );
}

type Handler = (world: World, args: never) => Promise<number>;

function commandLine(world: World, done: (code: number) => void): Argv {
  const to = (load: () => Promise<Handler>) => async (args: object) => {
    done(await (await load())(world, lastOfEach(args) as never));
  };
  const ask = (name: keyof typeof import('./commands/questions.ts')) =>
    to(async () => (await import('./commands/questions.ts'))[name]);
  const act = (name: keyof typeof import('./commands/log.ts')) =>
    to(async () => (await import('./commands/log.ts'))[name]);
  const text = (describe: string) => ({ type: 'string' as const, describe, requiresArg: true });
  const view = (y: Argv) =>
    y
      .option('as-of', text('what the world could know by this day, month or instant'))
      .option('as-recorded', text('what this log held at this moment or position'));
  return yargs()
    .scriptName('regline')
    .usage('$0 <command>\n\nWhich change broke which consumer, where is it fixed, and how do we know.')
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .option('db', { ...text('the file of the log (else REGLINE_DB, else ./regline.db)'), global: true })
    .option('format', {
      type: 'string',
      choices: ['text', 'markdown', 'json'],
      default: 'text',
      describe: 'how to answer',
      global: true,
    })
    .option('color', {
      type: 'boolean',
      default: true,
      describe: 'colour on a terminal (--no-color: none)',
      global: true,
    })
    .command('init', 'make an empty log', (y) => y.example('$0 init --db work.db', ''), act('initCommand'))
    .command(
      'import <type> <files..>',
      'take facts and results in: files, folders, - for standard input',
      (y) =>
        y
          .positional('type', { type: 'string', describe: 'the format, or auto' })
          .positional('files', { type: 'string', array: true })
          .option('dry-run', { type: 'boolean', describe: 'say what would happen, and do nothing' })
          .option('origin', text('who ran the tests, where the file does not say'))
          .option('release', text('the kernel, where the file does not say'))
          .option('arch', text('the architecture, where the file does not say'))
          .option('config', text('the configuration, where the file does not say'))
          .option('known-at', text('when it became public, where the file does not say'))
          .example('$0 import facts data/rseq', 'the shipped data set'),
      to(async () => (await import('./commands/import.ts')).importCommand as Handler),
    )
    .command(
      'record <section> <fields..>',
      'take in one fact by hand; sections and fields as in docs/facts.md',
      (y) =>
        y
          .positional('section', { type: 'string' })
          .positional('fields', { type: 'string', array: true })
          .option('source', text('who says so: a message-id, a commit, an address'))
          .option('by', text('who speaks'))
          .option('known', text('when it became public'))
          .option('reason', text('why this is concluded'))
          .example(
            '$0 record breakage says=broken consumer=criu archs=[arm64] releases=[v7.1] --source "<id@host>"',
            '',
          ),
      act('recordCommand'),
    )
    .command(
      'retract <id>',
      'take an event, a result in one (ID#3) or a retraction out of the count',
      (y) =>
        y
          .positional('id', { type: 'string' })
          .option('reason', text('why'))
          .example('$0 retract 1a2b3c4d --reason "wrong board"', ''),
      act('retractCommand'),
    )
    .command(
      'culprits [id]',
      'the regressions, and which changes did it',
      (y) =>
        view(y)
          .positional('id', { type: 'string' })
          .option('consumer', text('only this consumer'))
          .option('arch', text('only this architecture'))
          .example('$0 culprits --consumer tcmalloc --as-of 2026-03-14', ''),
      ask('culpritsCommand'),
    )
    .command(
      'table',
      'what works where: consumer x release x architecture',
      (y) =>
        view(y)
          .option('releases', text('names, ranges along the graph and lines: v6.18..v7.1,7.0.y'))
          .option('archs', text('architectures, with commas'))
          .option('consumers', text('consumers, with commas'))
          .option('config', text('switches that differ from their defaults: NAME=VALUE,…'))
          .example('$0 table --releases 7.0.y --archs arm64', ''),
      ask('tableCommand'),
    )
    .command(
      'timeline',
      'how each consumer fared along every line',
      (y) =>
        view(y)
          .option('archs', text('architectures, with commas'))
          .option('consumers', text('consumers, with commas'))
          .example('$0 timeline --consumers tcmalloc', ''),
      ask('timelineCommand'),
    )
    .command(
      'explain <subject..>',
      'how we know: a cell, a regression, a change, a behaviour or an event',
      (y) =>
        view(y)
          .positional('subject', { type: 'string', array: true })
          .example('$0 explain tcmalloc v7.0.10 arm64', ''),
      ask('explainCommand'),
    )
    .command(
      'releases',
      'the releases that the log knows',
      (y) => view(y).example('$0 releases', ''),
      ask('releasesCommand'),
    )
    .command(
      'consumers',
      'the consumers that the log knows',
      (y) => view(y).example('$0 consumers', ''),
      ask('consumersCommand'),
    )
    .command(
      'tests',
      'the tests that the log knows, and what they exercise',
      (y) => view(y).example('$0 tests', ''),
      ask('testsCommand'),
    )
    .command(
      'log',
      'the events, newest last',
      (y) =>
        y
          .option('only', text('event types, with commas'))
          .option('stream', text('the versions of one statement'))
          .option('limit', text('how many (50)'))
          .example('$0 log --only BreakageClaimed', ''),
      act('logCommand'),
    )
    .command(
      'show <id>',
      'one event (ID#3: one result in it)',
      (y) => y.positional('id', { type: 'string' }).example('$0 show 1a2b3c4d', ''),
      act('showCommand'),
    )
    .command(
      'rejects',
      'what imports could not understand',
      (y) => y.example('$0 rejects', ''),
      act('rejectsCommand'),
    )
    .command(
      'verify',
      'check the log: nothing changed, missing, added or reordered',
      (y) => y.example('$0 verify', ''),
      act('verifyCommand'),
    )
    .command(
      'rebuild',
      'make everything that is not the log anew',
      (y) => y.example('$0 rebuild', ''),
      act('rebuildCommand'),
    )
    .command('stats', 'counts', (y) => y.example('$0 stats --format json', ''), act('statsCommand'))
    .command(
      'export',
      'the events, one JSON object a line',
      (y) => y.example('$0 export > log.ndjson', ''),
      act('exportCommand'),
    )
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
