/** How a command is started as several processes, wherever it runs. */
import { z } from 'zod';
import { meta } from '../keyMeta.js';

export const processKeys = {
  processes: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(1)
    .meta(
      meta({
        description:
          'Processes on each machine, one for each GPU as a rule. With more than one, or several nodes, a Python command is started by `launcher`.',
      }),
    ),
  launcher: z
    .enum(['torchrun', 'accelerate'])
    .default('torchrun')
    .meta(
      meta({
        description: 'What starts several processes: torchrun (python -m torch.distributed.run), or accelerate (accelerate launch).',
      }),
    ),
  launcher_args: z
    .array(z.string())
    .default([])
    .meta(meta({ description: 'Further arguments of the launcher, e.g. [--config_file, fsdp.yaml].' })),
};
