/**
 * The experiment file's schema: the single source of validation, defaults, completion and hover text.
 * Every key carries a `description`; keys that shape a curve also name it in `governs` (metric names of
 * `protocol/metrics.ts`), which is what the hover in the editor draws.
 */
import { z } from 'zod';
import { meta } from './keyMeta.js';
import { rewardTerm } from './rewardTerms.js';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, ".", "_" and "-", starting with a letter or digit (64 at most)')
  .meta(meta({ description: 'Name of the experiment; its runs are called <name>-<number>.' }));

export const presets = ['tiny-2l', 'tiny-4l'] as const;

const policy = z
  .union([
    z.strictObject({
      preset: z.enum(presets).meta(meta({ description: 'A fresh model: tiny-2l (0.34M parameters) or tiny-4l (0.8M).' })),
    }),
    z.strictObject({
      from: z
        .string()
        .min(1)
        .meta(
          meta({
            description:
              "Start from another run's weights: an experiment name (its newest finished run), a run id, or either with @step (arith-sft@400).",
          }),
        ),
    }),
    z.strictObject({
      model: z
        .string()
        .min(1)
        .meta(meta({ description: 'For the command backend: a model folder or hub name, used in the command as ${policy.model}.' })),
    }),
  ])
  .meta(meta({ description: 'Where the weights come from.' }));

const generated = z
  .strictObject({
    generator: z.enum(['arithmetic', 'word-problems', 'mixed']).meta(meta({ description: 'Task generator of the embedded trainer.' })),
    levels: z
      .array(z.number().int().min(1).max(5))
      .min(1)
      .default([1, 2])
      .meta(meta({ description: 'Difficulty levels to draw from, 1 (easy) to 5.', governs: ['accuracy/train', 'reward/mean'] })),
    held_out_fraction: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .meta(meta({ description: 'Share of questions kept out of training, chosen by a hash of the question.' })),
    direct_fraction: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .meta(
        meta({
          description: 'Share of the demonstrations (SFT) that state the answer without showing the steps.',
          governs: ['length/mean', 'accuracy/held_out'],
        }),
      ),
  })
  .meta(meta({ description: 'Questions to train on.' }));

const dataset = z.strictObject({
  dataset: z
    .string()
    .min(1)
    .meta(meta({ description: 'For the command backend: a dataset folder, file or hub name, used in the command as ${data.dataset}.' })),
});

const data = z.union([generated, dataset]).meta(meta({ description: 'Questions to train on.' }));

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

const command = z
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
      .min(1)
      .meta(meta({ description: 'What the trainer writes: followed live and turned into steps, groups and curves.' })),
  })
  .meta(meta({ description: 'For the command backend: what to start, and where to look for what it writes.' }));

const sampling = z
  .strictObject({
    questions_per_step: z
      .number()
      .int()
      .min(1)
      .max(4096)
      .default(16)
      .meta(meta({ description: 'Questions explored per step.', governs: ['seconds/sample', 'reward/std'] })),
    temperature: z
      .number()
      .gt(0)
      .max(5)
      .default(1)
      .meta(meta({ description: 'Softmax temperature of exploration.', governs: ['entropy', 'reward/std'] })),
    max_tokens: z
      .number()
      .int()
      .min(1)
      .max(4096)
      .default(80)
      .meta(meta({ description: 'Longest solution in tokens.', paper: '1024', governs: ['length/mean', 'length/truncated'] })),
  })
  .prefault({})
  .meta(meta({ description: 'How solutions are sampled.' }));

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

const method = z
  .discriminatedUnion('name', [sft, grpo])
  .meta(meta({ description: 'The training method and its settings, with the names the paper uses.' }));

