// Packs the extension, installs it into a real VS Code and drives that with a real browser. Names of test files may follow.
import { main, step } from './lib/console.mjs';
import { build, node, ready, root, tool } from './lib/install.mjs';
import { trlPython } from './lib/trl.mjs';
import { chromium, codeServer } from './lib/vscode.mjs';
import { here, pack } from './package.mjs';

main(async () => {
  await ready();
  const browser = await chromium();
  const entry = await codeServer();
  const trl = await trlPython();
  await build();
  const vsix = await step('Packing the extension', () => pack(here));
  const env = {
    GRPO_LAB_E2E_BROWSER: browser,
    GRPO_LAB_E2E_CODE_SERVER: entry,
    GRPO_LAB_E2E_VSIX: vsix,
    GRPO_LAB_E2E_NODE: node,
    GRPO_LAB_E2E_TRL: trl ?? '',
  };
  await tool('vitest', ['run', '--config', 'test/e2e/vitest.config.ts', ...process.argv.slice(2)], { cwd: root, env, show: true });
});
