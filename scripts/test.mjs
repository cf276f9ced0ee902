// Everything that proves the project: lint, types, the Python package, unit, integration and end-to-end tests. Installs what it needs, and ends with a table.
import { main } from './lib/console.mjs';
import { e2eConfig, e2eEnvironment, e2eTools } from './lib/e2e.mjs';
import { build, ready, tool } from './lib/install.mjs';
import { Outcome } from './lib/outcome.mjs';
import { pythonPart } from './lib/pythonTools.mjs';
import { suite } from './lib/suite.mjs';
import { checkTypes } from './lib/types.mjs';
import { chromium } from './lib/vscode.mjs';

main(async () => {
  await ready();
  const outcome = new Outcome();
  const browser = chromium().catch((error) => error);
  const [built] = await Promise.all([
    outcome.part('build', () => build()),
    outcome.part('types', () => checkTypes()),
    browser, // before the first test: those of security, among the integration tests, need it
  ]);
  const tools = browser.then(() => e2eTools()).catch((error) => error);
  // What nobody waits for.
  const behind = async () => {
    await pythonPart(outcome);
    await outcome.part('lint', async () => {
      await tool('oxlint', [], { behind: true });
      await tool('eslint', ['src', 'webview'], { behind: true });
      await tool('prettier', ['--check', '--log-level', 'warn', '.'], { behind: true });
    });
  };
  let last;
  if (built) {
    const env = { GRPO_LAB_BUILT: '1', GRPO_LAB_COMPLETE: '1' };
    await outcome.part('unit', () => suite(['test/unit'], { env }));
    await outcome.part('integration', () => suite(['test/integration'], { env }));
    // An editor, a browser and a trainer wait for each other: the rest has what two of each leave of the machine.
    last = behind();
    await outcome.part('end-to-end', async () => {
      const found = await tools;
      if (found instanceof Error) throw found;
      return suite(e2eConfig, { env: await e2eEnvironment(found) });
    });
  } else for (const name of ['unit', 'integration', 'end-to-end']) outcome.notRun(name, 'the build failed');
  await (last ?? behind());
  if (!outcome.tell()) process.exitCode = 1;
});
