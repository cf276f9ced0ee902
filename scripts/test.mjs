// Everything that proves the project: lint, types, unit, integration and end-to-end tests. Installs what it needs, and ends with a table.
import { main, step } from './lib/console.mjs';
import { e2eConfig, e2eEnvironment, e2eTools } from './lib/e2e.mjs';
import { build, ready, tool } from './lib/install.mjs';
import { Outcome } from './lib/outcome.mjs';
import { suite } from './lib/suite.mjs';
import { checkTypes } from './lib/types.mjs';

main(async () => {
  await ready();
  const outcome = new Outcome();
  // The tools of the end-to-end tests come first: the security tests among the integration tests need the browser.
  const tools = e2eTools().catch((error) => error);
  const [built] = await Promise.all([
    outcome.part('build', () => build()),
    outcome.part('lint', () =>
      step('Lint', async () => {
        await tool('eslint', ['.']);
        await tool('prettier', ['--check', '--log-level', 'warn', '.']);
      }),
    ),
    outcome.part('types', () => checkTypes()),
    tools,
  ]);
  if (built) {
    const env = { GRPO_LAB_BUILT: '1', GRPO_LAB_COMPLETE: '1' };
    await outcome.part('unit', () => suite(['test/unit'], { env }));
    await outcome.part('integration', () => suite(['test/integration'], { env }));
    await outcome.part('end-to-end', async () => {
      const found = await tools;
      if (found instanceof Error) throw found;
      return suite(e2eConfig, { env: await e2eEnvironment(found) });
    });
  } else for (const name of ['unit', 'integration', 'end-to-end']) outcome.notRun(name, 'the build failed');
  if (!outcome.tell()) process.exitCode = 1;
});
