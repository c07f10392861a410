import type { Argv } from 'yargs';
import { SHELLS } from '../output/completion-script.ts';
import { text, view, type To } from './words.ts';

/** Commands about the log itself. */
export function logCommands(y: Argv, to: To): Argv {
  return y
    .command(
      'log',
      'the events, newest last',
      (y) =>
        y
          .option('only', text('event types, with commas'))
          .option('stream', text('the versions of one statement'))
          .option('limit', text('how many (50)'))
          .example('$0 log --only BreakageClaimed', ''),
      to(async () => (await import('../commands/log.ts')).logCommand),
    )
    .command(
      'show <id>',
      'one event (ID#3: one result in it)',
      (y) => y.positional('id', { type: 'string' }).example('$0 show 1a2b3c4d', ''),
      to(async () => (await import('../commands/show.ts')).showCommand),
    )
    .command(
      'rejects',
      'what imports could not understand',
      (y) => y.example('$0 rejects', ''),
      to(async () => (await import('../commands/rejects.ts')).rejectsCommand),
    )
    .command(
      'verify',
      'check the log (nothing changed, missing, added or reordered) and what is kept beside it',
      (y) => y.example('$0 verify', ''),
      to(async () => (await import('../commands/verify.ts')).verifyCommand),
    )
    .command(
      'rebuild',
      'rebuild everything that is derived from the log',
      (y) => y.example('$0 rebuild', ''),
      to(async () => (await import('../commands/rebuild.ts')).rebuildCommand),
    )
    .command(
      'stats',
      'counts',
      (y) => y.example('$0 stats --format json', ''),
      to(async () => (await import('../commands/stats.ts')).statsCommand),
    )
    .command(
      'export',
      'write the log for other tools',
      (y) =>
        view(y)
          .option('as', {
            choices: ['events', 'kcidb', 'regzbot'] as const,
            requiresArg: true,
            default: 'events',
            describe: 'events, one JSON object a line; a submission to KCIDB; commands to regzbot',
          })
          .option('regression', text('of one regression alone (with --as regzbot)'))
          .example('$0 export > log.ndjson && $0 import events log.ndjson --db copy.db', '')
          .example('$0 export --as kcidb > submission.json', '')
          .example('$0 export --as regzbot --regression R-1a2b3c', ''),
      to(async () => (await import('../commands/export.ts')).exportCommand),
    )
    .command(
      'completion [shell]',
      'a completion script for the shell, with names from the log',
      (y) =>
        y
          .positional('shell', { choices: SHELLS, describe: 'else the one of $SHELL' })
          .example('source <($0 completion bash)', ''),
      to(async () => (await import('../commands/completion.ts')).completionCommand),
    );
}
