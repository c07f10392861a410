import type { Argv } from 'yargs';
import { text, type Handler, type To } from './words.ts';

/** Commands that take things in. */
export function takingIn(y: Argv, to: To): Argv {
  return y
    .command(
      'init',
      'make an empty log',
      (y) => y.example('$0 init --db work.db', ''),
      to(async () => (await import('../commands/init.ts')).initCommand),
    )
    .command(
      'import <type> [files..]',
      'import facts and results: files, folders, - for standard input',
      (y) =>
        y
          .positional('type', {
            type: 'string',
            describe:
              'auto (detected by content), or a format: facts, ktap, junit, kcidb, mail, git, … (README.md has all)',
          })
          .positional('files', { type: 'string', array: true })
          .option('repo', text('a clone, for the formats git and catalogue'))
          .option('range', text('A..B: only these commits of the clone'))
          .option('paths', text('only commits that touch these, with commas'))
          .option('tags', text('tags that begin so are releases of --line'))
          .option('line', text('the line of the releases that --tags names'))
          .option('dry-run', { type: 'boolean', describe: 'say what would happen, and do nothing' })
          .option('origin', text('who ran the tests, where the file does not say'))
          .option('release', text('the kernel, where the file does not say'))
          .option('arch', text('the architecture, where the file does not say'))
          .option('config', text('the configuration, where the file does not say'))
          .option('selftests-version', text('the kernel whose selftests ran, where the file does not say'))
          .option('known-at', text('when it became public, where the file does not say'))
          .example('$0 import facts data/rseq', 'the shipped data set')
          .example('$0 import git --repo linux --range v6.18..v7.1 --paths kernel/rseq.c', ''),
      to(async () => (await import('../commands/import.ts')).importCommand as Handler),
    )
    .command(
      'record <section> <fields..>',
      'record one fact by hand; sections and fields as in docs/facts.md',
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
      to(async () => (await import('../commands/record.ts')).recordCommand),
    )
    .command(
      'retract <id>',
      'retract an event, one result in it (ID#3), or a retraction',
      (y) =>
        y
          .positional('id', { type: 'string' })
          .option('reason', text('why'))
          .example('$0 retract 1a2b3c4d --reason "wrong board"', ''),
      to(async () => (await import('../commands/retract.ts')).retractCommand),
    );
}
