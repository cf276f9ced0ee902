/**
 * The watcher process: `runner --run <run directory> [--after <run id>] -- <trainer command line>`.
 * Started detached, it outlives the window and the connection it was started from.
 */
import { parseArgs } from 'node:util';
import { watchTrainer } from './watchTrainer.js';

const { values, positionals } = parseArgs({ options: { run: { type: 'string' }, after: { type: 'string' } }, allowPositionals: true });
if (values.run === undefined || positionals.length === 0) {
  console.error('usage: runner --run <run directory> [--after <run id>] -- <trainer command line>');
  process.exit(2);
}
watchTrainer(values.run, positionals, values.after).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
