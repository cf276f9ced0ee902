/**
 * The watcher process. Of this machine's own runs: `runner --run <run directory> --job <id> [--after <what>=<run id>[@<step>]]… < work.json`,
 * started detached, so that it outlives the window and the connection it was started from; the work comes on standard input, because
 * environments may hold secrets, which others could read on a command line. Of another target's job it is what the job runs, and the command
 * line of the trainer comes after `--`; the environment is the job's.
 */
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { messageOf } from '../../../core/messageOf.js';
import { jobResources, readJob } from '../../../protocol/jobRecord.js';
import { wantedFrom } from '../../awaitOrigins.js';
import type { Work } from '../../job.js';
import { programsIn } from '../../ownPrograms.js';
import { jobsOn } from '../jobsOn.js';
import { slurmTurn } from '../slurm/slurmTurn.js';
import { parseRunnerArguments } from './runnerArguments.js';
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
  const { run, job, target, after, resume, own, patience, argv } = parseRunnerArguments(process.argv.slice(2));
  if (run === undefined || job === undefined)
    throw new Error(
      'usage: runner --run <run directory> --job <id> [--after parent|reward_model=<run id>[@<step>]]… [--target <name> [--resume <argument>]… -- <trainer>…] [< work.json]',
    );
  const work =
    target === 'local'
      ? workSchema.parse(JSON.parse(await text(process.stdin)))
      : { argv, env: {}, cwd: process.cwd(), files: [], resources: readJob(run)?.resources ?? { threads: null }, resume };
  const turn = target === 'slurm' ? slurmTurn(process.env) : undefined;
  const watch = { directory: run, job, target, own, work, after: wantedFrom(after), turn, patience };
  await watchTrainer(watch, jobsOn(programsIn(dirname(process.argv[1]))));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
