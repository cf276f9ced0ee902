/**
 * The experiment file's schema: the single source of validation, defaults, completion and hover text.
 * Every key carries a `description`; keys that shape a curve also name it in `governs` (metric names of
 * `protocol/metrics.ts`), which is what the hover in the editor draws.
 */
import { z } from 'zod';
import { benchmark } from './benchmarkSuites.js';
import { command } from './commandSettings.js';
import { data, type GeneratedData } from './data.js';
import { endpoint } from './endpointSettings.js';
import { meta } from './keyMeta.js';
import { method } from './methodSchema.js';
import { engine, python, weights } from './pythonSettings.js';
import type { MixtureData } from './mixtureSchema.js';
import { rewardTerm } from './rewardTerms.js';
import { target } from './targets/targets.js';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'use letters, digits, ".", "_" and "-", starting with a letter or digit (64 at most)')
  .meta(meta({ description: 'Name of the experiment; its runs are called <name>-<number>.' }));

export const presets = ['nano-2l', 'tiny-2l', 'tiny-4l'] as const;

const policy = z
  .union([
    z.strictObject({
      preset: z.enum(presets).meta(
        meta({
          description:
            'A fresh model: nano-2l (0.1M parameters), tiny-2l (0.34M) or tiny-4l (0.8M). For the python backend a Llama of that width and depth, a character a token.',
        }),
      ),
      ...weights,
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
      ...weights,
    }),
    z.strictObject({
      model: z
        .string()
        .min(1)
        .meta(
          meta({
            description:
              'A model folder (relative to this file) or hub name. python: what Transformers loads. command: used in the command as ${policy.model}.',
          }),
        ),
      ...weights,
    }),
    z.strictObject({ endpoint: endpoint.meta(meta({ description: 'For the endpoint backend: a server that holds the weights.' })) }),
  ])
  .meta(meta({ description: 'Where the weights come from.' }));

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
    engine: engine.optional(),
  })
  .prefault({})
  .meta(meta({ description: 'How solutions are sampled.' }));

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
      .enum(['constant', 'linear', 'cosine', 'stepped'])
      .default('constant')
      .meta(
        meta({
          description:
            'Learning rate after warm-up. constant; linear or cosine: down to 0. stepped: 31.6 % of the peak after 80 % of the steps, 10 % after 90 %.',
          paper: 'stepped (pre-training), constant (RL)',
          governs: ['learning_rate'],
        }),
      ),
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

const traces = z
  .strictObject({
    groups: z
      .enum(['all', 'with-signal', 'none'])
      .default('all')
      .meta(
        meta({
          description:
            'Which groups get traces. with-signal: those whose rewards differ or that have an advantage other than 0; the others teach nothing.',
        }),
      ),
    every: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .meta(meta({ description: 'Write them every this many steps.' })),
  })
  .prefault({})
  .meta(
    meta({
      description:
        'Numbers of each token (log-probabilities, entropy, rank), which take most of the disk. Texts, rewards and metrics are always written, of every step. For the embedded trainer, and for commands that are captured.',
    }),
  );

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
    target,
  })
  .prefault({})
  .meta(meta({ description: 'Where and how the trainer is started.' }));

export const experimentSchema = z
  .strictObject({
    name,
    description: z
      .string()
      .default('')
      .meta(meta({ description: 'What this experiment is for, in a line.' })),
    backend: z
      .enum(['embedded', 'python', 'command', 'endpoint'])
      .default('embedded')
      .meta(
        meta({
          description:
            'embedded: the small trainer inside the extension (CPU, no Python). python: grpo_lab.train, on PyTorch and TRL, for real models. command: any command line of yours (TRL, verl, …). endpoint: a server is asked the questions of benchmarks.',
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
      .prefault([{ suite: 'held-out', size: 200, every: 20 }])
      .meta(meta({ description: 'What to evaluate while training.', governs: ['accuracy/held_out'] })),
    checkpoints,
    traces,
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1)
      .meta(meta({ description: 'Seed of initial weights, data order and sampling.' })),
    launch,
    python: python.optional(),
    command: command.optional(),
  })
  .meta({ title: 'GRPO Lab experiment', description: 'One experiment: what to train, on what, rewarded how.' });

/** An experiment with every default filled in: what is frozen into a run. */
export type Experiment = z.output<typeof experimentSchema>;
/** An experiment as a person writes it. */
export type ExperimentInput = z.input<typeof experimentSchema>;
export type { GeneratedData } from './data.js';
/** What the embedded trainer can run. */
export type EmbeddedExperiment = Experiment & { backend: 'embedded'; data: GeneratedData | MixtureData };
/** Of which groups and steps traces are written. */
export type TraceSettings = Experiment['traces'];
export type MethodSettings = Experiment['method'];
/** The settings of one method. */
export type SettingsOf<Name extends MethodSettings['name']> = Extract<MethodSettings, { name: Name }>;
