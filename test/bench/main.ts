import { run as bisect } from './bisect/bench.ts';
import { run as importing } from './import/bench.ts';
import { run as log } from './log/bench.ts';
import { run as questions } from './questions/bench.ts';
import { run as submissions } from './submissions/bench.ts';

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  bisect,
  import: importing,
  log,
  questions,
  submissions,
};

const [name = '', ...args] = process.argv.slice(2);
const chosen = BENCHMARKS[name];
const asked = args.includes('--help') || name === '--help';
if (chosen === undefined || asked) {
  console.error(
    `usage: npm run bench -- NAME [OPTIONS]\nbenchmarks: ${Object.keys(BENCHMARKS).join(', ')}\ndocs/performance.md has their options`,
  );
  process.exitCode = asked ? 0 : 2;
} else {
  await chosen(args);
}
