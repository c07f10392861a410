import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    // Two small cores are what most CI machines offer; more workers only fight for them.
    maxWorkers: 2,
  },
});
