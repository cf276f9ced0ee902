import { z } from 'zod';
import { meta } from '../keyMeta.js';
import { processKeys } from './processes.js';

export const local = z.strictObject({
  name: z.literal('local').meta(meta({ description: 'This machine; with a remote window, the machine that it is connected to.' })),
  gpus: z
    .array(z.number().int().min(0).max(1023))
    .optional()
    .meta(
      meta({
        description:
          'Which GPUs the trainer sees, by their numbers in nvidia-smi: [0, 1]; [] for none (default: those that this machine shows). Set as CUDA_VISIBLE_DEVICES.',
      }),
    ),
  ...processKeys,
});
