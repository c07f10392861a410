import type { Argv } from 'yargs';
import { text, type Handler, type To } from './words.ts';

/** Options of `run` that take a value; what comes after them is the command to run, options and all. */
const RUN_OPTIONS = new Set([
  '--timeout',
  '--machine',
  '--steps',
  '--session',
  '--repo',
  '--db',
  '--format',
  '--built',
]);

/**
 * Cuts off what is no option, whatever it looks like: the command after `bisect run`, and what follows `--`. It comes back as values of
 * `--tail`, which no option in it can be mistaken for.
 */
export function withTail(argv: readonly string[]): readonly string[] {
  const bisect = argv.indexOf('bisect');
  const verb = argv[bisect + 1];
  if (bisect < 0) return argv;
  let cut = argv.indexOf('--', bisect);
  let from = cut + 1;
  if (verb === 'run') {
    let at = bisect + 2;
    while (at < argv.length && argv[at]!.startsWith('--') && argv[at] !== '--')
      at += RUN_OPTIONS.has(argv[at]!) ? 2 : 1;
    cut = at;
    from = argv[at] === '--' ? at + 1 : at;
  }
  if (cut < 0) return argv;
  return [...argv.slice(0, cut), ...argv.slice(from).map((word) => `--tail=${word}`)];
}

