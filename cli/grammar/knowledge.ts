import type { Argv } from 'yargs';
import { anyPlatform, ARCHS, CONSUMERS, list, page, text, view, whichResults, type To } from './words.ts';

const several = (describe: string) => ({
  type: 'string' as const,
  array: true as const,
  describe,
  requiresArg: true,
});

const cells = (y: Argv) => y.option('archs', ARCHS).option('consumers', { ...CONSUMERS, alias: 'consumer' });

/** Questions about what is known: what speaks against what, what if, what is new, and may this be shipped. */
export function knowledgeCommands(y: Argv, to: To): Argv {
  return y
    .command(
      'check',
      'exit 1 when a release breaks a consumer or (--tests) fails a test, or when nobody knows',
      (y) =>
        page(view(y))
          .option('release', {
            ...list('names, ranges and lines, as table takes them; of tests one release, build or commit'),
            demandOption: true,
          })
          .option('arch', { ...ARCHS, alias: 'archs' })
          .option('consumer', { ...CONSUMERS, alias: 'consumers' })
          .option('tests', list('judge these tests instead, with commas; * stands for anything'))
          .option(
            'config',
            list('switches that differ from their defaults: NAME=VALUE,…; of tests, their names'),
          )
          .option('platforms', list('of tests, only these platforms'))
          .option('origins', list('of tests, only results of these CIs'))
          .option('any-platform', { ...anyPlatform, describe: `of tests, ${anyPlatform.describe}` })
          .option('baseline', text('a release (of tests, or a build or a commit): only what is worse fails'))
          .conflicts('tests', 'consumer')
          .implies('platforms', 'tests')
          .implies('origins', 'tests')
          .implies('any-platform', 'tests')
          .example('$0 check --release v7.0.12 --arch arm64 --consumer tcmalloc', '')
          .example("$0 check --release build-8 --baseline build-7 --tests '*'", ''),
      to(async () => (await import('../commands/check.ts')).checkCommand),
    )
    .command(
      'contradictions',
      'who says what against whom, and what would settle it',
      (y) => page(view(y)).example('$0 contradictions --as-of 2026-05-24', ''),
      to(async () => (await import('../commands/contradictions.ts')).contradictionsCommand),
    )
    .command(
      'what-if',
      'which verdicts flip when facts are taken away or added in thought',
      (y) =>
        page(cells(view(y)))
          .option('without', several('an event, or a result in one (ID#3); may be given again'))
          .option('with', several('a file of facts (docs/facts.md) or of results; may be given again'))
          .option('moves', {
            type: 'boolean',
            describe: 'also compare moves of migrate and cells of predictions (takes longer)',
          })
          .option('release', text('the kernel, where a file of results does not say'))
          .option('arch', text('the architecture, where a file of results does not say'))
          .option('origin', text('who ran the tests, where a file of results does not say'))
          .example('$0 what-if --without 1a2b3c4d', '')
          .example('$0 what-if --with run.log --release v7.0.14 --arch arm64', ''),
      to(async () => (await import('../commands/what-if.ts')).whatIfCommand),
    )
    .command(
      'predictions',
      'what each proposal would do to each consumer',
      (y) =>
        page(cells(view(y)))
          .option('release', text('the release on top of which the proposals are tried'))
          .option('score', { type: 'boolean', describe: 'compare with what happened' })
          .example('$0 predictions --score', ''),
      to(async () => (await import('../commands/predictions.ts')).predictionsCommand),
    )
    .command(
      'diff',
      'what was learnt, decided, contradicted and fixed between two moments',
      (y) =>
        page(view(y))
          .option('from', { ...text('a day, a month or an instant'), demandOption: true })
          .option('to', text('the later one (now)'))
          .example('$0 diff --from 2026-04-22 --to 2026-05-24', ''),
      to(async () => (await import('../commands/diff.ts')).diffCommand),
    )
    .command(
      'report',
      "the week's mail: new, changed, resolved, and what nobody knows",
      (y) =>
        page(view(y))
          .option('since', {
            ...text('a day, a month or an instant: the first that counts'),
            demandOption: true,
          })
          .option('until', text('the last (now)'))
          .example('$0 report --since 2026-05-18 --until 2026-05-24', ''),
      to(async () => (await import('../commands/report.ts')).reportCommand),
    )
    .command(
      'escape <regression>',
      'how a regression got out: introduced, released, reported, covered, fixed, with the days between',
      (y) =>
        page(view(y))
          .positional('regression', { type: 'string', demandOption: true })
          .example('$0 escape R-1a2b3c4d', ''),
      to(async () => (await import('../commands/escape.ts')).escapeCommand),
    )
    .command(
      'changes <from> <to>',
      'what changed in test results between two releases, builds or commits (check --tests exits 1)',
      (y) =>
        whichResults(page(view(y)))
          .positional('from', { type: 'string', demandOption: true })
          .positional('to', { type: 'string', demandOption: true })
          .option('tests', list('only these tests, with commas; * stands for anything'))
          .option('only', list('only these classes: regression,fixed,…; asked after pairing'))
          .example('$0 changes v7.0.9 v7.0.10 --only regression,new-failure', ''),
      to(async () => (await import('../commands/changes.ts')).changesCommand),
    )
    .command(
      'history <names..>',
      'how a test did, version by version, and where that changed; * stands for anything',
      (y) =>
        whichResults(page(view(y)))
          .positional('names', { type: 'string', array: true, demandOption: true })
          .option('releases', list('only these releases: names, v6.18..v7.1, 7.0.y, with commas'))
          .example('$0 history kselftest.rseq.param_test --archs arm64', ''),
      to(async () => (await import('../commands/history.ts')).historyCommand),
    )
    .command(
      'split <regression>',
      'decide that one regression is several: what is named here becomes its own',
      (y) =>
        y
          .positional('regression', { type: 'string', demandOption: true })
          .option('archs', { ...list('the architectures of the part, with commas'), alias: 'arch' })
          .option('consumers', { ...list('the consumers of the part, with commas'), alias: 'consumer' })
          .option('reason', text('why'))
          .example('$0 split R-1a2b3c4d --archs arm64 --reason "another entry code"', ''),
      to(async () => (await import('../commands/split.ts')).splitCommand),
    )
    .command(
      'merge <regression> <into>',
      'decide that two regressions are one; the older id stays',
      (y) =>
        y
          .positional('regression', { type: 'string', demandOption: true })
          .positional('into', { type: 'string', demandOption: true })
          .option('reason', text('why'))
          .example('$0 merge R-1a2b3c4d R-5e6f7a8b --reason "the same fault"', ''),
      to(async () => (await import('../commands/merge.ts')).mergeCommand),
    )
    .command(
      'settle <dispute>',
      'settle a dispute: the statements that are kept count, the others do not',
      (y) =>
        y
          .positional('dispute', { type: 'string', demandOption: true })
          .option('keep', list('the statements that stay, with commas'))
          .option('reason', text('why'))
          .example('$0 settle which-culprit --keep issue-292-bisect --reason "bisected twice"', ''),
      to(async () => (await import('../commands/settle.ts')).settleCommand),
    );
}
