import { z } from 'zod';
import { meta } from '../keyMeta.js';
import { processKeys } from './processes.js';

/** It becomes a line of a script, or an argument: one line, without control characters. */
const line = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^\P{Cc}*$/u, 'write one line, without control characters');

export const slurm = z.strictObject({
  name: z.literal('slurm').meta(meta({ description: 'The queue of a SLURM cluster that shares this folder and has sbatch here.' })),
  nodes: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(1)
    .meta(meta({ description: 'Machines. On several, torchrun starts `processes` on each, and they meet on the first.' })),
  gpus_per_node: z
    .number()
    .int()
    .min(1)
    .max(64)
    .optional()
    .meta(meta({ description: 'GPUs of each node (sbatch --gpus-per-node); none are asked for when left out.' })),
  gpu_type: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'write the name that the cluster has for it, such as h100')
    .optional()
    .meta(meta({ description: 'Their kind, as the cluster calls it: h100.' })),
  cpus: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .optional()
    .meta(meta({ description: 'Cores on each node (sbatch --cpus-per-task).' })),
  memory: z
    .string()
    .regex(/^\d{1,12}[KMGT]?$/, 'write a number with K, M, G or T, such as 64G')
    .optional()
    .meta(meta({ description: 'Memory of each node (sbatch --mem), such as 64G.' })),
  time: z
    .string()
    .regex(/^(?:\d+-)?\d+(?::\d+){0,2}$/, 'write minutes, hours:minutes:seconds or days-hours, such as 04:00:00')
    .optional()
    .meta(
      meta({
        description: 'How long a turn may last (sbatch --time), such as "04:00:00". When it is over the run waits for another turn.',
      }),
    ),
  partition: line.optional().meta(meta({ description: 'Partition (sbatch --partition).' })),
  account: line.optional().meta(meta({ description: 'Who pays (sbatch --account).' })),
  qos: line.optional().meta(meta({ description: 'Quality of service (sbatch --qos).' })),
  options: z
    .record(
      z.string().regex(/^[a-z][a-z-]{0,40}$/, 'write an option of sbatch without its dashes'),
      z
        .string()
        .max(1000)
        .regex(/^\P{Cc}*$/u),
    )
    .default({})
    .meta(meta({ description: 'Further options of sbatch: { reservation: mine, exclusive: "" }.' })),
  setup: z
    .array(line)
    .default([])
    .meta(
      meta({
        description: 'Lines of shell that come first in the job, such as "module load cuda". They are shown before it is submitted.',
      }),
    ),
  warning: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(120)
    .meta(
      meta({
        description:
          'Seconds before the end of its time, or before a job of higher priority takes its place, at which the run is told to write a checkpoint.',
      }),
    ),
  requeue: z
    .boolean()
    .default(true)
    .meta(
      meta({
        description: 'Whether it waits for another turn when a node fails or its time is over, and then goes on from its last checkpoint.',
      }),
    ),
  ...processKeys,
});

/** Options of sbatch that the launcher sets itself. */
export const ownOptions = new Set([
  'account',
  'array',
  'chdir',
  'cpus-per-task',
  'error',
  'gpus-per-node',
  'input',
  'job-name',
  'mem',
  'no-requeue',
  'nodes',
  'ntasks',
  'ntasks-per-node',
  'open-mode',
  'output',
  'parsable',
  'partition',
  'qos',
  'requeue',
  'signal',
  'time',
  'wait',
  'wrap',
]);