/** The commands of a search for the change behind regressions. */
export function bisectCommands(y: Argv, to: To): Argv {
  const verb = (name: keyof typeof import('../commands/bisect/verbs.ts')) =>
    to(async () => (await import('../commands/bisect/verbs.ts'))[name] as Handler);
  const common = (z: Argv) =>
    z
      .option('session', text('which session (the youngest that is open)'))
      .option('repo', text('the clone, where this machine does not know it yet'));
  const costs = (z: Argv) =>
    z
      .option('machines', text('how many versions can be tested at once (1)'))
      .option('built', text('versions whose build is at hand, with commas'))
      .option('build-cost', text('what a build costs, in any unit (5)'))
      .option('boot-cost', text('what a boot costs (1)'))
      .option('run-cost', text('what a run costs (1)'));
  const told = (z: Argv) =>
    costs(common(z))
      .positional('revisions', { type: 'string', array: true })
      .option('only', text('for this regression of several'))
      .option('runs', text('how many runs ended so (1)'))
      .option('reason', text('why'))
      .option('machine', text('which machine'))
      .option('boot', text('which boot: runs of one boot are not independent'))
      .option('tail', { type: 'string', array: true, nargs: 1, hidden: true });
  return y.command('bisect', 'search the change behind one or several regressions', (b) =>
    b
      .command(
        'start [revisions..]',
        'begin: BAD GOOD…, or --good and --bad, or a consumer that the log knows; -- paths make their commits likelier',
        (z) =>
          costs(z)
            .positional('revisions', { type: 'string', array: true })
            .option('repo', text('a clone: search its commits'))
            .option('good', {
              type: 'string',
              array: true,
              nargs: 1,
              describe: 'a good end (more than once)',
            })
            .option('bad', { type: 'string', array: true, nargs: 1, describe: 'a bad end (more than once)' })
            .option('consumer', text('which consumer broke; several with commas are searched at once'))
            .option('test', text('which test fails; several with commas'))
            .option('arch', text('on which architecture'))
            .option('over', {
              choices: ['commits', 'changes', 'releases'] as const,
              describe: 'what to search: commits of --repo, else recorded changes',
            })
            .option('fixed', { type: 'boolean', describe: 'search the fix: good is broken, bad is fixed' })
            .option('first-parent', { type: 'boolean', describe: 'follow first parents only' })
            .option('chooser', {
              choices: ['information', 'git'] as const,
              describe: 'git: pick what git bisect picks',
            })
            .option('prefill', {
              type: 'boolean',
              default: true,
              describe: 'use what the log knows (--no-prefill)',
            })
            .option('flaky', { type: 'boolean', describe: 'the test may lie: learn how often, and repeat' })
            .option('rates', text('how often it lies: FALSE_FAIL,FALSE_PASS'))
            .option('term-good', { ...text('another word for good'), alias: 'term-old' })
            .option('term-bad', { ...text('another word for bad'), alias: 'term-new' })
            .option('paths-only', {
              type: 'boolean',
              describe: 'only commits that touch the paths, as git does',
            })
            .option('follows', text('the session that this one goes on from'))
            .option('here', { type: 'boolean', describe: 'check versions out in the clone itself' })
            .option('tail', { type: 'string', array: true, nargs: 1, hidden: true })
            .example('$0 bisect start --consumer tcmalloc --arch x86_64', 'without any clone')
            .example('$0 bisect start --repo linux v6.19-rc1 v6.18 -- kernel/rseq.c', ''),
        to(async () => (await import('../commands/bisect/start.ts')).startCommand as Handler),
      )
      .command(
        'next',
        'what to test next',
        (z) =>
          costs(common(z))
            .option('checkout', { type: 'boolean', describe: "check it out in the session's own worktree" })
            .example('$0 bisect next --machines 3', ''),
        verb('nextCommand'),
      )
      .command(
        'skip [revisions..]',
        'cannot be tested: REV, or A..B for each of a range',
        (z) => told(z).example('$0 bisect skip --reason boot', ''),
        verb('skipCommand'),
      )
      .command(
        'undo',
        'take the last outcomes back',
        (z) => common(z).example('$0 bisect undo', ''),
        verb('undoCommand'),
      )
      .command(
        'run [command..]',
        'test with a command until the search has an answer; exit codes as in git bisect run',
        (z) =>
          costs(common(z))
            .positional('command', { type: 'string', array: true })
            .option('timeout', text('seconds after which a run counts as bad'))
            .option('machine', text('which machine this is'))
            .option('steps', text('stop after so many versions'))
            .option('tail', { type: 'string', array: true, nargs: 1, hidden: true })
            .example('$0 bisect run --timeout 600 ./test.sh -v', ''),
        to(async () => (await import('../commands/bisect/run.ts')).runCommand as Handler),
      )
      .command(
        'status',
        'where the search stands',
        (z) =>
          costs(common(z))
            .option('why', {
              type: 'string',
              describe: 'why this suspect (the likeliest) is as likely as it is',
            })
            .example('$0 bisect status --why 39a167560a61', ''),
        verb('statusCommand'),
      )
      .command(
        'log',
        'the outcomes; --git: as git bisect log writes them',
        (z) =>
          common(z)
            .option('git', { type: 'boolean', describe: 'for git bisect replay' })
            .example('$0 bisect log --git > bisect.log', ''),
        verb('logOfSession'),
      )
      .command(
        'replay <file>',
        'do what a git bisect log did',
        (z) =>
          common(z)
            .positional('file', { type: 'string', demandOption: true })
            .option('consumer', text('which consumer it was about'))
            .option('arch', text('on which architecture'))
            .example('$0 bisect replay bisect.log --repo linux', ''),
        verb('replayCommand'),
      )
      .command(
        'reset',
        'give the session up; its evidence stays',
        (z) => common(z).option('reason', text('why')).example('$0 bisect reset', ''),
        verb('resetCommand'),
      )
      .command(
        'terms',
        'the words for good and bad',
        (z) => common(z).example('$0 bisect terms', ''),
        verb('termsCommand'),
      )
      .command(
        'report',
        'what was found, ready to mail',
        (z) => common(z).example('$0 bisect report', ''),
        verb('reportCommand'),
      )
      .command(
        'weigh <suspect> <factor>',
        'make a suspect so many times as likely',
        (z) =>
          common(z)
            .positional('suspect', { type: 'string', demandOption: true })
            .positional('factor', { type: 'string', demandOption: true })
            .option('reason', text('why'))
            .example('$0 bisect weigh 39a167560a61 10 --reason "touches the entry code"', ''),
        verb('weighCommand'),
      )
      .command(
        '$0 <term> [revisions..]',
        "good, bad, old, new, or the session's own terms: how a version (the next one) fared",
        (z) =>
          told(z)
            .positional('term', { type: 'string', demandOption: true })
            .example('$0 bisect good v6.18', ''),
        verb('termCommand'),
      ),
  );
}
