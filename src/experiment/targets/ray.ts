import { z } from 'zod';
import { meta } from '../keyMeta.js';
import { processKeys } from './processes.js';

export const ray = z.strictObject({
  name: z
    .literal('ray')
    .meta(meta({ description: 'A Ray cluster that shares this folder, by its jobs interface; Ray itself is not needed here.' })),
  address: z
    .string()
    .regex(/^https?:\/\/[^\s/@?#]+\/?$/, 'write http://host:port of the dashboard, without a user, a password or a path')
    .default('http://127.0.0.1:8265')
    .meta(meta({ description: 'Address of its dashboard, such as http://head:8265.' })),
  gpus: z
    .number()
    .min(0)
    .max(1024)
    .optional()
    .meta(
      meta({ description: 'GPUs for the command itself (entrypoint_num_gpus); leave them out where the command asks Ray for its own.' }),
    ),
  cpus: z
    .number()
    .min(0)
    .max(4096)
    .optional()
    .meta(meta({ description: 'Cores for the command itself (entrypoint_num_cpus). Without either it runs on the head node.' })),
  resources: z
    .record(z.string().regex(/^[\w.:-]{1,100}$/), z.number().min(0))
    .default({})
    .meta(meta({ description: 'Further resources of the cluster that the command needs, by their names: { big_disk: 1 }.' })),
  ...processKeys,
});
