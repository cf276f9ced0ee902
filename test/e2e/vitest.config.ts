import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/dataFolder.ts', 'test/e2e/globalSetup.ts'],
    // Generous: VS Code, a browser and the trainer share the machine's cores.
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 240_000, interval: 250 } },
    // Two VS Codes at a time, which wait for most of it; the tests of a file tell one story in order.
    maxWorkers: 2,
    sequence: { concurrent: false },
    bail: 1,
    update: 'none',
  },
});
