import type { Argv } from 'yargs';
import { common, costs, deciding, running, starting, told } from './bisect-options.ts';
import { list, text, type Handler, type To } from './words.ts';

/** The commands of a search for the change behind regressions. */
export function bisectCommands(y: Argv, to: To): Argv {
  return y.command('bisect', 'search the change behind one or several regressions', (b) =>
    ending(looking(testing(b, to), to), to),
  );
}

/** Verbs that begin a search and lead it on. */
function testing(b: Argv, to: To): Argv {
  return b
    .command(
      'start [revisions..]',
      'begin: BAD GOOD…, or --good and --bad, or a consumer that the log knows; -- paths make their commits likelier',
      (z) =>
        starting(z)
          .example('$0 bisect start --consumer tcmalloc --arch x86_64', 'without any clone')
          .example('$0 bisect start --repo linux v6.19-rc1 v6.18 -- kernel/rseq.c', ''),
      to(async () => (await import('../commands/bisect/start.ts')).startCommand as Handler),
    )
    .command(
      'next',
      'what to test next',
      (z) =>
        costs(z)
          .option('checkout', {
            type: 'boolean',
            describe: "check it out in the session's own worktree, and from then on what comes after it",
          })
          .option('ahead', {
            type: 'boolean',
            describe: 'what comes after either outcome, to build it ahead',
          })
          .example('$0 bisect next --machines 3', ''),
      to(async () => (await import('../commands/bisect/next.ts')).nextCommand as Handler),
    )
    .command(
      'skip [revisions..]',
      'cannot be tested: REV, or A..B for each of a range',
      (z) => told(z).example('$0 bisect skip --reason boot', ''),
      to(async () => (await import('../commands/bisect/outcome.ts')).skipCommand as Handler),
    )
    .command(
      'undo',
      'take the last outcomes back',
      (z) => deciding(z).example('$0 bisect undo', ''),
      to(async () => (await import('../commands/bisect/undo.ts')).undoCommand as Handler),
    )
    .command(
      'run [command..]',
      'test with a command until the search has an answer; exit codes as in git bisect run',
      (z) => running(z).example('$0 bisect run --timeout 600 ./test.sh -v', ''),
      to(async () => (await import('../commands/bisect/run.ts')).runCommand as Handler),
    )
    .command(
      'weigh <suspect> <factor>',
      'multiply the weight of a suspect',
      (z) =>
        deciding(z)
          .positional('suspect', { type: 'string', demandOption: true })
          .positional('factor', { type: 'string', demandOption: true })
          .option('reason', text('why'))
          .example('$0 bisect weigh 39a167560a61 10 --reason "touches the entry code"', ''),
      to(async () => (await import('../commands/bisect/weigh.ts')).weighCommand as Handler),
    )
    .command(
      '$0 <term> [revisions..]',
      "good, bad, old, new, or the session's own terms: how a version (the next one) fared",
      (z) =>
        told(z)
          .positional('term', { type: 'string', demandOption: true })
          .example('$0 bisect good v6.18', ''),
      to(async () => (await import('../commands/bisect/outcome.ts')).termCommand as Handler),
    );
}

/** Verbs that only look. */
function looking(b: Argv, to: To): Argv {
  return b
    .command(
      'status',
      'where the search stands',
      (z) =>
        costs(z)
          .option('why', {
            type: 'string',
            describe: 'why this suspect (the likeliest) is as likely as it is',
          })
          .example('$0 bisect status --why 39a167560a61', ''),
      to(async () => (await import('../commands/bisect/status.ts')).statusCommand as Handler),
    )
    .command(
      ['visualize', 'view'],
      'every suspect that is left, one line each',
      (z) => common(z).example('$0 bisect visualize', ''),
      to(async () => (await import('../commands/bisect/visualize.ts')).visualizeCommand as Handler),
    )
    .command(
      'log',
      'the outcomes; --git: as git bisect log writes them',
      (z) =>
        common(z)
          .option('git', { type: 'boolean', describe: 'for git bisect replay' })
          .example('$0 bisect log --git > bisect.log', ''),
      to(async () => (await import('../commands/bisect/log.ts')).logOfSession as Handler),
    )
    .command(
      'terms',
      'the words for good and bad',
      (z) =>
        common(z)
          .option('term-good', { type: 'boolean', alias: 'term-old', describe: 'only that for good' })
          .option('term-bad', { type: 'boolean', alias: 'term-new', describe: 'only that for bad' })
          .example('$0 bisect terms', ''),
      to(async () => (await import('../commands/bisect/terms.ts')).termsCommand as Handler),
    )
    .command(
      'report',
      'what was found, ready to mail',
      (z) => common(z).example('$0 bisect report', ''),
      to(async () => (await import('../commands/bisect/report.ts')).reportCommand as Handler),
    );
}

/** Verbs that take a log in, or end a search. */
function ending(b: Argv, to: To): Argv {
  return b
    .command(
      'replay <file>',
      'do what a git bisect log (- for standard input) did',
      (z) =>
        common(z)
          .positional('file', { type: 'string', demandOption: true })
          .option('consumer', list('which consumer it was about'))
          .option('test', list('which test it was about'))
          .option('arch', list('on which architecture'))
          .example('$0 bisect replay bisect.log --repo linux', ''),
      to(async () => (await import('../commands/bisect/replay.ts')).replayCommand as Handler),
    )
    .command(
      'reset [commit]',
      'close the session; its evidence stays',
      (z) =>
        common(z)
          .positional('commit', {
            type: 'string',
            describe: 'where a checkout that was lent (start --here) goes, if not back',
          })
          .option('reason', text('why'))
          .example('$0 bisect reset', ''),
      to(async () => (await import('../commands/bisect/reset.ts')).resetCommand as Handler),
    );
}
