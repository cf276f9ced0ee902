import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // One VS Code at a time, and the tests of a file tell one story in order.
    fileParallelism: false,
    sequence: { concurrent: false },
    bail: 1,
  },
});
