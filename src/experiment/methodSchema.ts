/**
 * The training methods and their settings, with the names and defaults of the papers. Every one of them is a case of one
 * paradigm, (data source, reward, gradient coefficient): DeepSeekMath (arXiv 2402.03300), section 5.2.1.
 */
import { z } from 'zod';
import { meta } from './keyMeta.js';
import { batchSize, clipRange, groupSize, klWeight, updates } from './methodSettings.js';

const pretrain = z.strictObject({
  name: z
    .literal('pretrain')
    .meta(
      meta({ description: 'Continued pre-training: predict every token of the documents of a mixture (data.mixture or data.preset).' }),
    ),
  batch_tokens: z
    .number()
    .int()
    .min(64)
    .max(1_048_576)
    .default(4096)
    .meta(
      meta({ description: 'Tokens per step: contexts are drawn until there are as many.', paper: '10M', governs: ['loss', 'grad_norm'] }),
    ),
});

const sft = z.strictObject({
  name: z.literal('sft').meta(meta({ description: 'Supervised fine-tuning on worked solutions.' })),
  batch_size: batchSize,
});

const rft = z.strictObject({
  name: z.literal('rft').meta(meta({ description: 'Rejection-sampling fine-tuning: imitate the correct samples of the SFT model.' })),
  group_size: groupSize('Solutions that the SFT model samples per question.'),
});

const onlineRft = z.strictObject({
  name: z
    .literal('online-rft')
    .meta(meta({ description: 'Online rejection-sampling fine-tuning: imitate the correct samples of the current policy.' })),
  group_size: groupSize('Solutions that the current policy samples per question.'),
});

const dpo = z.strictObject({
  name: z.literal('dpo').meta(meta({ description: 'Direct preference optimisation on right and wrong samples of the SFT model.' })),
  group_size: groupSize('Solutions that the SFT model samples per question; right and wrong ones make the pairs.', 8),
  beta: z
    .number()
    .gt(0)
    .max(10)
    .default(0.1)
    .meta(
      meta({ description: 'β: how strongly the policy is held to the reference.', paper: '0.1 (DPO)', governs: ['kl', 'dpo/accuracy'] }),
    ),
});

const ppo = z.strictObject({
  name: z.literal('ppo').meta(meta({ description: 'Proximal policy optimisation with a value model and the KL penalty in the reward.' })),
  group_size: groupSize('Solutions sampled per question.'),
  beta: klWeight('β: weight of the KL penalty against the reference policy, inside the reward of each token.'),
  clip: clipRange,
  updates_per_exploration: updates,
  gamma: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .meta(meta({ description: 'γ: discount per token.', governs: ['critic/loss'] })),
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .meta(
      meta({ description: 'λ of generalised advantage estimation: 1 has no bias, less has less variance.', governs: ['critic/explained'] }),
    ),
  value_learning_rate: z
    .number()
    .gt(0)
    .max(1)
    .default(1e-3)
    .meta(meta({ description: 'Learning rate of the value model.', governs: ['critic/loss', 'critic/explained'] })),
  value_warmup_steps: z
    .number()
    .int()
    .min(0)
    .default(5)
    .meta(meta({ description: 'First steps, in which only the value model learns.', governs: ['critic/explained'] })),
});

const iterations = z
  .strictObject({
    every: z
      .number()
      .int()
      .min(1)
      .meta(
        meta({
          description: 'M: policy steps per iteration. Then the reference becomes the policy, and the reward model learns on.',
          governs: ['kl'],
        }),
      ),
    replay: z
      .number()
      .min(0)
      .max(1)
      .default(0.1)
      .meta(meta({ description: "Share of the reward model's examples that come from earlier iterations.", paper: '0.1' })),
    reward_updates: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .default(8)
      .meta(
        meta({
          description: 'Updates of the reward model per iteration (when the reward has a reward_model term).',
          governs: ['reward_model/loss'],
        }),
      ),
  })
  .meta(meta({ description: 'Iterative GRPO (DeepSeekMath, algorithm 1).' }));

const grpo = z.strictObject({
  name: z.literal('grpo').meta(meta({ description: 'Group Relative Policy Optimization.' })),
  group_size: groupSize('G: solutions sampled per question.'),
  beta: klWeight('β: weight of the KL penalty against the reference policy, inside the loss.'),
  clip: clipRange,
  updates_per_exploration: updates,
  supervision: z
    .enum(['outcome', 'process'])
    .default('outcome')
    .meta(
      meta({
        description:
          'outcome: one reward per solution. process: a reward at the end of each step, from a process reward model; other terms add an outcome advantage to every token.',
        governs: ['reward/mean'],
      }),
    ),
  advantage: z
    .enum(['standardised', 'centred', 'leave-one-out'])
    .default('standardised')
    .meta(
      meta({
        description:
          'standardised: (r − mean)/std, as in the paper. centred: r − mean (Dr. GRPO). leave-one-out: against the mean of the others (RLOO).',
        governs: ['grad_norm'],
      }),
    ),
  aggregate: z
    .enum(['output', 'token', 'constant'])
    .default('output')
    .meta(
      meta({
        description:
          'How tokens are averaged. output: within each solution first, as in the paper. token: over all tokens (DAPO). constant: divided by max_tokens (Dr. GRPO).',
        governs: ['length/mean'],
      }),
    ),
  ratio: z
    .enum(['token', 'sequence'])
    .default('token')
    .meta(
      meta({ description: 'token: a ratio per token. sequence: one per solution, the geometric mean (GSPO).', governs: ['ratio/max'] }),
    ),
  kl: z
    .enum(['k1', 'k2', 'k3'])
    .default('k3')
    .meta(meta({ description: 'Estimator of the KL penalty in the loss.', paper: 'k3', governs: ['kl'] })),
  dynamic_sampling: z
    .boolean()
    .default(false)
    .meta(
      meta({
        description:
          'Sample questions until enough groups have both right and wrong solutions; groups without signal are not trained on (DAPO).',
        governs: ['groups/zero_std', 'seconds/sample'],
      }),
    ),
  iterations: iterations.optional(),
});

const outcomeReward = z.strictObject({
  name: z
    .literal('outcome-reward')
    .meta(meta({ description: 'Train an outcome reward model: right solutions score above wrong ones of the same question.' })),
  group_size: groupSize('Solutions that the frozen policy samples per question; right and wrong ones make the pairs.', 8),
});

const processReward = z.strictObject({
  name: z
    .literal('process-reward')
    .meta(meta({ description: 'Train a process reward model: each step scores how often it leads to the right answer (Math-Shepherd).' })),
  group_size: groupSize('Solutions that the frozen policy samples per question.', 4),
  rollouts: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .meta(
      meta({
        description: 'N: rollouts to the end from each step, whose share of right answers is its label.',
        paper: '8 (Math-Shepherd)',
        governs: ['seconds/sample'],
      }),
    ),
  labels: z
    .enum(['soft', 'hard'])
    .default('soft')
    .meta(meta({ description: 'soft: the share of rollouts that end right. hard: 1 when any does.', governs: ['reward_model/loss'] })),
});

const evaluate = z.strictObject({
  name: z.literal('evaluate').meta(meta({ description: 'Train nothing: run the benchmarks once on the policy, and keep what it wrote.' })),
});

export const method = z
  .discriminatedUnion('name', [pretrain, sft, rft, onlineRft, dpo, ppo, grpo, outcomeReward, processReward, evaluate])
  .meta(meta({ description: 'The training method and its settings, with the names the paper uses.' }));
