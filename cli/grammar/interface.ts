import type { Argv } from 'yargs';
import { ARCHS, CONSUMERS, list, page, text, view, type To } from './words.ts';

/** Questions about the interface itself: who runs its tests, who owns its fields, what a registration gets. */
export function interfaceCommands(y: Argv, to: To): Argv {
  return y
    .command(
      'coverage',
      'who runs which test where since when, and which test would have caught each regression',
      (z) =>
        page(view(z))
          .option('tests', text('only these tests, recorded or not, with commas; * stands for anything'))
          .example('$0 coverage --as-of 2026-04-25', '')
          .example("$0 coverage --tests 'kselftest.rseq.*'", ''),
      to(async () => (await import('../commands/coverage.ts')).coverageCommand),
    )
    .command(
      'ownership',
      'who owns each field, who uses it how, and who cannot share a process',
      (z) => page(view(z)).example('$0 ownership', ''),
      to(async () => (await import('../commands/ownership.ts')).ownershipCommand),
    )
    .command(
      'mode',
      'what the kernel does with a registration',
      (z) =>
        page(view(z))
          .option('release', { ...text('the kernel'), demandOption: true })
          .option('arch', { ...text('the architecture'), demandOption: true })
          .option('size', text('the size that is registered'))
          .option('align', text('its alignment'))
          .option('flags', text('its flags'))
          .option('profile', list('more of the profile: NAME=VALUE,…'))
          .option('config', list('switches that differ from their defaults: NAME=VALUE,…'))
          .example('$0 mode --size 32 --align 32 --flags 0 --release v7.1 --arch arm64', ''),
      to(async () => (await import('../commands/mode.ts')).modeCommand),
    )
    .command(
      'migrate',
      'between which kernels checkpoint and restore can move a process',
      (z) =>
        page(view(z))
          .option(
            'releases',
            list(
              'the kernels, both ways: v6.12,v7.0.14,v7.1 (those of mainline at which a behaviour changes)',
            ),
          )
          .option('archs', { ...ARCHS, alias: 'arch' })
          .option('consumers', { ...CONSUMERS, alias: 'consumer' })
          .example('$0 migrate --releases v6.1,v6.12,v7.1 --consumers glibc --archs x86_64', ''),
      to(async () => (await import('../commands/migrate.ts')).migrateCommand),
    );
}
