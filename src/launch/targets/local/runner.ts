/**
 * The watcher process: `runner --run <run directory> --job <id> [--after <what>=<run id>[@<step>]]… < work.json`. Started detached, it
 * outlives the window and the connection it was started from. The work comes on standard input, because environments may hold secrets,
 * which others could read on a command line.
 */
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf } from '../../../core/messageOf.js';
import { jobResources } from '../../../protocol/jobRecord.js';
import { wantedFrom } from '../../awaitOrigins.js';
import type { Work } from '../../job.js';
import { programsIn } from '../../ownPrograms.js';
import { jobsOn } from '../jobsOn.js';
import { watchTrainer } from './watchTrainer.js';

const workSchema: z.ZodType<Work> = z.object({
  argv: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  cwd: z.string(),
  files: z.array(z.string()),
  resources: jobResources,
  resume: z.array(z.string()),
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { run: { type: 'string' }, job: { type: 'string' }, after: { type: 'string', multiple: true, default: [] } },
  });
  const { run, job, after } = values;
  if (run === undefined || job === undefined)
    throw new Error('usage: runner --run <run directory> --job <id> [--after parent|reward_model=<run id>[@<step>]]… < work.json');
  const work = workSchema.parse(JSON.parse(await text(process.stdin)));
  await watchTrainer({ directory: run, job, work, after: wantedFrom(after) }, jobsOn(programsIn(dirname(process.argv[1]))));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
