import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/globalSetup.ts',
    include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Worker threads and native modules: each file in a process of its own.
    pool: 'forks',
    maxWorkers: 2,
  },
});
