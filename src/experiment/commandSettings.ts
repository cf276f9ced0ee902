/** What the command backend starts, and where it looks for what is written. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

const watched = z.strictObject({
  path: z
    .string()
    .min(1)
    .meta(
      meta({
        description:
          'A folder or file that the trainer writes to, relative to its working directory; ${run_dir}/… is in the run directory.',
      }),
    ),
  format: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, 'use the name of a format, such as trl or verl')
    .optional()
    .meta(meta({ description: 'Its format (see grpo-lab import --help); found out from the content when left out.' })),
  group_size: z
    .number()
    .int()
    .min(1)
    .max(65_536)
    .optional()
    .meta(meta({ description: 'Solutions per group, for formats that do not say (default: method.group_size).' })),
});

export const command = z
  .strictObject({
    run: z
      .array(z.string())
      .min(1)
      .meta(
        meta({
          description:
            'Executable and arguments, one text each; no shell reads them. ${method.group_size} stands for a value of this file, ${python} for the interpreter, ${run_dir} for the run directory, $$ for a dollar sign.',
        }),
      ),
    resume: z
      .array(z.string())
      .default([])
      .meta(meta({ description: 'Arguments added when the run is resumed, e.g. --resume_from_checkpoint=true.' })),
    cwd: z
      .string()
      .default('.')
      .meta(meta({ description: 'Working directory, relative to the folder of this file.' })),
    watch: z
      .array(watched)
      .default([])
      .meta(
        meta({
          description:
            'What the trainer writes: followed live and turned into steps, groups and curves. Left out where it writes the run itself, by grpo_lab.events.',
        }),
      ),
    stop_grace: z
      .number()
      .min(0)
      .max(86_400)
      .default(30)
      .meta(
        meta({
          description:
            'Seconds in which the command may end by itself once it is to stop: it finds stop.request in the run directory (run.stop_requested in Python). Only then is SIGTERM sent to it and to all that it has started. 0 for a program that looks for no file.',
        }),
      ),
    capture: z
      .boolean()
      .optional()
      .meta(
        meta({
          description:
            'Whether a training of TRL, verl or OpenRLHF is captured to the token, without a change to it: log-probabilities, KL and entropy of each token, of TRL the ratio too, rewards, advantages, turns (default: true where the command runs TRL). `traces` says of which groups and steps.',
        }),
      ),
  })
  .meta(meta({ description: 'For the command backend: what to start, and where to look for what it writes.' }));
