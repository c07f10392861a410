#!/usr/bin/env node
import { run } from './run.ts';
import { expectShortLife } from './short-life.ts';

// A reader that has seen enough (| head) ends the program cleanly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 4);
});
// What was begun is rolled back by the database; the same command goes on where whole files were taken.
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(signal, () => {
    process.stderr.write(
      '\nregline: interrupted; what was not finished was not taken, and the same command goes on\n',
    );
    process.exit(exitCode);
  });

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  columns: process.stdout.columns > 0 ? process.stdout.columns : Number(process.env.COLUMNS ?? '') || 80,
  isTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  now: () => new Date(),
  expectShortLife,
});