const optimiser = z
  .strictObject({
    learning_rate: z
      .number()
      .gt(0)
      .max(1)
      .default(2e-4)
      .meta(
        meta({ description: 'Peak learning rate of Adam.', paper: '1e-6 (7B policy)', governs: ['loss', 'grad_norm', 'learning_rate'] }),
      ),
    warmup_steps: z
      .number()
      .int()
      .min(0)
      .default(0)
      .meta(meta({ description: 'Steps of linear warm-up.', governs: ['learning_rate'] })),
    schedule: z
      .enum(['constant', 'linear', 'cosine'])
      .default('constant')
      .meta(meta({ description: 'Learning rate after warm-up.', governs: ['learning_rate'] })),
    beta1: z
      .number()
      .min(0)
      .lt(1)
      .default(0.9)
      .meta(meta({ description: "Adam's β₁.", paper: '0.9' })),
    beta2: z
      .number()
      .min(0)
      .lt(1)
      .default(0.95)
      .meta(meta({ description: "Adam's β₂.", paper: '0.95' })),
    weight_decay: z
      .number()
      .min(0)
      .default(0)
      .meta(meta({ description: 'Decoupled weight decay.', paper: '0.1' })),
    max_grad_norm: z
      .number()
      .gt(0)
      .default(1)
      .meta(meta({ description: 'Gradients are scaled down to this norm.', governs: ['grad_norm'] })),
  })
  .prefault({})
  .meta(meta({ description: 'AdamW.' }));

const benchmark = z.strictObject({
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

const checkpoints = z
  .strictObject({
    every: z
      .number()
      .int()
      .min(1)
      .default(25)
      .meta(meta({ description: 'Write a checkpoint every this many steps (and when stopping or ending).' })),
    keep: z
      .number()
      .int()
      .min(1)
      .default(3)
      .meta(meta({ description: 'How many to keep; the last is always kept.' })),
  })
  .prefault({})
  .meta(meta({ description: 'Checkpoints hold weights, optimiser and random state; a run resumes from them exactly.' }));

const launch = z
  .strictObject({
    threads: z
      .number()
      .int()
      .min(1)
      .max(256)
      .optional()
      .meta(
        meta({
          description:
            'Threads of the embedded trainer (default: the number of cores, 4 at most). Results depend on it, so it is recorded.',
        }),
      ),
    env: z
      .record(z.string(), z.string())
      .default({})
      .meta(meta({ description: 'Environment variables for the trainer.' })),
  })
  .prefault({})
  .meta(meta({ description: 'How the trainer process is started.' }));

export const experimentSchema = z
  .strictObject({
    name,
    description: z
      .string()
      .default('')
      .meta(meta({ description: 'What this experiment is for, in a line.' })),
    backend: z
      .enum(['embedded', 'command'])
      .default('embedded')
      .meta(
        meta({
          description:
            'embedded: the small trainer inside the extension (CPU, no Python). command: any command line of yours (TRL, verl, …).',
        }),
      ),
    policy,
    method,
    data,
    reward: z
      .array(rewardTerm)
      .min(1)
      .default([{ term: 'correct', weight: 1 }])
      .meta(meta({ description: 'Reward terms; the total is their weighted sum.', governs: ['reward/mean'] })),
    sampling,
    optimiser,
    steps: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .meta(meta({ description: 'Training steps.' })),
    benchmarks: z
      .array(benchmark)
      .default([{ suite: 'held-out', size: 200, every: 20 }])
      .meta(meta({ description: 'What to evaluate while training.', governs: ['accuracy/held_out'] })),
    checkpoints,
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1)
      .meta(meta({ description: 'Seed of initial weights, data order and sampling.' })),
    launch,
    command: command.optional(),
  })
  .meta({ title: 'GRPO Lab experiment', description: 'One experiment: what to train, on what, rewarded how.' });

/** An experiment with every default filled in: what is frozen into a run. */
export type Experiment = z.output<typeof experimentSchema>;
/** An experiment as a person writes it. */
export type ExperimentInput = z.input<typeof experimentSchema>;
/** Questions of the embedded trainer's own generators. */
export type GeneratedData = z.output<typeof generated>;
/** What the embedded trainer can run. */
export type EmbeddedExperiment = Experiment & { backend: 'embedded'; data: GeneratedData };
export type MethodSettings = Experiment['method'];
export type GrpoSettings = Extract<MethodSettings, { name: 'grpo' }>;
export type SftSettings = Extract<MethodSettings, { name: 'sft' }>;
