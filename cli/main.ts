#!/usr/bin/env node
import { run } from './run.ts';
import { expectShortLife } from './short-life.ts';
import { endBySignals, hearSignals } from './signals.ts';

// A reader that has seen enough (| head) ends the program cleanly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 4);
});
hearSignals();

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
  endBySignals,
});
