/** What is evaluated while training. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

export const benchmark = z.strictObject({
  suite: z.enum(['held-out', 'validation']).meta(
    meta({
      description:
        'Questions of the same generator that training never sees. held-out: to report. validation: others, to choose settings with.',
    }),
  ),
  size: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .meta(meta({ description: 'Number of questions.' })),
  every: z
    .number()
    .int()
    .min(1)
    .default(20)
    .meta(meta({ description: 'Evaluate every this many steps, and at the start and the end.', governs: ['accuracy/held_out'] })),
});
