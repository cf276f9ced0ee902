/** The training methods and their settings, with the names and defaults of the papers. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

const sft = z.strictObject({
  name: z.literal('sft').meta(meta({ description: 'Supervised fine-tuning on worked solutions.' })),
  batch_size: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(32)
    .meta(meta({ description: 'Examples per step.', paper: '256', governs: ['loss', 'grad_norm'] })),
});

const grpo = z.strictObject({
  name: z.literal('grpo').meta(meta({ description: 'Group Relative Policy Optimization.' })),
  group_size: z
    .number()
    .int()
    .min(2)
    .max(1024)
    .default(16)
    .meta(meta({ description: 'G: solutions sampled per question.', paper: '64', governs: ['groups/zero_std', 'reward/std'] })),
  beta: z
    .number()
    .min(0)
    .max(10)
    .default(0.04)
    .meta(
      meta({ description: 'β: weight of the KL penalty against the reference policy, inside the loss.', paper: '0.04', governs: ['kl'] }),
    ),
  clip: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .meta(meta({ description: 'ε: the ratio is clipped to [1−ε, 1+ε].', governs: ['clip_ratio/low', 'clip_ratio/high', 'ratio/max'] })),
  updates_per_exploration: z
    .number()
    .int()
    .min(1)
    .max(16)
    .default(1)
    .meta(meta({ description: 'μ: policy updates per batch of samples.', paper: '1', governs: ['clip_ratio/high', 'ratio/max', 'kl'] })),
  supervision: z
    .enum(['outcome'])
    .default('outcome')
    .meta(meta({ description: 'outcome: one reward per solution.' })),
});

export const method = z
  .discriminatedUnion('name', [sft, grpo])
  .meta(meta({ description: 'The training method and its settings, with the names the paper uses.' }));
