import type { Argv } from 'yargs';
import { text, view, type To } from './words.ts';

/** Questions to the replayed model. */
export function questions(y: Argv, to: To): Argv {
  const ask = (name: keyof typeof import('../commands/questions.ts')) =>
    to(async () => (await import('../commands/questions.ts'))[name]);
  return y
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
    );
}
