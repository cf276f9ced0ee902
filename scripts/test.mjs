// Everything that proves the project: lint, types, unit, integration and end-to-end tests. Installs what it needs.
import { main, run, say, step } from './lib/console.mjs';
import { build, node, ready, root, tool } from './lib/install.mjs';

main(async () => {
  await ready();
  await step('Lint', async () => {
    await tool('eslint', ['.']);
    await tool('prettier', ['--check', '--log-level', 'warn', '.']);
  });
  await step('Types', async () => {
    await tool('tsc', ['-p', '.']);
    await tool('tsc', ['-p', 'webview']);
    await tool('tsc', ['-p', 'test/e2e']);
  });
  await build();
  say('Unit and integration tests');
  await tool('vitest', ['run'], { show: true, env: { GRPO_LAB_BUILT: '1' } });
  say('End-to-end tests in a real VS Code');
  await run(node, ['scripts/e2e.mjs'], { cwd: root, show: true });
});
