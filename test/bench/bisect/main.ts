import { run } from './bench.ts';

await run(process.argv.slice(2));
