import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only a guard against hanging: a loaded machine may take long to start the command a hundred times.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Two small cores are what most CI machines offer; more workers only fight for them.
    maxWorkers: 2,
  },
});
