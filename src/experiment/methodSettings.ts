/** Settings that several training methods have, with the names and defaults of the papers. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

export const batchSize = z
  .number()
  .int()
  .min(1)
  .max(4096)
  .default(32)
  .meta(meta({ description: 'Examples per step.', paper: '256', governs: ['loss', 'grad_norm'] }));

export const groupSize = (description: string, fallback = 16) =>
  z
    .number()
    .int()
    .min(2)
    .max(1024)
    .default(fallback)
    .meta(meta({ description, paper: '64', governs: ['groups/zero_std', 'reward/std'] }));

export const updates = z
  .number()
  .int()
  .min(1)
  .max(16)
  .default(1)
  .meta(meta({ description: 'μ: updates per batch of samples.', paper: '1', governs: ['clip_ratio/high', 'ratio/max', 'kl'] }));

export const klWeight = (description: string) =>
  z
    .number()
    .min(0)
    .max(10)
    .default(0.04)
    .meta(meta({ description, paper: '0.04', governs: ['kl'] }));

const epsilon = z.number().gt(0).lt(1);

export const clipRange = z
  .union([
    epsilon,
    z.strictObject({
      low: epsilon.default(0.2).meta(meta({ description: 'ε_low: ratios are clipped at 1−ε_low.', governs: ['clip_ratio/low'] })),
      high: z
        .number()
        .gt(0)
        .max(10)
        .default(0.28)
        .meta(
          meta({
            description: 'ε_high: ratios are clipped at 1+ε_high (DAPO: clip-higher).',
            paper: '0.28 (DAPO)',
            governs: ['clip_ratio/high'],
          }),
        ),
    }),
  ])
  .default(0.2)
  .meta(
    meta({
      description: 'ε: the ratio is clipped to [1−ε, 1+ε]; or {low, high} for two sides (DAPO).',
      governs: ['clip_ratio/low', 'clip_ratio/high', 'ratio/max'],
    }),
  );
