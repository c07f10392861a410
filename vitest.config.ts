import { spawnSync } from 'node:child_process';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that build repositories and ask git itself. */
const NEEDS_GIT = [
  'test/e2e/bisect*.test.ts',
  'test/importers/{git,catalogue}/*.test.ts',
  'test/queries/bisect/{commit-graph-file,damaged-commit-graph,git-bisection}.test.ts',
];
const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) process.stderr.write('git is not there: the tests that ask it are left out\n');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: hasGit ? configDefaults.exclude : [...configDefaults.exclude, ...NEEDS_GIT],
    // Only a guard against hanging: a loaded machine may take long to start the command a hundred times.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Two small cores are what most CI machines offer; more workers only fight for them.
    maxWorkers: 2,
  },
});
