// Measures, each against a peer or a limit in the same run. Names of benchmarks may follow: store, disk, importers, trainer, learning, host,
// grading, capture, scroll; importers, find (a million solutions, ten minutes, 6 GB of disk), doctor (half an hour) and methods (an hour) run only when they
// are named. What begins with -- is an option of the one that is named.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { main, say, Trouble } from './lib/console.mjs';
import { build, ready, root } from './lib/install.mjs';

const usual = ['store', 'disk', 'trainer', 'learning', 'host', 'grading', 'capture', 'scroll'];
const all = [...usual, 'importers', 'find', 'doctor', 'methods'];

main(async () => {
  await ready();
  await build('--production');
  const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  for (const name of asked) if (!all.includes(name)) throw new Trouble(`No benchmark is called ${name}. Known: ${all.join(', ')}.`);
  for (const name of asked.length > 0 ? asked : usual) {
    say(`\n${name}`);
    const { bench } = await import(pathToFileURL(join(root, 'test', 'bench', `${name}.mjs`)).href);
    await bench();
  }
});
