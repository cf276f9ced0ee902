/**
 * The watcher process: `runner --run <run directory> [--after <what>=<run id>[@<step>]]… -- <trainer command line>`.
 * Started detached, it outlives the window and the connection it was started from.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../../../core/messageOf.js';
import { wantedFrom } from '../../awaitOrigins.js';
import { watchTrainer } from './watchTrainer.js';

const { values, positionals } = parseArgs({
  options: { run: { type: 'string' }, after: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
if (values.run === undefined || positionals.length === 0) {
  console.error('usage: runner --run <run directory> [--after parent|reward_model=<run id>[@<step>]]… -- <trainer command line>');
  process.exit(2);
}
watchTrainer(values.run, positionals, wantedFrom(values.after)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
