// vitest on the project's own Node, with whatever arguments follow; `--in=FOLDER` is what it runs when they name no file.
import { main } from './lib/console.mjs';
import { compiledOnce, ready, root, tool } from './lib/install.mjs';

main(async () => {
  await ready();
  const asked = process.argv.slice(2);
  const given = asked.filter((a) => !a.startsWith('--in='));
  const folder = asked.find((a) => a.startsWith('--in='))?.slice('--in='.length);
  const named = given.some((a) => !a.startsWith('-'));
  await tool('vitest', ['run', ...given, ...(folder && !named ? [folder] : [])], { cwd: root, env: compiledOnce, show: true });
});
