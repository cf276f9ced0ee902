// Packs the extension, installs it into a real VS Code and drives that with a real browser. Names of test files may follow.
import { main } from './lib/console.mjs';
import { e2eConfig, e2eEnvironment, e2eTools } from './lib/e2e.mjs';
import { build, compiledOnce, ready, root, tool } from './lib/install.mjs';

main(async () => {
  await ready();
  const tools = await e2eTools();
  await build();
  const env = await e2eEnvironment(tools);
  await tool('vitest', ['run', ...e2eConfig, ...process.argv.slice(2)], { cwd: root, env: { ...compiledOnce, ...env }, show: true });
});
