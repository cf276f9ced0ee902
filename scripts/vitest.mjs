// vitest on the project's own Node, with whatever arguments follow.
import { main } from './lib/console.mjs';
import { ready, root, tool } from './lib/install.mjs';

main(async () => {
  await ready();
  await tool('vitest', ['run', ...process.argv.slice(2)], { cwd: root, show: true });
});
