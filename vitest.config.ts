import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import SlowestFirst from './test/slowestFirst.js';

export default defineConfig({
  // There is no package of this name outside VS Code: classes of editor/ are tested on a small one of our own.
  resolve: { alias: { vscode: fileURLToPath(new URL('test/builders/fakeVscode.ts', import.meta.url)) } },
  test: {
    globalSetup: ['test/globalSetup.ts', 'test/dataFolder.ts'],
    // What hangs ends some time; no test hangs on how fast the machine is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 240_000 } },
    // Worker threads and native modules need processes.
    pool: 'forks',
    projects: [
      // What is pure shares a process and its modules: half of the time went into loading them again for each file.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'integration', include: ['test/integration/**/*.test.ts'] } },
    ],
    sequence: { sequencer: SlowestFirst },
    // Some wait, for a process or a clock: one more than two cores can run.
    maxWorkers: Math.max(3, Math.floor(availableParallelism() / 2)),
    // A run never writes what it should compare with: `npm run golden` does.
    update: 'none',
  },
});
