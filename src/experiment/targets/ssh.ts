import { z } from 'zod';
import { meta } from '../keyMeta.js';
import { processKeys } from './processes.js';

/** A name that ssh's own options and a shell leave alone; `user@` may stand before it. */
const hostPattern = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
/** Absolute, without `..`, of characters that mean the same to every shell. */
const folderPattern = /^(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._@%+=:, -]+)+$/;

export const ssh = z.strictObject({
  name: z.literal('ssh').meta(
    meta({
      description:
        'A machine that ssh reaches with a key. Nothing of GRPO Lab is installed there: it takes sh, tar and, for the command, Python 3.10.',
    }),
  ),
  host: z
    .string()
    .max(255)
    .regex(hostPattern, 'write the name of a host in your ssh config, or user@host')
    .meta(meta({ description: 'A host of your ssh config; port, user and key belong there. Passwords are never asked for.' })),
  folder: z
    .string()
    .max(1000)
    .regex(folderPattern, 'write an absolute folder, such as /home/me/grpo-lab')
    .meta(
      meta({
        description:
          'An absolute folder there, e.g. /home/me/grpo-lab. Paths of this machine are continued below it; it is made when needed.',
      }),
    ),
  python: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^-\0\n][^\0\n]*$/, 'write a program, such as python3 or /opt/venv/bin/python')
    .default('python3')
    .meta(meta({ description: 'The Python there, 3.10 or newer: what ${python} stands for.' })),
  files: z
    .array(z.string().min(1))
    .default([])
    .meta(
      meta({
        description:
          'Files and folders that the command needs there, relative to the folder of this file, e.g. [train.py, lib]: copied at each start, over what is there.',
      }),
    ),
  gpus: z
    .array(z.number().int().min(0).max(1023))
    .optional()
    .meta(meta({ description: 'Which of its GPUs the trainer sees, by their numbers in nvidia-smi (default: all).' })),
  ...processKeys,
});
