import type { Argv } from 'yargs';
import { ARCHS, CONSUMERS, list, page, selection, text, view, type Handler, type To } from './words.ts';

/** Questions to the replayed model. */
export function questions(y: Argv, to: To): Argv {
  return y
    .command(
      'culprits [id]',
      'regressions, and the changes that caused them',
      (y) =>
        page(view(y))
          .positional('id', { type: 'string' })
          .option('consumer', { ...CONSUMERS, alias: 'consumers' })
          .option('arch', { ...ARCHS, alias: 'archs' })
          .example('$0 culprits --consumer tcmalloc --as-of 2026-03-14', ''),
      to(async () => (await import('../commands/culprits.ts')).culpritsCommand),
    )
    .command(
      'regressions',
      'every regression with its state, and the reports that regzbot tracks',
      (y) => page(view(y)).example('$0 regressions --as-of 2026-05-24', ''),
      to(async () => (await import('../commands/regressions.ts')).regressionsCommand as Handler),
    )
    .command(
      'table',
      'what works where: consumer x release x architecture',
      (y) =>
        page(selection(view(y)), 'csv', 'bcd')
          .option('releases', list('names, ranges along the graph and lines: v6.18..v7.1,7.0.y'))
          .option('intervals', {
            type: 'boolean',
            describe: 'ranges over which a consumer does the same, with notes',
          })
          .example('$0 table --releases 7.0.y --archs arm64', '')
          .example('$0 table --intervals --format rst', 'for the documentation')
          .example('$0 table --format csv', 'a line per cell'),
      to(async () => (await import('../commands/table.ts')).tableCommand),
    )
    .command(
      'table-diff',
      'which cells differ between two releases, or between what was known at two moments',
      (y) =>
        page(selection(view(y)))
          .option('from', { ...text('a release, or a day'), demandOption: true })
          .option('to', text('a release, or a day (now)'))
          .option('releases', list('only these, where two moments are compared'))
          .example('$0 table-diff --from v7.0.9 --to v7.0.10', '')
          .example('$0 table-diff --from 2026-04-22 --to 2026-05-24', ''),
      to(async () => (await import('../commands/table-diff.ts')).tableDiffCommand),
    )
    .command(
      'release-note <release>',
      'what a release note should say: fixed, newly broken, known issues, not known',
      (y) =>
        page(selection(view(y)))
          .positional('release', { type: 'string', demandOption: true })
          .option(
            'since',
            text(
              'the release to compare with (the one before; candidates are passed over, unless it is one)',
            ),
          )
          .example('$0 release-note v7.0.14 --since v7.0.9 --format asciidoc', ''),
      to(async () => (await import('../commands/release-note.ts')).releaseNoteCommand),
    )
    .command(
      'timeline',
      'how each consumer did along every line of releases',
      (y) =>
        page(view(y))
          .option('archs', { ...ARCHS, alias: 'arch' })
          .option('consumers', { ...CONSUMERS, alias: 'consumer' })
          .example('$0 timeline --consumers tcmalloc', ''),
      to(async () => (await import('../commands/timeline.ts')).timelineCommand),
    )
    .command(
      'explain <subject..>',
      'the sources of a cell, a regression, a change, a behaviour or an event',
      (y) =>
        page(view(y))
          .positional('subject', { type: 'string', array: true })
          .example('$0 explain tcmalloc v7.0.10 arm64', ''),
      to(async () => (await import('../commands/explain.ts')).explainCommand),
    )
    .command(
      'releases',
      'the releases that the log knows',
      (y) => view(y).example('$0 releases', ''),
      to(async () => (await import('../commands/listings.ts')).releasesCommand),
    )
    .command(
      'consumers',
      'the consumers that the log knows',
      (y) => view(y).example('$0 consumers', ''),
      to(async () => (await import('../commands/listings.ts')).consumersCommand),
    )
    .command(
      'tests [names..]',
      'the tests that the log knows, and what they exercise; * stands for anything',
      (y) =>
        view(y)
          .positional('names', { type: 'string', array: true, default: [] })
          .example("$0 tests 'kselftest.rseq.*'", ''),
      to(async () => (await import('../commands/tests.ts')).testsCommand),
    );
}
