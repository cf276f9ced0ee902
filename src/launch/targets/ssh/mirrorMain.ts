/**
 * The process that mirrors: `sshMirror --run <run directory> --id <id>`. Started detached, it outlives the window that has launched the run; any other
 * starts it again where it has died.
 */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../../core/messageOf.js';
import { compactRun } from '../../compactRun.js';
import { programsIn } from '../../ownPrograms.js';
import { settle } from '../../settle.js';
import { jobsOn } from '../jobsOn.js';
import { Mirror } from './mirror.js';

async function main(): Promise<void> {
  const { run, id } = parseArgs({ options: { run: { type: 'string' }, id: { type: 'string' } } }).values;
  if (run === undefined || id === undefined) throw new Error('usage: sshMirror --run <run directory> --id <id>');
  process.on('SIGHUP', () => undefined); // the terminal may go: the run stays
  const mirror = await Mirror.of(run, id);
  if (!(await mirror.toItsEnd())) return;
  await settle(run, jobsOn(programsIn(dirname(process.argv[1]))));
  // The end is on record: who waits for the run need not wait for this.
  await compactRun(run).catch((error: unknown) => console.error(`compressing the events: ${messageOf(error)}`));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
